"""What the embedded organization adds to ministack, seen from outside through AWS's API."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pytest

from local.emulator import EMULATOR_PYTHON, Emulator
from local.emulator_environment import HUB_ACCOUNT, emulator_environment
from local.loopback_http import call_json
from local.organization import Organization
from local.stack_operations import Deployment, create, delete, update
from local.tool_environment import REPOSITORY

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

NOW = datetime.now(UTC)
A_TOPIC: dict[str, Any] = {"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}}


@pytest.fixture
def cloudformation(organization: Organization) -> "CloudFormationClient":
    return organization.session("alpha-dev").client("cloudformation")


def a_stack(name: str, template: dict[str, Any] = A_TOPIC, **parameters: str) -> Deployment:
    return Deployment(name, json.dumps(template), parameters, {"stage": "feature"})


def test_a_stack_is_as_old_as_the_clock_says(
    emulator: Emulator, cloudformation: "CloudFormationClient"
) -> None:
    emulator.control.travel_to(NOW - timedelta(days=30))
    stack_id = create(cloudformation, a_stack("feat-aged"), "CREATE_COMPLETE")
    emulator.control.travel_to(NOW - timedelta(days=3))
    update(cloudformation, stack_id, tags={"revision": "2"})
    stack = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
    events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    assert abs(stack["CreationTime"] - (NOW - timedelta(days=30))) < timedelta(minutes=2)
    assert abs(stack["LastUpdatedTime"] - (NOW - timedelta(days=3))) < timedelta(minutes=2)
    assert events[-1]["Timestamp"] < events[0]["Timestamp"] - timedelta(days=26)


def test_the_clock_keeps_ticking(emulator: Emulator) -> None:
    emulator.control.travel_to(NOW + timedelta(days=5))
    readings = [emulator.control.now() for _ in range(3)]
    assert all(NOW + timedelta(days=5) <= reading for reading in readings)
    assert all(earlier <= later for earlier, later in pairwise(readings))


def test_only_cloudformation_travels(emulator: Emulator, organization: Organization) -> None:
    emulator.control.travel_to(NOW - timedelta(days=300))
    bucket = organization.session("beta-dev", "us-east-1").client("s3")
    bucket.create_bucket(Bucket="on-the-wall-clock")
    created = bucket.list_buckets()["Buckets"][0]["CreationDate"]
    assert abs(created - datetime.now(UTC)) < timedelta(minutes=2)


def test_an_instant_without_a_zone_is_refused(emulator: Emulator) -> None:
    with pytest.raises(HTTPError) as refusal:
        call_json(f"{emulator.endpoint}/_local/clock", "PUT", {"instant": "2026-01-01T00:00:00"})
    assert refusal.value.code == 400
    assert "no time zone" in refusal.value.read().decode()
    refusal.value.close()


def test_an_unknown_control_action_is_refused(emulator: Emulator) -> None:
    with pytest.raises(HTTPError) as refusal:
        call_json(f"{emulator.endpoint}/_local/reset", "PUT", {})
    assert refusal.value.code == 404
    refusal.value.close()


def test_a_stack_never_updated_has_no_update_time(cloudformation: "CloudFormationClient") -> None:
    stack_id = create(cloudformation, a_stack("feat-untouched"), "CREATE_COMPLETE")
    named = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
    assert "LastUpdatedTime" not in named
    assert named["EnableTerminationProtection"] is False


def test_nested_stacks_name_their_parent_and_root(
    emulator: Emulator, organization: Organization, cloudformation: "CloudFormationClient"
) -> None:
    bucket = organization.session("alpha-dev").client("s3")
    bucket.create_bucket(
        Bucket="nested", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    def nesting(inner: str) -> dict[str, Any]:
        url = f"{emulator.endpoint}/nested/{inner}"
        child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
        return {"Resources": {"Child": child}}

    bucket.put_object(Bucket="nested", Key="leaf.json", Body=json.dumps(A_TOPIC))
    bucket.put_object(Bucket="nested", Key="middle.json", Body=json.dumps(nesting("leaf.json")))
    root = create(
        cloudformation, a_stack("feat-russian-doll", nesting("middle.json")), "CREATE_COMPLETE"
    )
    stacks = {
        stack["StackName"].count("-Child"): stack
        for stack in cloudformation.describe_stacks()["Stacks"]
        if stack["StackName"].startswith("feat-russian-doll")
    }
    assert "ParentId" not in stacks[0]
    assert (stacks[1]["ParentId"], stacks[1]["RootId"]) == (root, root)
    assert (stacks[2]["ParentId"], stacks[2]["RootId"]) == (stacks[1]["StackId"], root)


def test_an_ssm_parameter_shows_its_name_and_its_value(
    organization: Organization, cloudformation: "CloudFormationClient"
) -> None:
    organization.session("alpha-dev").client("ssm").put_parameter(
        Name="/base/image", Value="ami-1", Type="String"
    )
    template = A_TOPIC | {
        "Parameters": {
            "Image": {"Type": "AWS::SSM::Parameter::Value<String>"},
            "Plain": {"Type": "String"},
        }
    }
    deployment = a_stack("feat-image", template, Image="/base/image", Plain="text")
    stack_id = create(cloudformation, deployment, "CREATE_COMPLETE")
    assert cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["Parameters"] == [
        {"ParameterKey": "Image", "ParameterValue": "/base/image", "ResolvedValue": "ami-1"},
        {"ParameterKey": "Plain", "ParameterValue": "text"},
    ]


def test_errors_of_describe_stacks_pass_through(cloudformation: "CloudFormationClient") -> None:
    with pytest.raises(cloudformation.exceptions.ClientError, match="does not exist"):
        cloudformation.describe_stacks(StackName="nowhere")


def test_the_journal_holds_every_status_with_its_token(
    emulator: Emulator, cloudformation: "CloudFormationClient"
) -> None:
    _, start = emulator.control.stack_statuses(0)
    stack_id = cloudformation.create_stack(
        StackName="feat-journal", TemplateBody=json.dumps(A_TOPIC), ClientRequestToken="ours-1"
    )["StackId"]
    delete(cloudformation, stack_id)
    records, end = emulator.control.stack_statuses(start)
    assert [
        (record["status"], record["client_request_token"])
        for record in records
        if record["stack_id"] == stack_id
    ] == [
        ("CREATE_IN_PROGRESS", "ours-1"),
        ("CREATE_COMPLETE", "ours-1"),
        ("DELETE_IN_PROGRESS", ""),
        ("DELETE_COMPLETE", ""),
    ]
    assert emulator.control.stack_statuses(end) == ([], end)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("ministack.services.cloudformation.stacks", "now_iso"),
        ("ministack.services.cloudformation.handlers", "now_iso"),
        ("ministack.services.cloudformation.changesets", "now_iso"),
        ("ministack.services.cloudformation.provisioners", "now_iso"),
        ("ministack.services.cloudformation.stacks", "_add_event"),
        ("ministack.services.cloudformation.handlers", "_describe_stacks"),
        ("ministack.core.lambda_runtime", "_PYTHON_WORKER_SCRIPT"),
        ("ministack.services.cloudformation", "handle_request"),
        ("ministack.services.cloudformation.provisioners", "_sm_secret_string"),
        ("ministack.services.secretsmanager", "_get_random_password"),
        ("ministack.services.eventbridge", "_dispatch_event"),
        ("ministack.services.ses_v2", "_missing_config_set"),
        ("ministack.services.ses_v2", "handle_request"),
        ("ministack.services.cloudtrail", "_DISPATCH"),
        ("ministack.services.account", "_DISPATCH"),
        ("ministack.services.sns", "_fanout"),
        ("ministack.services.lambda_svc", "_build_function_url_event"),
        ("ministack.services.lambda_svc", "handle_function_url_request"),
        ("ministack.core.iam_evaluator", "resolve_caller_identity"),
        ("ministack.app", "AUTH"),
        ("ministack.app", "app"),
    ],
)
def test_an_upgrade_that_renames_a_private_name_fails_clearly(
    module: str, name: str, tmp_path: Path
) -> None:
    """Runs the real installation in the emulator's Python, with one name taken away."""
    script = f"""
import sys, importlib, pathlib, tempfile
sys.path.append({str(REPOSITORY)!r})
delattr(importlib.import_module({module!r}), {name!r})
from local.emulator_server.server import serve
with tempfile.TemporaryDirectory() as folder:
    serve(pathlib.Path(folder))
"""
    done = subprocess.run(
        [EMULATOR_PYTHON, "-I", "-c", script],
        env=emulator_environment(tmp_path, 1, HUB_ACCOUNT, enforce_iam=True),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"has no {module}.{name}" in done.stderr
    assert "pin that version again" in done.stderr


def test_the_pinned_version_is_the_one_that_is_locked() -> None:
    from local.emulator_server.pinned import WRITTEN_FOR

    lock = (REPOSITORY / "requirements" / "ministack.txt").read_text()
    assert f"ministack=={WRITTEN_FOR}" in lock
    assert sys.version_info[:2] == (3, 13)


def test_a_deleted_stack_stays_describable_when_its_name_is_used_again(
    cloudformation: "CloudFormationClient",
) -> None:
    first = create(cloudformation, a_stack("feat-again"), "CREATE_COMPLETE")
    delete(cloudformation, first)
    second = create(cloudformation, a_stack("feat-again"), "CREATE_COMPLETE")
    deleted = cloudformation.describe_stacks(StackName=first)["Stacks"][0]
    living = cloudformation.describe_stacks(StackName="feat-again")["Stacks"][0]
    listed = [each["StackId"] for each in cloudformation.describe_stacks()["Stacks"]]
    events = cloudformation.describe_stack_events(StackName=first)["StackEvents"]
    assert (deleted["StackId"], deleted["StackStatus"]) == (first, "DELETE_COMPLETE")
    assert living["StackId"] == second
    assert second in listed
    assert first not in listed
    assert events[0]["ResourceStatus"] == "DELETE_COMPLETE"
