"""Tags-only change sets: what is asked for, what is read back, and what a crash leaves."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.changesets import (
    Failed,
    NothingToDo,
    Proposed,
    Ready,
    StillWorking,
    discard,
    execute,
    outcome,
    propose,
)
from steward.aws.errors import NotAllowed
from steward.aws.proposals import StackMoved
from steward.domain.tagging import Change, why_not_tags_only
from tests.factories import CREATED, make_stack, make_stack_id
from tests.unit.aws.scripted import Scripted

TOKEN = "steward-tag-0123456789ab-1-2026-11-30t090000z"
STACK = make_stack(tags={"stage": "feature"})
TAGS = {"stage": "feature", "steward:lease": "0123456789ab"}
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
NAMED = {"ChangeSetName": TOKEN, "StackName": STACK.stack_id}
PROPOSED = Proposed(STACK.stack_id, TOKEN)
REQUEST = {
    "ChangeSetName": TOKEN,
    "StackName": STACK.stack_id,
    "ClientToken": TOKEN,
    "ChangeSetType": "UPDATE",
    "UsePreviousTemplate": True,
    "Parameters": [
        {"ParameterKey": "Password", "UsePreviousValue": True},
        {"ParameterKey": "Image", "UsePreviousValue": True},
    ],
    "Capabilities": ["CAPABILITY_IAM"],
    "IncludeNestedStacks": True,
    "Tags": TAG_LIST,
}


def make_row(**fields: Any) -> dict[str, Any]:
    return {
        "StackId": STACK.stack_id,
        "StackName": STACK.name,
        "CreationTime": CREATED,
        "StackStatus": "CREATE_COMPLETE",
        "Capabilities": ["CAPABILITY_IAM"],
        "NotificationARNs": ["arn:aws:sns:eu-west-1:222222222222:deploys"],
        "RoleARN": "arn:aws:iam::222222222222:role/deploy",
        "RollbackConfiguration": {"MonitoringTimeInMinutes": 5},
        "Parameters": [
            {"ParameterKey": "Password", "ParameterValue": "****"},
            {"ParameterKey": "Image", "ParameterValue": "/ami", "ResolvedValue": "ami-1"},
        ],
        "Tags": [{"Key": "stage", "Value": "feature"}],
        **fields,
    }


def reading(row: dict[str, Any], transforms: list[str] | None = None) -> Scripted:
    """A client that has just been asked for the template's transforms and the stack."""
    aws = Scripted("cloudformation")
    aws.answers("get_template_summary", {"DeclaredTransforms": transforms or []})
    return aws.answers("describe_stacks", {"Stacks": [row]}, {"StackName": STACK.stack_id})


def make_description(**fields: Any) -> dict[str, Any]:
    return {
        "StackId": STACK.stack_id,
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "Tags": TAG_LIST,
        "Changes": [],
        **fields,
    }


def make_change(name: str, **fields: Any) -> dict[str, Any]:
    change = {
        "Action": "Modify",
        "LogicalResourceId": name,
        "ResourceType": "AWS::SNS::Topic",
        "Replacement": "False",
        "Scope": ["Tags"],
        **fields,
    }
    return {"Type": "Resource", "ResourceChange": change}


def test_a_proposal_keeps_every_value_and_sends_nothing_that_would_replace_settings() -> None:
    with reading(make_row()).answers("create_change_set", {"Id": "arn"}, REQUEST) as aws:
        assert propose(aws.client, STACK, TAGS, TOKEN) == PROPOSED


def test_a_transform_needs_its_capability() -> None:
    request = {**REQUEST, "Capabilities": ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]}
    aws = reading(make_row(), ["AWS::Serverless-2016-10-31"])
    with aws.answers("create_change_set", {"Id": "arn"}, request):
        propose(aws.client, STACK, TAGS, TOKEN)


def test_removing_the_last_tags_sends_an_empty_list() -> None:
    request = {**REQUEST, "Tags": []}
    with reading(make_row()).answers("create_change_set", {"Id": "arn"}, request) as aws:
        propose(aws.client, STACK, {}, TOKEN)


def test_a_template_with_language_extensions_is_not_updated() -> None:
    aws = Scripted("cloudformation")
    aws.answers("get_template_summary", {"DeclaredTransforms": ["AWS::LanguageExtensions"]})
    with aws:
        proposed = propose(aws.client, STACK, TAGS, TOKEN)
        assert outcome(aws.client, proposed) == Failed(
            "the template uses AWS::LanguageExtensions and would have to be resent"
        )


