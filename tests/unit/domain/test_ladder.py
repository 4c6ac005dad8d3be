"""After a failed delete: every rung, in order, until a person has to look."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.decisions import Action
from steward.domain.ladder import DeleteFailure, ResourceFailure, after_failure
from steward.domain.leases import Attempt, Lease, LeaseState, Step
from steward.domain.policy import Deletion
from tests.factories import NOW, make_lease

MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)
PLAIN, OWN_ROLE, EMPTY = Step.PLAIN, Step.OWN_ROLE, Step.EMPTY_BUCKETS
RETAIN, FORCE = Step.RETAIN_FAILED, Step.FORCE

ENI = ResourceFailure("Eni", "AWS::EC2::NetworkInterface", "eni-1", "is in use")
BUCKET = ResourceFailure("Data", "AWS::S3::Bucket", "data-1", "The bucket you tried is not empty")
BUSY = DeleteFailure("The following resource(s) failed to delete: [Eni].", (ENI,))
FULL = DeleteFailure("The following resource(s) failed to delete: [Data].", (BUCKET,))
ROLE_GONE = DeleteFailure("Role arn:aws:iam::1:role/x is invalid or cannot be assumed")
EVERYTHING = Deletion(empty_buckets=True, retain_failed_resources=True, force=True)


def failed(step: Step = PLAIN, *tried: Step) -> Lease:
    attempt = Attempt(len(tried) + 1, step, "steward-reap-x", NOW - HOURS, NOW - HOURS)
    return make_lease(state=LeaseState.REAPING, attempt=attempt, tried=tried)


@pytest.mark.parametrize(
    ("lease", "failure", "deletion", "step", "delay"),
    [
        pytest.param(failed(), BUSY, Deletion(), PLAIN, 30 * MINUTES, id="first wait"),
        pytest.param(failed(PLAIN, PLAIN), BUSY, Deletion(), PLAIN, 2 * HOURS, id="second wait"),
        pytest.param(
            failed(PLAIN, PLAIN, PLAIN), BUSY, Deletion(), PLAIN, 12 * HOURS, id="third wait"
        ),
        pytest.param(failed(), ROLE_GONE, Deletion(), OWN_ROLE, 0 * HOURS, id="own role at once"),
        pytest.param(
            failed(PLAIN, PLAIN), ROLE_GONE, Deletion(), OWN_ROLE, 0 * HOURS, id="own role later"
        ),
        pytest.param(
            failed(), FULL, Deletion(), PLAIN, 30 * MINUTES, id="full bucket, not opted in"
        ),
        pytest.param(failed(), FULL, EVERYTHING, EMPTY, 0 * HOURS, id="full bucket, opted in"),
        pytest.param(
            failed(EMPTY, PLAIN), FULL, EVERYTHING, PLAIN, 30 * MINUTES, id="emptied once only"
        ),
        pytest.param(
            failed(OWN_ROLE, PLAIN), FULL, EVERYTHING, EMPTY, 0 * HOURS, id="own role, then empty"
        ),
        pytest.param(
            failed(PLAIN, PLAIN, PLAIN, PLAIN),
            BUSY,
            EVERYTHING,
            RETAIN,
            0 * HOURS,
            id="retain after patience",
        ),
        pytest.param(
            failed(OWN_ROLE, PLAIN), BUSY, EVERYTHING, RETAIN, 0 * HOURS, id="retain after own role"
        ),
        pytest.param(
            failed(RETAIN, OWN_ROLE), BUSY, EVERYTHING, FORCE, 0 * HOURS, id="force after retain"
        ),
        pytest.param(
            failed(PLAIN, PLAIN, PLAIN, PLAIN),
            BUSY,
            Deletion(force=True),
            FORCE,
            0 * HOURS,
            id="force without retain",
        ),
        pytest.param(
            failed(OWN_ROLE),
            ROLE_GONE,
            EVERYTHING,
            FORCE,
            0 * HOURS,
            id="nothing to retain when no resource failed",
        ),
    ],
)
def test_the_next_rung_is_the_gentlest_that_may_help(
    lease: Lease, failure: DeleteFailure, deletion: Deletion, step: Step, delay: timedelta
) -> None:
    decision = after_failure(lease, failure, deletion, NOW)
    after = decision.lease
    assert decision.action is Action.REPORT
    assert after is not None
    assert after.state is LeaseState.REAPING
    assert after.attempt is not None
    assert (after.attempt.retry_step, after.attempt.retry_at) == (step, NOW + delay)
    assert decision.until == NOW + delay
    assert decision.reason == f"the delete failed: {failure.sentence}; next: {step} in {delay}"
    assert lease.attempt is not None
    assert after.tried == (*lease.tried, lease.attempt.step)


@pytest.mark.parametrize(
    ("lease", "failure", "deletion"),
    [
        pytest.param(failed(PLAIN, PLAIN, PLAIN, PLAIN), BUSY, Deletion(), id="patience is out"),
        pytest.param(failed(OWN_ROLE, PLAIN), BUSY, Deletion(), id="own role did not help"),
        pytest.param(failed(OWN_ROLE), ROLE_GONE, Deletion(), id="own role is gone as well"),
        pytest.param(
            failed(FORCE, PLAIN, PLAIN, PLAIN, PLAIN, RETAIN), BUSY, EVERYTHING, id="force failed"
        ),
        pytest.param(
            failed(RETAIN, OWN_ROLE),
            BUSY,
            Deletion(retain_failed_resources=True),
            id="retained once only",
        ),
    ],
)
def test_at_the_end_of_the_ladder_a_person_is_told(
    lease: Lease, failure: DeleteFailure, deletion: Deletion
) -> None:
    decision = after_failure(lease, failure, deletion, NOW)
    tries = len(lease.tried) + 1
    assert decision.action is Action.REPORT
    assert decision.reason == f"blocked: not deleted after {tries} attempts: {failure.sentence}"
    assert decision.lease is not None
    assert decision.lease.state is LeaseState.BLOCKED
    assert decision.lease.retry_at is None
    assert decision.lease.attempt is not None
    assert decision.lease.attempt.retry_step is None
    assert decision.lease.attempt.retry_at is None
    assert decision.lease.attempt.failure == failure.sentence


def climb(failure: DeleteFailure, deletion: Deletion) -> list[Step]:
    """Every step tried until the ladder ends, when each fails in the same way."""
    lease = failed()
    for number in range(2, 20):
        after = after_failure(lease, failure, deletion, NOW).lease
        assert after is not None
        if after.state is LeaseState.BLOCKED:
            return list(after.tried)
        assert after.attempt is not None
        step = after.attempt.retry_step
        assert step is not None
        lease = replace(after, attempt=Attempt(number, step, "t", NOW, NOW))
    raise AssertionError("the ladder has no end")


@pytest.mark.parametrize(
    ("failure", "deletion", "steps"),
    [
        pytest.param(BUSY, Deletion(), [PLAIN] * 4, id="patience"),
        pytest.param(ROLE_GONE, Deletion(), [PLAIN, OWN_ROLE], id="role"),
        pytest.param(BUSY, EVERYTHING, [*[PLAIN] * 4, RETAIN, FORCE], id="everything"),
        pytest.param(
            FULL, EVERYTHING, [PLAIN, EMPTY, *[PLAIN] * 3, RETAIN, FORCE], id="everything, bucket"
        ),
    ],
)
def test_the_whole_ladder(failure: DeleteFailure, deletion: Deletion, steps: list[Step]) -> None:
    assert climb(failure, deletion) == steps


def test_the_failure_is_on_record() -> None:
    after = after_failure(failed(), DeleteFailure("why", (ENI, BUCKET)), Deletion(), NOW).lease
    assert after is not None
    assert after.attempt is not None
    assert after.attempt.failed_resources == ("Eni", "Data")
    assert after.attempt.failure == (
        "Eni (AWS::EC2::NetworkInterface): is in use; "
        "Data (AWS::S3::Bucket): The bucket you tried is not empty"
    )


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        pytest.param(DeleteFailure("whole", (ENI,)), str(ENI), id="resources before the stack"),
        pytest.param(DeleteFailure("whole"), "whole", id="the stack's own reason"),
        pytest.param(DeleteFailure(""), "CloudFormation gave no reason", id="no reason at all"),
    ],
)
def test_a_failure_always_has_a_sentence(failure: DeleteFailure, sentence: str) -> None:
    assert failure.sentence == sentence


def test_a_failure_told_twice_climbs_one_rung() -> None:
    once = after_failure(failed(), BUSY, Deletion(), NOW).lease
    assert once is not None
    twice = after_failure(once, BUSY, Deletion(), NOW + HOURS)
    assert twice.action is Action.KEEP
    assert twice.lease == once
    assert twice.reason == f"no news: {BUSY.sentence}"


@pytest.mark.parametrize(
    "state", [state for state in LeaseState if state is not LeaseState.REAPING]
)
def test_a_failed_delete_of_somebody_else_is_not_ours(state: LeaseState) -> None:
    lease = replace(failed(), state=state)
    decision = after_failure(lease, BUSY, EVERYTHING, NOW)
    assert (decision.action, decision.lease) == (Action.KEEP, lease)


def test_a_failure_without_an_attempt_is_a_broken_record() -> None:
    lease = make_lease(state=LeaseState.REAPING)
    with pytest.raises(ValueError, match=f"lease {lease.lease_id} has a failed delete but no"):
        after_failure(lease, BUSY, Deletion(), NOW)


@pytest.mark.parametrize(
    ("reason", "role_is_gone"),
    [
        pytest.param("Role arn:x is invalid or cannot be assumed", True, id="CloudFormation"),
        pytest.param("CloudFormation is not authorized to assume the role", True, id="trust"),
        pytest.param("ROLE x DOES NOT EXIST", True, id="capitals"),
        pytest.param("The role with name x does not exist", True, id="IAM"),
        pytest.param("AccessDenied: not authorized to perform s3:DeleteBucket", False, id="denied"),
        pytest.param("", False, id="empty"),
    ],
)
def test_a_missing_role_shows_in_any_reason(reason: str, role_is_gone: bool) -> None:
    assert DeleteFailure(reason).role_is_gone is role_is_gone
    assert DeleteFailure("failed", (ENI, replace(ENI, reason=reason))).role_is_gone is role_is_gone


@pytest.mark.parametrize(
    ("overrides", "not_empty"),
    [
        pytest.param({}, True, id="S3's sentence"),
        pytest.param({"reason": "Error: BucketNotEmpty (409)"}, True, id="S3's code"),
        pytest.param({"reason": "bucket x NOT EMPTY"}, True, id="capitals"),
        pytest.param({"reason": "Access Denied"}, False, id="another reason"),
        pytest.param({"resource_type": "AWS::ECR::Repository"}, False, id="another type"),
    ],
)
def test_a_full_bucket_shows_in_its_own_reason(overrides: dict[str, Any], not_empty: bool) -> None:
    assert DeleteFailure("", (ENI, replace(BUCKET, **overrides))).bucket_not_empty is not_empty
