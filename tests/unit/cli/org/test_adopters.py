"""Which deployment groups use the rollout hooks, by what CodeDeploy says of their deployments."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from rich.console import Console

from steward.domain.stacks import Unit
from steward_cli.org.adopters import Group, UnitAdopters, find_adopters
from steward_cli.org.adopters_report import adopters_report, show_adopters

UNIT = Unit("222222222222", "eu-west-1")
PRE, POST = "CodeDeployHook_steward-pre", "CodeDeployHook_steward-post"
AT = datetime(2026, 11, 23, tzinfo=UTC)


def spec(*hooks: str) -> str:
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Name": "orders",
            "Alias": "live",
            "CurrentVersion": "1",
            "TargetVersion": "2",
        },
    }
    events = [{"BeforeAllowTraffic": hook} for hook in hooks]
    return json.dumps({"version": 0.0, "Resources": [{"orders": function}], "Hooks": events})


def revision(content: str) -> dict[str, Any]:
    return {"revisionType": "String", "string": {"content": content}}


class Account:
    """CodeDeploy of one unit, with answers that botocore's model accepts."""

    def __init__(self) -> None:
        self.client = boto3.client("codedeploy", region_name="eu-west-1")
        self.stub = Stubber(self.client)
        self.stub.add_response("list_applications", {"applications": ["shop"]})
        self.stub.add_response(
            "list_deployment_groups", {"applicationName": "shop", "deploymentGroups": ["orders"]}
        )

    def group(self, platform: str = "Lambda", **last: str) -> None:
        info: dict[str, Any] = {"deploymentGroupName": "orders", "computePlatform": platform}
        named = {f"last{kind}Deployment": {"deploymentId": each} for kind, each in last.items()}
        asked = {"applicationName": "shop", "deploymentGroupName": "orders"}
        answer = {"deploymentGroupInfo": info | named}
        self.stub.add_response("get_deployment_group", answer, asked)

    def deployment(self, deployment_id: str, content: dict[str, Any]) -> None:
        info = {"deploymentId": deployment_id, "applicationName": "shop", "createTime": AT}
        answer = {"deploymentInfo": info | {"revision": content}}
        self.stub.add_response("get_deployment", answer, {"deploymentId": deployment_id})
        if content["revisionType"] == "String":
            self.stub.add_response("get_application_revision", {"revision": content})

    def found(self) -> list[Group]:
        with self.stub:
            groups = list(find_adopters(self.client, UNIT))
            self.stub.assert_no_pending_responses()
        return groups


@pytest.fixture
def account() -> Account:
    return Account()


def test_a_group_whose_deployment_names_our_hook_is_an_adopter(account: Account) -> None:
    account.group(Attempted="d-1", Successful="d-1")
    account.deployment("d-1", revision(spec(PRE)))
    assert account.found() == [Group(UNIT, "shop", "orders", frozenset({PRE}))]


def test_an_attempt_that_failed_counts_as_well(account: Account) -> None:
    account.group(Attempted="d-2", Successful="d-1")
    account.deployment("d-1", revision(spec()))
    account.deployment("d-2", revision(spec(POST)))
    assert account.found() == [Group(UNIT, "shop", "orders", frozenset({POST}))]


@pytest.mark.parametrize(
    "hooks", [(), ("CodeDeployHook_orders-smoke-test",)], ids=["none", "their own"]
)
def test_a_group_without_our_hook_is_none(account: Account, hooks: tuple[str, ...]) -> None:
    account.group(Successful="d-1")
    account.deployment("d-1", revision(spec(*hooks)))
    assert account.found() == []


@pytest.mark.parametrize("platform", ["Server", "ECS"])
def test_servers_and_containers_have_no_lambda_hooks(account: Account, platform: str) -> None:
    account.group(platform, Successful="d-1")
    assert account.found() == []


def test_a_group_that_never_deployed_is_not_taken_for_one_without_hooks(account: Account) -> None:
    account.group()
    (group,) = account.found()
    assert "nothing was deployed with it yet" in group.undecided


def test_a_revision_that_cannot_be_read_is_not_taken_for_one_without_hooks(
    account: Account,
) -> None:
    account.group(Successful="d-1")
    account.deployment("d-1", {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}})
    (group,) = account.found()
    assert "is of type S3" in group.undecided


def test_there_is_none_only_if_everything_was_read() -> None:
    other = Unit("333333333333", "eu-west-1")
    used = UnitAdopters(UNIT, [Group(UNIT, "shop", "orders", frozenset({PRE}))])
    assert adopters_report([UnitAdopters(UNIT), UnitAdopters(other)]).none
    assert not adopters_report([UnitAdopters(UNIT), used]).none
    assert not adopters_report([UnitAdopters(other, not_read="AccessDenied")]).none


def test_every_group_is_shown_with_what_it_uses() -> None:
    out = StringIO()
    used = UnitAdopters(UNIT, [Group(UNIT, "shop", "orders", frozenset({PRE, POST}))])
    show_adopters(adopters_report([used]), Console(file=out, width=160, color_system=None))
    assert "222222222222" in out.getvalue()
    assert f"{POST}, {PRE}" in out.getvalue()
