"""The deletion proof: evidence that holds, and for every check one broken piece that refuses.

Each broken piece breaks one check only: with that check removed the proof would hold, which the
last test shows, so that no check can be dropped unnoticed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from steward.domain import proof
from steward.domain.leases import Attempt, LeaseNotice, LeaseState, Step
from steward.domain.proof import Evidence, KillSwitch, Proof, Refusal, prove
from steward.domain.stacks import Protection
from tests.factories import CREATED, NOW, make_account, make_lease, make_policy, make_stack

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
EXPIRED = CREATED + 9 * DAY
TOLD = (
    LeaseNotice(7 * DAY, NOW - 8 * DAY, NOW - 7 * DAY),
    LeaseNotice(3 * DAY, NOW - 4 * DAY, NOW - 4 * DAY),
    LeaseNotice(DAY, NOW - DAY, NOW - DAY),
)
POLICY = make_policy(lease={"ttl": "9d", "max_lifetime": "60d"})
STACK = make_stack()
MARKED = make_lease(
    state=LeaseState.MARKED,
    expires_at=EXPIRED,
    notices=TOLD,
    generation=3,
    marked_at=NOW - 8 * DAY,
    delete_after=NOW,
)
HOLDS = Evidence(
    stack=STACK,
    lease=MARKED,
    account=make_account(),
    policy=POLICY,
    generation=3,
    kill_switch=KillSwitch.OFF,
    importers=(),
    now=NOW,
)


def lease(**overrides: Any) -> Evidence:
    return replace(HOLDS, lease=replace(MARKED, **overrides))


def stack(**overrides: Any) -> Evidence:
    return replace(HOLDS, stack=replace(STACK, **overrides))


def policy(**overrides: Any) -> Evidence:
    return replace(HOLDS, policy=make_policy(**{"lease": {"ttl": "9d"}, **overrides}))


def attempt(**overrides: Any) -> Attempt:
    return replace(Attempt(1, Step.PLAIN, "steward-reap-x", NOW - DAY), **overrides)


def reaping(**overrides: Any) -> Evidence:
    return lease(state=LeaseState.REAPING, attempt=attempt(**overrides))


def told(*delivered: tuple[timedelta, datetime | None]) -> Evidence:
    return lease(notices=tuple(LeaseNotice(stage, NOW - 9 * DAY, at) for stage, at in delivered))


WEEK_AGO = NOW - 7 * DAY
BROKEN = [
    pytest.param(
        "_same_stack",
        stack(stack_id="arn:aws:cloudformation:eu-west-1:222222222222:stack/feat-cart/other"),
        "the stack that was read is not the leased one",
        id="redeployed under the same name",
    ),
    pytest.param(
        "_same_generation",
        replace(HOLDS, generation=2),
        "the lease was extended or renewed since the delete was requested",
        id="extended since",
    ),
    pytest.param(
        "_same_generation",
        replace(HOLDS, generation=4),
        "the lease was extended or renewed since the delete was requested",
        id="message of a later generation",
    ),
    *(
        pytest.param(
            "_not_ended",
            lease(state=state),
            f"the lease is {state}, not marked",
            id=f"lease {state}",
        )
        for state in (LeaseState.ACTIVE, LeaseState.EXEMPT, LeaseState.REAPED, LeaseState.GONE)
    ),
    pytest.param(
        "_its_turn",
        lease(state=LeaseState.BLOCKED),
        "the lease is blocked and its next try is not due",
        id="blocked for good",
    ),
    pytest.param(
        "_its_turn",
        lease(state=LeaseState.BLOCKED, retry_at=NOW + SECOND),
        "the lease is blocked and its next try is not due",
        id="blocked a second longer",
    ),
    pytest.param(
        "_its_turn",
        reaping(accepted_at=NOW - MINUTE),
        "the lease is reaping and its next try is not due",
        id="delete under way",
    ),
    pytest.param(
        "_its_turn",
        reaping(accepted_at=NOW - DAY, failure="busy", retry_at=NOW + SECOND),
        "the lease is reaping and its next try is not due",
        id="next try a second later",
    ),
    pytest.param(
        "_its_turn",
        reaping(failure="busy", retry_at=NOW + SECOND),
        "the lease is reaping and its next try is not due",
        id="failure known before the call was seen to return",
    ),
    pytest.param(
        "_terminal",
        stack(status="DELETE_COMPLETE"),
        "the stack is already gone",
        id="gone",
    ),
    pytest.param(
        "_terminal",
        stack(status="UPDATE_IN_PROGRESS"),
        "an operation is running: UPDATE_IN_PROGRESS",
        id="being updated",
    ),
    pytest.param(
        "_terminal",
        stack(status="DELETE_IN_PROGRESS"),
        "an operation is running: DELETE_IN_PROGRESS",
        id="being deleted",
    ),
    pytest.param(
        "_unprotected",
        stack(protection=Protection.UNKNOWN),
        "termination protection is unknown, not known to be off",
        id="protection unknown",
    ),
    pytest.param(
        "_leasable",
        stack(tags={**STACK.tags, "steward:keep": "yes"}),
        "kept by its owner: tag steward:keep",
        id="kept",
    ),
    pytest.param(
        "_leasable",
        stack(parent_id="arn:root"),
        "never reaped: a nested stack; its root stack decides",
        id="nested",
    ),
    pytest.param(
        "_leasable",
        stack(name="cart", tags={}),
        "out of scope: neither its name nor its tags say feature stack",
        id="out of scope",
    ),
    pytest.param(
        "_leasable",
        replace(HOLDS, account=make_account(is_management=True)),
        "never reaped: in the management account",
        id="management account",
    ),
    pytest.param(
        "_untouched",
        stack(updated_at=CREATED + SECOND),
        "somebody updated the stack since it was judged",
        id="updated a second after it was judged",
    ),
    pytest.param(
        "_untouched",
        lease(seen_update=CREATED + SECOND),
        "somebody updated the stack since it was judged",
        id="older than what was judged",
    ),
    pytest.param(
        "_untouched",
        stack(status="DELETE_FAILED", updated_at=CREATED + SECOND),
        "somebody updated the stack since it was judged",
        id="updated, then not deleted by somebody else",
    ),
    pytest.param(
        "_expired",
        policy(lease={"ttl": "10d1m"}),
        "it has not expired",
        id="the policy lets it live longer now",
    ),
    pytest.param(
        "_told",
        told((7 * DAY, WEEK_AGO)),
        "its owner has not been told long enough ago",
        id="final notice missing",
    ),
    pytest.param(
        "_told",
        told((7 * DAY, WEEK_AGO), (3 * DAY, None), (DAY, NOW - DAY)),
        "a notice is queued and not delivered yet",
        id="a notice is still queued",
    ),
    pytest.param(
        "_noticed_in_full",
        told((7 * DAY, WEEK_AGO + SECOND), (DAY, NOW - DAY)),
        "the notice period has not passed",
        id="first told a second too late",
    ),
    pytest.param(
        "_noticed_in_full",
        told((7 * DAY, WEEK_AGO), (DAY, NOW - 2 * DAY), (3 * DAY, NOW - DAY + SECOND)),
        "the notice period has not passed",
        id="last told a second too late",
    ),
    pytest.param(
        "_may_reap", policy(mode="notify"), "the mode here is notify", id="policy only notifies"
    ),
    pytest.param(
        "_may_reap",
        replace(HOLDS, account=make_account(tags={"steward:mode": "observe"})),
        "the mode here is observe",
        id="account only observes",
    ),
    pytest.param(
        "_kill_switch_off",
        replace(HOLDS, kill_switch=KillSwitch.ON),
        "the kill switch is on",
        id="kill switch on",
    ),
    pytest.param(
        "_kill_switch_off",
        replace(HOLDS, kill_switch=KillSwitch.UNREAD),
        "the kill switch is unread",
        id="kill switch unread",
    ),
    pytest.param(
        "_window_open",
        policy(windows={"timezone": "Europe/Berlin", "hours": "09:00-10:00"}),
        "no deletion window is open",
        id="window just closed",
    ),
    pytest.param(
        "_not_imported",
        replace(HOLDS, importers=("feat-a", "feat-b")),
        "its exports are imported by feat-a, feat-b; those stacks go first",
        id="exports imported",
    ),
]


@pytest.mark.parametrize(("check", "evidence", "reason"), BROKEN)
def test_one_broken_piece_refuses(check: str, evidence: Evidence, reason: str) -> None:
    assert check in {each.__name__ for each in proof.CHECKS}
    alone = {"_not_imported": "only_imported", "_kill_switch_off": "only_stopped"}
    assert prove(evidence) == Refusal(reason, **{alone[check]: True} if check in alone else {})


@pytest.mark.parametrize(("check", "evidence", "reason"), BROKEN)
def test_no_other_check_would_have_refused(
    check: str, evidence: Evidence, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(each for each in proof.CHECKS if each.__name__ != check)
    monkeypatch.setattr(proof, "CHECKS", rest)
    assert prove(evidence) == Proof(evidence), reason


def test_every_check_is_broken_once() -> None:
    broken = {str(case.values[0]) for case in BROKEN}
    assert broken == {check.__name__ for check in proof.CHECKS}


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(HOLDS, id="marked"),
        pytest.param(lease(expires_at=NOW), id="expires at this second"),
        pytest.param(policy(lease={"ttl": "10d"}), id="expires at this second by the policy"),
        pytest.param(reaping(), id="request lost before it was taken"),
        pytest.param(reaping(started_at=NOW), id="the message again after a crash"),
        pytest.param(
            reaping(accepted_at=NOW - DAY, failure="busy", retry_at=NOW), id="next try is due"
        ),
        pytest.param(lease(state=LeaseState.BLOCKED, retry_at=NOW), id="block ends"),
        pytest.param(lease(state=LeaseState.REAPING), id="reaping without an attempt"),
        pytest.param(
            lease(attempt=attempt(accepted_at=NOW - DAY)), id="marked again after a lost request"
        ),
        pytest.param(stack(status="ROLLBACK_COMPLETE"), id="stack that takes no update"),
        pytest.param(
            replace(
                reaping(accepted_at=NOW - DAY, failure="busy", retry_at=NOW),
                stack=replace(STACK, status="DELETE_FAILED", updated_at=NOW - DAY),
            ),
            id="half deleted by us",
        ),
        pytest.param(stack(tags={**STACK.tags, "steward:keep": "false"}), id="keep taken back"),
        pytest.param(told((7 * DAY, WEEK_AGO), (DAY, NOW - DAY)), id="told at the last second"),
    ],
)
def test_evidence_without_a_flaw_proves(evidence: Evidence) -> None:
    assert prove(evidence) == Proof(evidence)


def test_expired_a_second_too_early_refuses() -> None:
    verdict = prove(lease(expires_at=NOW + SECOND))
    assert verdict == Refusal("it has not expired")


def test_known_protection_refuses_before_anything_is_left_to_policy() -> None:
    verdict = prove(stack(protection=Protection.ON))
    assert verdict == Refusal("termination protection is on, not known to be off")


def test_the_first_failed_check_gives_the_reason() -> None:
    evidence = replace(HOLDS, generation=1, kill_switch=KillSwitch.ON, importers=("feat-a",))
    assert prove(evidence) == Refusal(
        "the lease was extended or renewed since the delete was requested"
    )


def test_an_import_is_the_only_obstacle_when_all_else_holds() -> None:
    imported = replace(HOLDS, importers=("feat-a",))
    assert prove(imported) == Refusal(
        "its exports are imported by feat-a; those stacks go first", only_imported=True
    )
    stopped = prove(replace(imported, kill_switch=KillSwitch.ON))
    assert stopped == Refusal("the kill switch is on", only_stopped=True)


def test_imports_are_looked_at_last() -> None:
    assert proof.CHECKS[-1].__name__ == "_not_imported"
