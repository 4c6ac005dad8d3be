"""Ask CloudFormation for a delete on one rung of the ladder, with rights for that stack only."""

from typing import TYPE_CHECKING

from steward.aws.buckets import BucketNotEmptied, empty_bucket
from steward.aws.deletion import DeleteRefused, delete_stack, one_stack_session_policy
from steward.aws.errors import NotAllowed, denials
from steward.aws.sessions import AccountUnreachable, Sessions
from steward.aws.stacks import bucket_names, failed_resource_ids
from steward.domain.leases import Attempt, Step
from steward.domain.stacks import Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class DeleteNotTaken(Exception):
    """CloudFormation, or a missing permission, refused the delete at once; says which."""

    def __init__(self, stack_name: str, reason: Exception) -> None:
        super().__init__(f"{stack_name} was not deleted: {reason}")


def request_delete(
    sessions: Sessions,
    reader: "CloudFormationClient",
    stack: Stack,
    attempt: Attempt,
    reap_role: str,
    own_role_arn: str,
) -> None:
    """Send the one DeleteStack call of `attempt`; events and the next sweep tell its outcome."""
    try:
        with denials():
            _request(sessions, reader, stack, attempt, reap_role, own_role_arn)
    except (AccountUnreachable, BucketNotEmptied, DeleteRefused, NotAllowed) as error:
        raise DeleteNotTaken(stack.name, error) from error


def _request(
    sessions: Sessions,
    reader: "CloudFormationClient",
    stack: Stack,
    attempt: Attempt,
    reap_role: str,
    own_role_arn: str,
) -> None:
    step = attempt.step
    buckets = bucket_names(reader, stack.stack_id) if step is Step.EMPTY_BUCKETS else ()
    retain = failed_resource_ids(reader, stack.stack_id) if step is Step.RETAIN_FAILED else ()
    takes_own_role = not stack.role_arn or step is Step.OWN_ROLE
    for bucket in buckets:
        rights = one_stack_session_policy(stack.stack_id, "", empty_buckets=(bucket,))
        s3 = sessions.s3(stack.unit, reap_role, session_policy=rights)
        empty_bucket(s3, bucket, stack.unit.account_id)
    rights = one_stack_session_policy(stack.stack_id, own_role_arn)
    delete_stack(
        sessions.cloudformation(stack.unit, reap_role, session_policy=rights),
        stack.stack_id,
        attempt.token,
        role_arn=own_role_arn if takes_own_role else "",
        retain=retain,
        force=step is Step.FORCE,
    )
