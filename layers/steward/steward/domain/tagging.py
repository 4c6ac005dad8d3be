"""A tags-only stack update: what to send, and whether what CloudFormation would do is only that.

CloudFormation has no call that tags a stack; a tag is an update of the whole stack. So Steward
asks for a change set and executes it only if every change is a change of tags.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from steward.domain.leases import Lease, TagMirror, TagStatus
from steward.domain.stacks import UPDATABLE_STATUSES, Stack

DELETE_AFTER_TAG = "steward:delete-after"
LEASE_TAG = "steward:lease"
OWN_TAGS = (DELETE_AFTER_TAG, LEASE_TAG)
TOKEN_PREFIX = "steward-"
MOST_TAGS = 50
# A changed tag value alone has broken updates of these: cloudformation-coverage-roadmap 538, 1278.
# What the role steward-tag may tag (org/members/roles.yaml, Metadata.Steward). A stack without a
# service role is updated with that role's rights; any other type would fail, and so might its
# rollback.
TAGGABLE_TYPES = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::DynamoDB::Table",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::StepFunctions::StateMachine",
    }
)
BREAKING_TYPES = frozenset(
    {"AWS::WAFv2::WebACLAssociation", "AWS::CodeStarNotifications::NotificationRule"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One resource change of a change set, as DescribeChangeSet lists it."""

    logical_id: str
    resource_type: str
    action: str
    replacement: str
    scope: tuple[str, ...]


def merged_tags(stack: Stack, lease: Lease) -> dict[str, str]:
    """All tags the stack shall have: its own without AWS's `aws:*`, ours set or removed.

    The list replaces the stack's tags, so whatever is not sent again is lost.
    """
    kept = {
        key: value
        for key, value in stack.tags.items()
        if key not in OWN_TAGS and not key.startswith("aws:")
    }
    if not lease.tag.value:
        return kept
    return {**kept, DELETE_AFTER_TAG: lease.tag.value, LEASE_TAG: lease.lease_id}


def why_not_taggable(stack: Stack, lease: Lease) -> str:
    """Why an update of `stack` must not even be asked for; empty when it may be."""
    if stack.stack_id != lease.stack_id:
        return "the stack is another one by now"
    if stack.status not in UPDATABLE_STATUSES:
        return f"CloudFormation updates no stack in {stack.status}"
    if len(merged_tags(stack, lease)) > MOST_TAGS:
        return f"the stack has no room for two more tags (at most {MOST_TAGS})"
    return ""


def must_wait(stack: Stack, lease: Lease) -> bool:
    """Whether `stack` is busy, or was updated since it was judged: the next sweep judges it first.

    A tag update on top of an unjudged deploy would hide that somebody still works on the stack.
    """
    return stack.in_progress or stack.touched_at > lease.seen_update


def already_mirrored(stack: Stack, lease: Lease) -> bool:
    """Whether the stack carries exactly the tags wanted, so that there is nothing to update."""
    return merged_tags(stack, lease) == _without_aws(stack.tags)


def _without_aws(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def why_not_tags_only(changes: Iterable[Change], taggable: frozenset[str] | None = None) -> str:
    """Why a change set would do more than change tags; empty when it is safe to execute.

    `taggable`: the resource types that whoever updates the stack may tag; None when that is the
    stack's own service role. An empty change set is safe: only the stack itself is tagged.
    """
    return next((why for change in changes if (why := _why_unsafe(change, taggable))), "")


def _why_unsafe(change: Change, taggable: frozenset[str] | None) -> str:
    what = f"{change.logical_id} ({change.resource_type})"
    if change.action != "Modify":
        return f"the update would {change.action.lower() or 'change'} {what}"
    if change.replacement != "False":
        return f"the update might replace {what}"
    if change.scope != ("Tags",):
        return f"the update would change {', '.join(change.scope) or 'unknown parts'} of {what}"
    if change.resource_type in BREAKING_TYPES:
        return f"updates of tags are known to break {what}"
    if taggable is not None and change.resource_type not in taggable:
        return f"the stack has no service role, and Steward's role may not tag {what}"
    return ""


def written(tag: TagMirror) -> TagMirror:
    """The mirror after the stack took the tags; nothing is left of it when they were removed."""
    return TagMirror(TagStatus.WRITTEN, tag.value) if tag.value else TagMirror()


def skipped(tag: TagMirror, why: str) -> TagMirror:
    """The mirror when the stack cannot be tagged; the lease goes on without it."""
    return TagMirror(TagStatus.SKIPPED, tag.value, why)


def tag_token(lease: Lease) -> str:
    """ClientRequestToken and change set name of this tag update: the same after a crash."""
    aim = lease.tag.value.replace(":", "").lower() or "none"
    return f"{TOKEN_PREFIX}tag-{lease.lease_id}-{lease.generation}-{aim}"


def delete_token(lease: Lease, attempt: int) -> str:
    """ClientRequestToken of the lease's n-th delete: the same after a crash."""
    return f"{TOKEN_PREFIX}reap-{lease.lease_id}-{lease.generation}-{attempt}"


def is_own_token(token: str) -> bool:
    """Whether a stack event's ClientRequestToken says that Steward asked for the operation."""
    return token.startswith(TOKEN_PREFIX)
