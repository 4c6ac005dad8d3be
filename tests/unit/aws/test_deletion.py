"""The delete call, what may refuse it, and the session policy that confines it to one stack."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.deletion import (
    LONGEST_SESSION_POLICY,
    DeleteRefused,
    delete_stack,
    one_stack_session_policy,
)
from steward.aws.errors import NotAllowed
from tests.factories import make_stack_id
from tests.unit.aws.scripted import Scripted

STACK_ID = make_stack_id()
ROLE = "arn:aws:iam::222222222222:role/steward-cloudformation"
TOKEN = "steward-reap-0123456789ab-1-1"
PLAIN = {"StackName": STACK_ID, "ClientRequestToken": TOKEN}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, PLAIN, id="plain"),
        pytest.param({"role_arn": ROLE}, {**PLAIN, "RoleARN": ROLE}, id="own-role"),
        pytest.param(
            {"retain": ("Files",)}, {**PLAIN, "RetainResources": ["Files"]}, id="retain-failed"
        ),
        pytest.param({"force": True}, {**PLAIN, "DeletionMode": "FORCE_DELETE_STACK"}, id="force"),
    ],
)
def test_a_delete_sends_only_what_its_rung_asks_for(
    options: dict[str, Any], expected: dict[str, Any]
) -> None:
    with Scripted("cloudformation").answers("delete_stack", {}, expected) as aws:
        delete_stack(aws.client, STACK_ID, TOKEN, **options)


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param(
            f"Stack [{STACK_ID}] cannot be deleted while TerminationProtection is enabled",
            id="protected",
        ),
        pytest.param("Export cart-topic is imported by stack shop", id="export-in-use"),
        pytest.param(f"Role {ROLE} is invalid or cannot be assumed", id="role-is-gone"),
    ],
)
def test_a_refusal_keeps_cloudformations_words(reason: str) -> None:
    with (
        Scripted("cloudformation").refuses("delete_stack", "ValidationError", reason) as aws,
        pytest.raises(DeleteRefused) as caught,
    ):
        delete_stack(aws.client, STACK_ID, TOKEN)
    assert caught.value.reason == reason
    assert reason in str(caught.value)


def test_a_missing_permission_says_which_and_where_to_look() -> None:
    with (
        Scripted("cloudformation").refuses("delete_stack", "AccessDenied", "no PassRole") as aws,
        pytest.raises(NotAllowed, match=r"DeleteStack.*no PassRole.*members/roles") as caught,
    ):
        delete_stack(aws.client, STACK_ID, TOKEN)
    assert caught.value.action == "DeleteStack"


def test_a_repeat_after_a_crash_is_the_same_delete() -> None:
    with Scripted("cloudformation").refuses("delete_stack", "TokenAlreadyExistsException") as aws:
        delete_stack(aws.client, STACK_ID, TOKEN)


def test_a_throttle_flies() -> None:
    with (
        Scripted("cloudformation").refuses("delete_stack", "Throttling", "Rate exceeded") as aws,
        pytest.raises(ClientError, match="Throttling"),
    ):
        delete_stack(aws.client, STACK_ID, TOKEN)


def statements(policy: str) -> dict[str, Any]:
    """Resource of each allowed action."""
    return {
        action: each["Resource"]
        for each in json.loads(policy)["Statement"]
        for action in each["Action"]
        if each["Effect"] == "Allow"
    }


def test_the_session_may_touch_one_stack_and_pass_one_role() -> None:
    policy = one_stack_session_policy(STACK_ID, ROLE)
    assert statements(policy) == {
        "cloudformation:DeleteStack": STACK_ID,
        "cloudformation:DescribeStacks": STACK_ID,
        "cloudformation:DescribeStackEvents": STACK_ID,
        "cloudformation:ListStackResources": STACK_ID,
        "cloudformation:ListImports": "*",
        "iam:PassRole": ROLE,
    }
    (passing,) = [each for each in json.loads(policy)["Statement"] if "Condition" in each]
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}
    }


def test_without_a_role_nothing_may_be_passed() -> None:
    assert "iam:PassRole" not in one_stack_session_policy(STACK_ID, "")


def test_buckets_are_emptied_by_name_and_in_the_stacks_partition() -> None:
    stack_id = STACK_ID.replace("arn:aws:", "arn:aws-cn:")
    found = statements(one_stack_session_policy(stack_id, ROLE, empty_buckets=("files",)))
    assert found["s3:ListBucketVersions"] == ["arn:aws-cn:s3:::files"]
    assert found["s3:DeleteObjectVersion"] == ["arn:aws-cn:s3:::files/*"]
    assert found["s3:DeleteObject"] == ["arn:aws-cn:s3:::files/*"]


LONGEST_STACK_ID = (
    f"arn:aws-us-gov:cloudformation:us-gov-west-1:222222222222:stack/{'n' * 128}/{'0' * 36}"
)
LONGEST_ROLE = f"arn:aws-us-gov:iam::222222222222:role/{'p' * 510}/{'r' * 64}"


def test_the_longest_names_with_one_bucket_fit_into_a_session_policy() -> None:
    policy = one_stack_session_policy(LONGEST_STACK_ID, LONGEST_ROLE, empty_buckets=("b" * 63,))
    assert len(policy) <= LONGEST_SESSION_POLICY


def test_too_many_buckets_are_refused_before_they_are_sent() -> None:
    buckets = [f"{number:063}" for number in range(20)]
    with pytest.raises(DeleteRefused, match=r"2048.*20 buckets.*fewer"):
        one_stack_session_policy(STACK_ID, ROLE, empty_buckets=buckets)