def test_tags_that_changed_since_they_were_read_are_not_overwritten() -> None:
    row = make_row(Tags=[{"Key": "stage", "Value": "prod"}])
    with reading(row) as aws, pytest.raises(StackMoved, match="try again"):
        propose(aws.client, STACK, TAGS, TOKEN)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({}, id="ready"),
        pytest.param(
            {"Status": "CREATE_IN_PROGRESS", "ExecutionStatus": "UNAVAILABLE"}, id="being-made"
        ),
    ],
)
def test_one_that_a_crash_left_behind_is_used_again(found: dict[str, Any]) -> None:
    aws = reading(make_row()).refuses("create_change_set", "AlreadyExistsException")
    with aws.answers("describe_change_set", make_description(**found), NAMED):
        assert propose(aws.client, STACK, TAGS, TOKEN) == PROPOSED


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE"}, id="failed"),
        pytest.param({"ExecutionStatus": "OBSOLETE"}, id="the-stack-was-updated-since"),
        pytest.param({"Tags": []}, id="other-tags"),
    ],
)
def test_one_that_does_not_fit_any_more_is_replaced(found: dict[str, Any]) -> None:
    aws = reading(make_row()).refuses("create_change_set", "AlreadyExistsException")
    aws.answers("describe_change_set", make_description(**found), NAMED)
    aws.answers("delete_change_set", {}, NAMED)
    with aws.answers("create_change_set", {"Id": "arn"}, REQUEST):
        assert propose(aws.client, STACK, TAGS, TOKEN) == PROPOSED


@pytest.mark.parametrize(
    "code", ["ValidationError", "InsufficientCapabilitiesException", "LimitExceededException"]
)
def test_what_cloudformation_refuses_for_good_has_its_reason(code: str) -> None:
    with reading(make_row()).refuses("create_change_set", code, "its reason") as aws:
        proposed = propose(aws.client, STACK, TAGS, TOKEN)
        assert outcome(aws.client, proposed) == Failed("its reason")
        discard(aws.client, proposed)


def test_a_role_that_may_not_tag_is_told_apart() -> None:
    with (
        reading(make_row()).refuses("create_change_set", "AccessDenied", "no") as aws,
        pytest.raises(NotAllowed, match="CreateChangeSet"),
    ):
        propose(aws.client, STACK, TAGS, TOKEN)


def test_a_throttle_flies() -> None:
    with (
        reading(make_row()).refuses("create_change_set", "Throttling") as aws,
        pytest.raises(ClientError, match="Throttling"),
    ):
        propose(aws.client, STACK, TAGS, TOKEN)


def looked_at(aws: Scripted, seconds: int = 4) -> tuple[Any, list[float]]:
    """The outcome, and how long it slept each time."""
    naps: list[float] = []
    with aws:
        return outcome(aws.client, PROPOSED, timedelta(seconds=seconds), naps.append), naps


def test_every_page_of_changes_is_read() -> None:
    aws = Scripted("cloudformation")
    first = make_description(Changes=[make_change("Topic")], NextToken="2")
    aws.answers("describe_change_set", first, NAMED)
    last = make_description(Changes=[make_change("Table", Action="Remove", Replacement="True")])
    aws.answers("describe_change_set", last, {**NAMED, "NextToken": "2"})
    found, _ = looked_at(aws)
    assert found == Ready(
        (
            Change("Topic", "AWS::SNS::Topic", "Modify", "False", ("Tags",)),
            Change("Table", "AWS::SNS::Topic", "Remove", "True", ("Tags",)),
        )
    )


CHILD = "arn:aws:cloudformation:eu-west-1:222222222222:stack/feat-cart-Child/1"
CHILD_SET = f"arn:aws:cloudformation:eu-west-1:222222222222:changeSet/{TOKEN}-Child-7/uuid"


def test_changes_inside_nested_stacks_are_read_too() -> None:
    nested = make_change(
        "Child",
        ResourceType="AWS::CloudFormation::Stack",
        PhysicalResourceId=CHILD,
        ChangeSetId=CHILD_SET,
    )
    aws = Scripted("cloudformation")
    aws.answers("describe_change_set", make_description(Changes=[nested]), NAMED)
    inside = make_description(Changes=[make_change("Queue", Scope=["Properties"])])
    aws.answers(
        "describe_change_set", inside, {"ChangeSetName": f"{TOKEN}-Child-7", "StackName": CHILD}
    )
    found, _ = looked_at(aws)
    assert isinstance(found, Ready)
    assert [(change.logical_id, change.scope) for change in found.changes] == [
        ("Child", ("Tags",)),
        ("Queue", ("Properties",)),
    ]


