"""Service-managed stack sets of the emulator, as those of AWS."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.organization import MANAGEMENT, MemberAccount, Organization, create_organization
from tests.integration.local.stack_set_world import (
    deploy,
    failures,
    move,
    organization_template,
    statuses,
)

HUB = "hub"
MEMBERS = (
    MemberAccount("flat", "Sets"),
    MemberAccount("deep", "Sets/Team/Product"),
    MemberAccount("other", "Elsewhere"),
)
CURRENT = ("CURRENT", "")


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Emulator, Organization]]:
    with Emulator() as emulator:
        yield emulator, create_organization(emulator.endpoint, MEMBERS)


@pytest.fixture(scope="module")
def emulator(world: tuple[Emulator, Organization]) -> Emulator:
    return world[0]


@pytest.fixture(scope="module")
def organization(world: tuple[Emulator, Organization]) -> Organization:
    return world[1]


def _units(organization: Organization, *names: str) -> list[str]:
    return [organization.organizational_units[name] for name in names]


def test_an_account_three_units_deep_is_covered(organization: Organization) -> None:
    template = organization_template("nested", _units(organization, "Sets"))
    assert deploy(organization, template, "nested", HUB)["StackStatus"] == "CREATE_COMPLETE"
    assert statuses(organization, "nested") == {"flat": CURRENT, "deep": CURRENT}
    topics = organization.session("deep").client("sns").list_topics()["Topics"]
    assert [each["TopicArn"].rpartition(":")[2] for each in topics] == ["nested-topic"]


def test_the_management_account_is_left_out_of_the_root(organization: Organization) -> None:
    client = organization.session(MANAGEMENT).client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    deploy(organization, organization_template("rooted", [root]), "rooted", HUB)
    assert set(statuses(organization, "rooted")) == {"flat", "deep", "other", HUB}


def test_an_account_gets_an_instance_when_it_moves_in_and_loses_it_when_it_leaves(
    emulator: Emulator, organization: Organization
) -> None:
    deploy(
        organization,
        organization_template("moving", _units(organization, "Sets/Team")),
        "moving",
        HUB,
    )
    move(emulator, organization, "other", "Sets/Team")
    assert statuses(organization, "moving") == {"deep": CURRENT, "other": CURRENT}
    move(emulator, organization, "other", "Elsewhere")
    assert statuses(organization, "moving") == {"deep": CURRENT}
    stacks = organization.session("other").client("cloudformation").list_stacks()
    left = [each for each in stacks["StackSummaries"] if "-moving-" in each["StackName"]]
    assert [each["StackStatus"] for each in left] == ["DELETE_COMPLETE"]


def test_what_fails_in_one_account_is_outdated_with_its_reason_and_tolerated(
    organization: Organization,
) -> None:
    name = f"half-{organization.accounts['deep']}"
    organization.session("other").client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    properties = {"BucketName": {"Fn::Sub": "half-${AWS::AccountId}"}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": properties}
    template = organization_template(
        "half",
        _units(organization, "Sets"),
        OperationPreferences={"FailureTolerancePercentage": 50},
        TemplateBody=json.dumps({"Resources": {"B": bucket}}),
        Parameters=[],
    )
    made = deploy(organization, template, "half", HUB)
    found = statuses(organization, "half")
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert found["flat"] == CURRENT
    status, reason = found["deep"]
    assert (status, "ResourceStatusReason:" in reason) == ("OUTDATED", True)


def test_more_failures_than_tolerated_undo_the_stack_set(organization: Organization) -> None:
    template = organization_template(
        "broken", _units(organization, "Sets"), TemplateBody='{"Resources": {"X": {"Type": "No"}}}'
    )
    made = deploy(organization, template, "broken", HUB)
    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "unexpectedly stopped or failed" in failures(organization, made["StackId"], HUB)
    client = organization.session().client("cloudformation")
    with pytest.raises(ClientError, match="StackSetNotFoundException"):
        client.describe_stack_set(StackSetName="broken", CallAs="DELEGATED_ADMIN")


@pytest.mark.parametrize(
    ("account", "call_as", "refusal"),
    [
        pytest.param("flat", "DELEGATED_ADMIN", "not a delegated administrator", id="no-delegate"),
        pytest.param("hub", "SELF", "must be the management account or", id="forgot-call-as"),
        pytest.param(MANAGEMENT, "DELEGATED_ADMIN", "not a delegated", id="management-delegated"),
    ],
)
def test_who_may_not_operate_is_refused_as_by_aws(
    organization: Organization, account: str, call_as: str, refusal: str
) -> None:
    template = organization_template("refused", _units(organization, "Sets"), CallAs=call_as)
    made = deploy(organization, template, f"refused-{call_as.lower().replace('_', '-')}", account)
    assert refusal in failures(organization, made["StackId"], account)


def test_an_instance_broken_on_purpose_says_so(
    emulator: Emulator, organization: Organization
) -> None:
    deploy(organization, organization_template("sick", _units(organization, "Sets")), "sick", HUB)
    account = organization.accounts["flat"]
    emulator.control.break_stack_instance("sick", account, "eu-west-1", "INOPERABLE")
    assert statuses(organization, "sick")["flat"][0] == "INOPERABLE"
    emulator.control.break_stack_instance("sick", account, "eu-west-1", "CURRENT")
    assert statuses(organization, "sick")["flat"] == CURRENT


def test_deleting_the_resource_deletes_every_instance(organization: Organization) -> None:
    deploy(organization, organization_template("gone", _units(organization, "Sets")), "gone", HUB)
    client = organization.session().client("cloudformation")
    client.delete_stack(StackName="gone")
    client.get_waiter("stack_delete_complete").wait(
        StackName="gone", WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    names = [
        each["StackSetName"]
        for each in client.list_stack_sets(CallAs="DELEGATED_ADMIN")["Summaries"]
    ]
    assert "gone" not in names
    topics = organization.session("flat").client("sns").list_topics()["Topics"]
    assert not [each for each in topics if each["TopicArn"].endswith(":gone-topic")]
