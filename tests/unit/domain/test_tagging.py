"""A tags-only update: what is sent, and that anything beyond tags is refused."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.leases import Lease, TagMirror, TagStatus
from steward.domain.stacks import UPDATABLE_STATUSES
from steward.domain.tagging import (
    Change,
    already_mirrored,
    delete_token,
    is_own_token,
    merged_tags,
    must_wait,
    skipped,
    tag_token,
    why_not_taggable,
    why_not_tags_only,
    written,
)
from tests.factories import CREATED, make_lease, make_stack

DATE = "2026-12-01T09:00:00Z"
SECOND = timedelta(seconds=1)


def lease(value: str = DATE, **overrides: Any) -> Lease:
    return make_lease(tag=TagMirror(TagStatus.WANTED, value), **overrides)


OURS = {"steward:delete-after": DATE, "steward:lease": lease().lease_id}


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        pytest.param({"owner": "me"}, DATE, {"owner": "me", **OURS}, id="added"),
        pytest.param(
            {"owner": "me", **OURS, "steward:delete-after": "2026-01-01T00:00:00Z"},
            DATE,
            {"owner": "me", **OURS},
            id="rewritten",
        ),
        pytest.param({"owner": "me", **OURS}, "", {"owner": "me"}, id="removed"),
        pytest.param({"aws:x": "1", "awsome": "2"}, "", {"awsome": "2"}, id="AWS's own dropped"),
        pytest.param({"steward:keep": "yes"}, DATE, {"steward:keep": "yes", **OURS}, id="not ours"),
    ],
)
def test_all_tags_are_sent_again(before: dict[str, str], value: str, after: dict[str, str]) -> None:
    assert merged_tags(make_stack(tags=before), lease(value)) == after


@pytest.mark.parametrize(
    ("before", "value", "mirrored"),
    [
        pytest.param({"owner": "me", **OURS, "aws:x": "1"}, DATE, True, id="both tags there"),
        pytest.param({**OURS, "steward:lease": "other"}, DATE, False, id="another lease's"),
        pytest.param({"owner": "me"}, DATE, False, id="missing"),
        pytest.param({"owner": "me", "aws:x": "1"}, "", True, id="none, as wanted"),
        pytest.param({"owner": "me", **OURS}, "", False, id="still there"),
    ],
)
def test_a_stack_that_carries_the_tags_needs_no_update(
    before: dict[str, str], value: str, mirrored: bool
) -> None:
    assert already_mirrored(make_stack(tags=before), lease(value)) is mirrored


def test_another_stack_is_not_tagged() -> None:
    assert why_not_taggable(make_stack("feat-other"), lease()) == (
        "the stack is another one by now"
    )


@pytest.mark.parametrize("status", sorted(UPDATABLE_STATUSES))
def test_a_sound_stack_may_be_tagged(status: str) -> None:
    assert why_not_taggable(make_stack(status=status), lease()) == ""


@pytest.mark.parametrize(
    "status", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_IN_PROGRESS"]
)
def test_a_stack_that_takes_no_update_is_not_tagged(status: str) -> None:
    why = why_not_taggable(make_stack(status=status), lease())
    assert why == f"CloudFormation updates no stack in {status}"


@pytest.mark.parametrize(
    ("own_tags", "value", "why"),
    [
        pytest.param(48, DATE, "", id="room for two"),
        pytest.param(
            49, DATE, "the stack has no room for two more tags (at most 50)", id="room for one"
        ),
        pytest.param(50, "", "", id="removing needs no room"),
    ],
)
def test_two_more_tags_need_room(own_tags: int, value: str, why: str) -> None:
    tags = {f"tag{number}": "x" for number in range(own_tags)} | {"aws:one": "x", "aws:two": "x"}
    assert why_not_taggable(make_stack(tags=tags), lease(value)) == why


@pytest.mark.parametrize(
    ("status", "touched", "waits"),
    [
        pytest.param("UPDATE_COMPLETE", CREATED, False, id="as it was judged"),
        pytest.param("UPDATE_COMPLETE", CREATED + SECOND, True, id="updated since"),
        pytest.param("UPDATE_IN_PROGRESS", CREATED, True, id="busy"),
    ],
)
def test_a_tag_update_waits_for_the_judgement_of_a_deploy(
    status: str, touched: object, waits: bool
) -> None:
    assert must_wait(make_stack(status=status, updated_at=touched), lease()) is waits


TAGS_ONLY = Change("Queue", "AWS::SQS::Queue", "Modify", "False", ("Tags",))


def change(**overrides: Any) -> Change:
    fields = {
        "logical_id": "Table",
        "resource_type": "AWS::DynamoDB::Table",
        "action": "Modify",
        "replacement": "False",
        "scope": ("Tags",),
    }
    return Change(**{**fields, **overrides})


WHAT = "Table (AWS::DynamoDB::Table)"


@pytest.mark.parametrize(
    ("unsafe", "why"),
    [
        pytest.param(change(action="Remove"), f"the update would remove {WHAT}", id="removal"),
        pytest.param(change(action="Add"), f"the update would add {WHAT}", id="addition"),
        pytest.param(change(action=""), f"the update would change {WHAT}", id="action unknown"),
        pytest.param(
            change(replacement="True"), f"the update might replace {WHAT}", id="replacement"
        ),
        pytest.param(
            change(replacement="Conditional"),
            f"the update might replace {WHAT}",
            id="perhaps a replacement",
        ),
        pytest.param(
            change(replacement=""), f"the update might replace {WHAT}", id="replacement unknown"
        ),
        pytest.param(
            change(scope=("Properties", "Tags")),
            f"the update would change Properties, Tags of {WHAT}",
            id="more than tags",
        ),
        pytest.param(
            change(scope=("Properties",)),
            f"the update would change Properties of {WHAT}",
            id="something else than tags",
        ),
        pytest.param(
            change(scope=()), f"the update would change unknown parts of {WHAT}", id="scope unknown"
        ),
        pytest.param(
            change(resource_type="AWS::WAFv2::WebACLAssociation"),
            "updates of tags are known to break Table (AWS::WAFv2::WebACLAssociation)",
            id="web ACL association",
        ),
        pytest.param(
            change(resource_type="AWS::CodeStarNotifications::NotificationRule"),
            "updates of tags are known to break "
            "Table (AWS::CodeStarNotifications::NotificationRule)",
            id="notification rule",
        ),
    ],
)
def test_one_unsafe_change_among_safe_ones_refuses_the_change_set(unsafe: Change, why: str) -> None:
    assert why_not_tags_only([TAGS_ONLY, unsafe, TAGS_ONLY]) == why


def test_without_a_service_role_only_types_that_may_be_tagged_are_safe() -> None:
    table_only = frozenset({"AWS::DynamoDB::Table"})
    assert why_not_tags_only([change()], table_only) == ""
    assert why_not_tags_only([change(), TAGS_ONLY], table_only) == (
        "the stack has no service role, and Steward's role may not tag Queue (AWS::SQS::Queue)"
    )
    assert why_not_tags_only([change()], frozenset()) != ""


def test_tags_only_and_empty_change_sets_are_safe() -> None:
    assert why_not_tags_only([TAGS_ONLY, change()]) == ""
    assert why_not_tags_only([]) == ""


def test_the_mirror_says_how_the_update_went() -> None:
    wanted = TagMirror(TagStatus.WANTED, DATE)
    assert written(wanted) == TagMirror(TagStatus.WRITTEN, DATE)
    assert written(TagMirror(TagStatus.WANTED, "")) == TagMirror()
    assert skipped(wanted, "no room") == TagMirror(TagStatus.SKIPPED, DATE, "no room")


def test_tokens_are_ours_and_the_same_after_a_crash() -> None:
    one = lease(generation=2)
    assert tag_token(one) == f"steward-tag-{one.lease_id}-2-2026-12-01t090000z"
    assert tag_token(lease("", generation=2)) == f"steward-tag-{one.lease_id}-2-none"
    assert delete_token(one, 3) == f"steward-reap-{one.lease_id}-2-3"
    assert is_own_token(tag_token(one))
    assert is_own_token(delete_token(one, 1))


@pytest.mark.parametrize("token", ["", "my-steward-tag-1", "Steward-tag-1"])
def test_other_tokens_are_not_ours(token: str) -> None:
    assert not is_own_token(token)


@pytest.mark.parametrize(
    "token", [tag_token(lease()), tag_token(lease("")), delete_token(lease(), 99)]
)
def test_tokens_have_the_form_cloudformation_takes(token: str) -> None:
    """CreateChangeSet, "ChangeSetName", and DeleteStack, "ClientRequestToken"."""
    assert len(token) <= 128
    assert token[0].isalpha()
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
