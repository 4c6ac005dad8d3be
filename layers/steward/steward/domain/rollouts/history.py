"""What the history keeps of a deployment, from what was read of it in its unit."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from steward.domain.rollouts.deployments import (
    FINISHED,
    Deployment,
    Revision,
    Target,
    TargetState,
)
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Phase, Verdict
from steward.domain.stacks import Unit

# The source of owners whom the workload's own configuration names.
CONFIGURED = "rollout configuration"
_SHIFT = "AllowTraffic"
_ORDER = {phase: place for place, phase in enumerate(Phase)}
# What is read once and never changes, or is left empty where it cannot be read.
_KEPT = (
    "function",
    "alias",
    "from_version",
    "to_version",
    "hooks",
    "stack",
    "account_name",
    "error_code",
    "error_message",
    "started_at",
    "shift_started_at",
    "shift_ended_at",
    "completed_at",
    "committed_at",
    "rolls_back",
    "rolled_back_by",
    "owners",
    "owner_source",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a deployment. `problems`: what could not be, and why."""

    unit: Unit
    deployment: Deployment
    revision: Revision | None = None
    state: TargetState | None = None
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What surrounds it: whose it is, and since when its code was there."""

    account_name: str = ""
    stack: str = ""
    owners: tuple[str, ...] = ()
    owner_source: str = ""
    committed_at: datetime | None = None
    problems: tuple[str, ...] = field(default=())


def rollout_of(reading: Reading, about: Description) -> Rollout:
    """The deployment as it is now."""
    made, target = reading.deployment, target_of(reading)
    shift = reading.state.event(_SHIFT) if reading.state else None
    return Rollout(
        deployment_id=made.deployment_id,
        account_id=reading.unit.account_id,
        region=reading.unit.region,
        account_name=about.account_name,
        application=made.application,
        group=made.group,
        function=target.function,
        alias=target.alias,
        from_version=target.current_version,
        to_version=target.target_version,
        stack=about.stack,
        configuration=made.configuration,
        creator=made.creator,
        status=made.status,
        error_code=made.error_code,
        error_message=made.error_message,
        created_at=made.created_at,
        started_at=made.started_at,
        shift_started_at=shift.started_at if shift else None,
        shift_ended_at=shift.ended_at if shift else None,
        completed_at=made.completed_at,
        rolls_back=made.rolls_back,
        rolled_back_by=made.rolled_back_by,
        is_rollback=made.is_rollback,
        hooks=_hooks(reading.revision),
        verdicts=_in_order(reading.verdicts),
        owners=about.owners,
        owner_source=about.owner_source,
        committed_at=about.committed_at,
        problems=tuple(dict.fromkeys((*reading.problems, *_odd(reading), *about.problems))),
    )


def target_of(reading: Reading) -> Target:
    """The AppSpec says what was meant; CodeDeploy's target only where there is no AppSpec."""
    if reading.revision is not None:
        return reading.revision.target
    if reading.state is not None and reading.state.target is not None:
        return reading.state.target
    return Target("", "", "", "")


def with_known(now: Rollout, known: Rollout | None) -> Rollout:
    """`now`, and what was `known` before of what is empty in it.

    CodeDeploy and the unit's table forget, a permission may be taken away, and a deployment that
    is over does not run again, even where an answer is late.
    """
    if known is None:
        return now
    late = ("status",) if known.status in FINISHED and now.status not in FINISHED else ()
    kept = {name: getattr(known, name) for name in _KEPT if not getattr(now, name)}
    kept |= {name: getattr(known, name) for name in late}
    phases = {each.phase for each in now.verdicts}
    missing = (each for each in known.verdicts if each.phase not in phases)
    kept["verdicts"] = _in_order((*now.verdicts, *missing))
    return now.model_copy(update=kept)


def is_settled(known: Rollout | None, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether whose it is was decided when it was over, and with all that can be known."""
    if known is None or known.status not in FINISHED or not known.owners or known.problems:
        return False
    return {each.phase for each in verdicts} <= {each.phase for each in known.verdicts}


def description_of(known: Rollout) -> Description:
    """What is on record of it already."""
    return Description(
        account_name=known.account_name,
        stack=known.stack,
        owners=known.owners,
        owner_source=known.owner_source,
        committed_at=known.committed_at,
    )


def with_known_owners(about: Description, known: Rollout | None) -> Description:
    """`about`, with the owners that were found before where less can be read than then."""
    found_anyway = not about.problems or about.owner_source.startswith(CONFIGURED)
    if known is None or not known.owners or found_anyway:
        return about
    return replace(about, owners=known.owners, owner_source=known.owner_source)


def links_of(rollout: Rollout) -> tuple[str, ...]:
    """The deployments that it undoes or is undone by."""
    return tuple(each for each in (rollout.rolls_back, rollout.rolled_back_by) if each)


def linked(rollout: Rollout, other: Rollout) -> Rollout:
    """`rollout`, knowing of the link that `other` has to it."""
    if other.rolls_back == rollout.deployment_id and not rollout.rolled_back_by:
        return rollout.model_copy(update={"rolled_back_by": other.deployment_id})
    if other.rolled_back_by == rollout.deployment_id and not rollout.rolls_back:
        update = {"rolls_back": other.deployment_id, "is_rollback": True}
        return rollout.model_copy(update=update)
    return rollout


def _odd(reading: Reading) -> Iterator[str]:
    if reading.revision is None or reading.state is None or reading.state.target is None:
        return
    meant, shifted = reading.revision.target, reading.state.target
    if meant != shifted:
        yield f"the AppSpec deploys {_said(meant)}, but CodeDeploy shifts {_said(shifted)}"


def _said(target: Target) -> str:
    versions = f"{target.current_version or '?'} to {target.target_version or '?'}"
    return f"{target.function}:{target.alias} from {versions}"


def _hooks(revision: Revision | None) -> dict[str, str]:
    return {str(event): name for event, name in revision.hooks.items()} if revision else {}


def _in_order(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    return tuple(sorted(verdicts, key=lambda each: (_ORDER[each.phase], each.decided_at)))
