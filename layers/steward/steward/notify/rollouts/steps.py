"""What can be done about rollouts: sentences and commands that every channel shares."""

from collections.abc import Iterable, Iterator

from steward.domain.rollouts.config import Told
from steward.notify.rollouts.rows import Gravity, RolloutRow
from steward.notify.rollouts.words import LONGEST_OVERRIDE_HOURS, override_command
from steward.notify.runtimes.steps import Step

_FAILED = frozenset({Gravity.ROLLBACK_FAILED, Gravity.FAILED, Gravity.ROLLED_BACK})
ACT_NOW = Step(
    "A rollback failed: nobody has put the old version back. See which version the alias serves, "
    "and point it at one that works, before anything else."
)
FIX = Step(
    "Read the evidence, fix the workload, and deploy again. Nothing has to be reported: the next "
    "deployment is checked anew."
)
TRY = Step(
    "To run the checks from your own computer, without a deployment:",
    "steward rollouts try --function NAME --version NUMBER --config FILE",
)
OVERRIDE = Step(
    "In an emergency the command beside the row lets deployments of its function pass, run in the "
    "function's account. UNTIL is a moment in UTC, such as 2027-01-31T12:00:00Z, and counts for at "
    f"most {LONGEST_OVERRIDE_HOURS} hours from when it is written. Checks still run, and owners "
    "are told."
)
UNDECIDED = Step(
    "Inconclusive means that there was too little traffic to decide, not that all is well. A probe "
    "decides without traffic."
)


def rollout_steps(rows: Iterable[RolloutRow], contact: str) -> Iterator[Step]:
    """What to do, in the order of its use; `contact`: who runs the hooks."""
    told = list(rows)
    gravities = {row.gravity for row in told}
    if Gravity.ROLLBACK_FAILED in gravities:
        yield ACT_NOW
    if any(row.of(Told.STUCK) for row in told):
        yield Step(
            f"A hook that died says nothing about the workload: ask {contact} before you deploy "
            "again. No override helps against it."
        )
    if gravities & _FAILED:
        yield from (FIX, TRY)
    if any(override_command(each.story) for row in told if (each := row.of(Told.FAILED))):
        yield OVERRIDE
    if Gravity.INCONCLUSIVE in gravities:
        yield UNDECIDED
