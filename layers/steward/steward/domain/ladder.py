"""What follows a failed delete: wait and retry, our own role, opt-in force, then a person.

The ladder waits without waiters: each rung is a date in the lease, the next sweep climbs it.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.domain.decisions import Action, Decision, block
from steward.domain.leases import Lease, LeaseState, Step
from steward.domain.policy import Deletion

# Lambda's network interfaces take up to 45 minutes to disappear, so the first retry waits 30.
RETRY_DELAYS = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
_ROLE_IS_GONE = re.compile(
    r"invalid or cannot be assumed|is not authorized to assume|role .* does not exist", re.I
)
_BUCKET_NOT_EMPTY = re.compile(r"bucket .*not empty|BucketNotEmpty", re.I)


@dataclass(frozen=True, slots=True)
class ResourceFailure:
    """One resource that CloudFormation could not delete, as its DELETE_FAILED event says."""

    logical_id: str
    resource_type: str
    physical_id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.logical_id} ({self.resource_type}): {self.reason}"


@dataclass(frozen=True, slots=True)
class DeleteFailure:
    """Why one delete failed: the stack's own reason and each resource's."""

    stack_reason: str
    resources: tuple[ResourceFailure, ...] = ()

    @property
    def sentence(self) -> str:
        resources = "; ".join(str(resource) for resource in self.resources)
        return resources or self.stack_reason or "CloudFormation gave no reason"

    @property
    def role_is_gone(self) -> bool:
        reasons = [self.stack_reason, *(resource.reason for resource in self.resources)]
        return any(_ROLE_IS_GONE.search(reason) for reason in reasons)

    @property
    def bucket_not_empty(self) -> bool:
        return any(
            resource.resource_type == "AWS::S3::Bucket"
            and _BUCKET_NOT_EMPTY.search(resource.reason)
            for resource in self.resources
        )


def after_failure(
    lease: Lease, failure: DeleteFailure, deletion: Deletion, now: datetime
) -> Decision:
    """Put the next rung's date into `lease`, or block it when the ladder has ended.

    The same failure told twice changes nothing, nor does one of a delete that is not ours.
    """
    attempt = lease.attempt
    if lease.state is not LeaseState.REAPING or (attempt and attempt.failure):
        return Decision(Action.KEEP, f"no news: {failure.sentence}", lease)
    if attempt is None:
        raise ValueError(f"lease {lease.lease_id} has a failed delete but no attempt on record")
    tried = (*lease.tried, attempt.step)
    rung = _next_rung(tried, failure, deletion)
    failed = replace(
        attempt,
        failure=failure.sentence,
        failed_resources=tuple(resource.logical_id for resource in failure.resources),
        retry_step=rung.step if rung else None,
        retry_at=now + rung.delay if rung else None,
    )
    noted = replace(lease, attempt=failed, tried=tried)
    if rung is None:
        return block(noted, f"not deleted after {len(tried)} attempts: {failure.sentence}")
    reason = f"the delete failed: {failure.sentence}; next: {rung.step} in {rung.delay}"
    return Decision(Action.REPORT, reason, noted, until=failed.retry_at)


@dataclass(frozen=True, slots=True)
class _Rung:
    step: Step
    delay: timedelta = timedelta(0)


def _next_rung(tried: tuple[Step, ...], failure: DeleteFailure, deletion: Deletion) -> _Rung | None:
    """Known causes first, then patience, then what the policy opted in to; None ends the ladder."""
    if failure.role_is_gone and Step.OWN_ROLE not in tried:
        return _Rung(Step.OWN_ROLE)
    if failure.bucket_not_empty and deletion.empty_buckets and Step.EMPTY_BUCKETS not in tried:
        return _Rung(Step.EMPTY_BUCKETS)
    waits = tried.count(Step.PLAIN) - 1
    if Step.OWN_ROLE not in tried and 0 <= waits < len(RETRY_DELAYS):
        return _Rung(Step.PLAIN, RETRY_DELAYS[waits])
    opted = (
        (Step.RETAIN_FAILED, deletion.retain_failed_resources and bool(failure.resources)),
        (Step.FORCE, deletion.force),
    )
    return next((_Rung(step) for step, on in opted if on and step not in tried), None)
