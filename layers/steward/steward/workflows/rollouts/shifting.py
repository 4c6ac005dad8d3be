"""One look at a shift under way: whether there is one, and what its checks find."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from steward.aws.codedeploy import shift_length
from steward.aws.errors import NotAllowed
from steward.aws.function_versions import VersionGone, routed_versions
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.deployments import Deployment, EventState, Target, TargetState
from steward.domain.rollouts.guarding import planned_looks
from steward.domain.rollouts.results import CheckMode, CheckResult
from steward.domain.rollouts.statistics.looks import alpha_per_look
from steward.workflows.rollouts.bad_configuration import BadConfiguration
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.configuration import Resolved, resolve
from steward.workflows.rollouts.running import run_checks

ALLOW_TRAFFIC = "AllowTraffic"


@dataclass(frozen=True, slots=True)
class ShiftLook:
    """`resolved` is None where nothing was looked at; `note` says why."""

    resolved: Resolved | None = None
    results: tuple[CheckResult, ...] = ()
    note: str = ""


def look_at_shift(bench: CheckBench, deployment: Deployment, between: timedelta) -> ShiftLook:
    """Run the shift checks of the workload's configuration over all of the shift so far.

    What cannot be used or read is noted and nothing is looked at: nobody's deployment is stopped
    because Steward cannot see. `between`: two looks.
    """
    try:
        resolved = resolve(bench.clients, bench.target, bench.clock())
        looks = planned_looks(
            shift_length(bench.clients.codedeploy(), deployment.configuration), between
        )
    except (BadConfiguration, NotAllowed) as error:
        return ShiftLook(note=str(error))
    checks = _corrected(resolved, looks)
    results = run_checks(checks, resolved.config.shift.mode, bench)
    return ShiftLook(resolved, results, "" if results else "its configuration has no shift checks")


def running_shift(
    unit: UnitClients, target: Target, state: TargetState | None
) -> EventState | None:
    """CodeDeploy's event of the shift while both versions get traffic. Raise NotAllowed."""
    event = state.event(ALLOW_TRAFFIC) if state else None
    if state is None or event is None or not event.is_running or event.started_at is None:
        return None
    if state.weight is not None and 0 < state.weight < 100:
        return event
    try:
        routed = routed_versions(unit.functions(), target.function, target.alias)
    except VersionGone:
        return None
    return event if len(routed) > 1 else None


def _corrected(resolved: Resolved, looks: int) -> Mapping[str, CompareCheck]:
    """Each check's alpha, shared among all looks; while an override lasts, none is enforced."""
    return {
        name: check.model_copy(
            update={"alpha": alpha_per_look(check.alpha, looks)}
            | ({"mode": CheckMode.OBSERVE} if resolved.override else {})
        )
        for name, check in resolved.config.shift.checks.items()
    }