def test_a_change_of_an_unknown_kind_is_never_safe() -> None:
    aws = Scripted("cloudformation")
    aws.answers("describe_change_set", make_description(Changes=[{"Type": "Resource"}]))
    found, _ = looked_at(aws)
    assert isinstance(found, Ready)
    assert why_not_tags_only(found.changes) == "the update would change something (Resource)"


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        pytest.param(
            {
                "Status": "FAILED",
                "ExecutionStatus": "UNAVAILABLE",
                "StatusReason": "The submitted information didn't contain changes.",
            },
            NothingToDo(),
            id="no-changes",
        ),
        pytest.param(
            {
                "Status": "FAILED",
                "ExecutionStatus": "UNAVAILABLE",
                "StatusReason": "No updates are to be performed.",
            },
            NothingToDo(),
            id="no-updates",
        ),
        pytest.param(
            {
                "Status": "FAILED",
                "ExecutionStatus": "UNAVAILABLE",
                "StatusReason": "Transform failed",
            },
            Failed("Transform failed"),
            id="failed",
        ),
        pytest.param(
            {"ExecutionStatus": "OBSOLETE"},
            Failed("the change set is CREATE_COMPLETE, OBSOLETE"),
            id="obsolete",
        ),
        pytest.param(
            {"ExecutionStatus": "EXECUTE_COMPLETE"},
            Failed("the change set is CREATE_COMPLETE, EXECUTE_COMPLETE"),
            id="already-executed",
        ),
        pytest.param(
            {"StackId": make_stack_id(STACK.name, incarnation=2)},
            Failed("the change set is for another stack of that name"),
            id="redeployed-under-the-same-name",
        ),
    ],
)
def test_what_a_settled_change_set_means(description: dict[str, Any], expected: object) -> None:
    aws = Scripted("cloudformation")
    aws.answers("describe_change_set", make_description(**description))
    assert looked_at(aws) == (expected, [])


def being_made(times: int) -> Scripted:
    aws = Scripted("cloudformation")
    pending = make_description(Status="CREATE_IN_PROGRESS", ExecutionStatus="UNAVAILABLE")
    for _ in range(times):
        aws.answers("describe_change_set", pending)
    return aws


def test_one_that_is_being_made_is_waited_for() -> None:
    aws = being_made(2).answers("describe_change_set", make_description())
    assert looked_at(aws, seconds=4) == (Ready(()), [2.0, 2.0])


def test_patience_ends() -> None:
    assert looked_at(being_made(3), seconds=4) == (StillWorking(), [2.0, 2.0])


def test_without_patience_there_is_one_look() -> None:
    assert looked_at(being_made(1), seconds=0) == (StillWorking(), [])


def test_the_update_carries_our_token() -> None:
    expected = {**NAMED, "ClientRequestToken": TOKEN}
    with Scripted("cloudformation").answers("execute_change_set", {}, expected) as aws:
        execute(aws.client, PROPOSED, TOKEN)


def test_an_execution_repeated_after_a_crash_is_the_same_update() -> None:
    aws = Scripted("cloudformation")
    with aws.refuses("execute_change_set", "TokenAlreadyExistsException"):
        execute(aws.client, PROPOSED, TOKEN)


def test_an_execution_of_a_changed_stack_flies_and_is_tried_anew() -> None:
    aws = Scripted("cloudformation").refuses("execute_change_set", "InvalidChangeSetStatus")
    with aws, pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        execute(aws.client, PROPOSED, TOKEN)


@pytest.mark.parametrize("step", [outcome, discard, lambda aws, which: execute(aws, which, TOKEN)])
@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_every_step_tells_a_denial_from_what_may_pass(step: Any, code: str) -> None:
    aws = Scripted("cloudformation")
    operations = {outcome: "describe_change_set", discard: "delete_change_set"}
    aws.refuses(operations.get(step, "execute_change_set"), code, "no")
    with aws, pytest.raises(NotAllowed if code == "AccessDenied" else ClientError):
        step(aws.client, PROPOSED)


@pytest.mark.parametrize("code", ["", "InvalidChangeSetStatus"])
def test_discarding_leaves_what_is_still_in_use(code: str) -> None:
    aws = Scripted("cloudformation")
    if code:
        aws.refuses("delete_change_set", code, expected=NAMED)
    else:
        aws.answers("delete_change_set", {}, NAMED)
    with aws:
        discard(aws.client, PROPOSED)
