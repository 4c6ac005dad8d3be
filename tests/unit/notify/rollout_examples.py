"""Digests with notices of rollouts, one of each gravity: always the same."""

from dataclasses import replace
from typing import Any

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Cause, Outcome, Phase, Status
from steward.notify.digest import Digest, digest_for
from steward.notify.render import Mail, render_digest
from steward.notify.rollouts.rows import RolloutRow
from tests.factories import NOW
from tests.rollout_records import (
    make_result,
    make_rollback,
    make_rollout,
    make_rollout_notice,
    make_succeeded,
    make_verdict,
    notices_of,
)
from tests.unit.notify.examples import ACCOUNTS, LINKS, example_digest
from tests.unit.notify.rows import OWNER, open_policy

BOUNCED = "bob@example.com: not mailed before 2026-12-01T09:00:00Z: bounced (user unknown)"


def rollout_row(rollout: Rollout | None = None, note: str = "", **overrides: Any) -> RolloutRow:
    """The row of the only notice that is due of `rollout`."""
    return RolloutRow((make_rollout_notice(rollout, **overrides),), note)


def rows_of(*rollouts: Rollout) -> list[RolloutRow]:
    """A row for each notice that is due, as the letters of a run have them."""
    return [RolloutRow((each,)) for rollout in rollouts for each in notices_of(rollout).values()]


def failed_and_rolled_back() -> list[RolloutRow]:
    return rows_of(make_rollout(), make_rollback())


def rollback_failed() -> list[RolloutRow]:
    names = {"function": "shop-cart", "alias": "live", "stack": "shop-cart"}
    failed = make_rollout(deployment_id="d-CARTFAIL1", rolled_back_by="d-CARTBACK1", **names)
    rollback = make_rollback(
        deployment_id="d-CARTBACK1",
        rolls_back="d-CARTFAIL1",
        status="Failed",
        error_code="IAM_ROLE_PERMISSIONS",
        error_message="The service role cannot update the alias",
        **names,
    )
    return rows_of(failed, rollback)


def stopped_by_alarm() -> list[RolloutRow]:
    rollout = make_rollout(
        deployment_id="d-ALARM0001",
        function="search",
        stack="search",
        account_id="333333333333",
        status="Stopped",
        error_code="ALARM_ACTIVE",
        error_message="Alarm search-errors is in ALARM",
        verdicts=make_succeeded().verdicts,
        shift_ended_at=None,
    )
    return rows_of(rollout)


def crashed() -> list[RolloutRow]:
    verdict = make_verdict(
        cause=Cause.FAILSAFE,
        phase=Phase.PRE,
        reason="the pre-traffic hook died (RetriesExhausted), so the failsafe answered Failed",
        results=(),
        configuration=(),
    )
    rollout = make_rollout(
        deployment_id="d-CRASH0001",
        status="InProgress",
        error_code="",
        error_message="",
        verdicts=(verdict,),
        completed_at=None,
    )
    return rows_of(rollout)


def overridden() -> list[RolloutRow]:
    verdict = make_verdict(
        status=Status.SUCCEEDED,
        cause=Cause.OVERRIDE,
        reason="let through by the override of ada until 2026-11-23T12:00:00Z (incident 42); "
        "1 of 2 checks would have failed: errors",
    )
    return rows_of(make_succeeded(deployment_id="d-OVERRIDE1", verdicts=(verdict,)))


def undecided() -> list[RolloutRow]:
    few = make_result(
        outcome=Outcome.INCONCLUSIVE,
        fails=False,
        reason="20 invocations of version 4 are fewer than 50",
        evidence={"invocations": 20},
    )
    notify = tuple(Told)
    verdict = make_verdict(status=Status.SUCCEEDED, results=(few,), notify=notify)
    return rows_of(make_succeeded(deployment_id="d-FEWCALLS1", verdicts=(verdict,)))


def restored() -> list[RolloutRow]:
    """CloudFormation undid a deployment that had succeeded."""
    return rows_of(
        make_rollback(deployment_id="d-CFNBACK01", creator="CloudFormationRollback", rolls_back="")
    )


def every_gravity() -> list[RolloutRow]:
    return [
        *rollback_failed(),
        *stopped_by_alarm(),
        *crashed(),
        *failed_and_rolled_back(),
        *[replace(row, note=BOUNCED) for row in restored_elsewhere()],
        *overridden(),
        *undecided(),
    ]


def restored_elsewhere() -> list[RolloutRow]:
    """Of another deployment group, so that it belongs to no failure here."""
    rollout = make_rollback(
        deployment_id="d-CFNBACK01", creator="CloudFormationRollback", rolls_back="", group="other"
    )
    return rows_of(rollout)


def notice_in(rows: list[RolloutRow], event: Told) -> RolloutNotice:
    return next(each for row in rows for each in row.notices if each.event is event)


def example_rollouts(stacks: int, rows: list[RolloutRow]) -> Digest:
    told = digest_for(OWNER, [], [], rows)
    return replace(told, rows=example_digest(stacks, open_policy()).rows)


def rollout_mail(stacks: int, rows: list[RolloutRow]) -> Mail:
    return render_digest(example_rollouts(stacks, rows), open_policy(), NOW, LINKS, ACCOUNTS)
