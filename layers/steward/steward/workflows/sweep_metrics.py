"""What sweeps count beside their coverage. Every metric has the dimension `service` alone."""

from collections.abc import Mapping

from aws_lambda_powertools.metrics import MetricUnit

from steward.domain.decisions import Action
from steward.domain.leases import ENDED_STATES, LeaseState
from steward.observability import metrics

_BY_STATE = {
    LeaseState.ACTIVE: "LeasesActive",
    LeaseState.MARKED: "LeasesMarked",
    LeaseState.REAPING: "LeasesReaping",
    LeaseState.EXEMPT: "LeasesExempt",
    LeaseState.BLOCKED: "LeasesBlocked",
}
_BY_ACTION = {
    Action.REGISTER: "StacksLeased",
    Action.MARK: "StacksMarked",
    Action.UNMARK: "StacksUnmarked",
    Action.REAP: "ReapsRequested",
}


def count_leases(by_state: Mapping[LeaseState, int]) -> None:
    """Live leases as a sweep found them; a state without leases counts 0, so that lines go down."""
    for state in LeaseState:
        if state not in ENDED_STATES:
            metrics.add_metric(_BY_STATE[state], MetricUnit.Count, by_state.get(state, 0))


def count_unit(stacks: int, decisions: Mapping[Action, int]) -> None:
    """What one unit's scan saw and decided."""
    metrics.add_metric("StacksSeen", MetricUnit.Count, stacks)
    for action, name in _BY_ACTION.items():
        if decisions.get(action):
            metrics.add_metric(name, MetricUnit.Count, decisions[action])
