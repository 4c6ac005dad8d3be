"""How much one sweep may delete. The caps stop a mistake while it is still small."""

from dataclasses import dataclass

from steward.domain.policy import Limits, Policy


@dataclass(frozen=True, slots=True)
class SweepCaps:
    """Most deletes in one sweep, over all and in one account."""

    total: int
    per_account: int


def sweep_caps(limits: Limits, live_leases: int) -> SweepCaps:
    """The stricter of the absolute cap and the percentage of live leases, rounded up."""
    share = -(-live_leases * limits.percent_of_leases // 100)
    return SweepCaps(min(limits.reaps_per_sweep, share), limits.reaps_per_account)


def why_selection_is_held(policy: Policy, newly_selected: int) -> str:
    """Why a scope that found so many older stacks may only observe; empty when it may act."""
    allowed = max(policy.limits.new_leases, policy.limits.acknowledged_new_leases)
    if newly_selected <= allowed:
        return ""
    return (
        f"the scope newly selects {newly_selected} stacks that are older than itself, more than "
        f"the {allowed} allowed: narrow the scope, or set limits.acknowledged_new_leases to "
        f"{newly_selected} once you have read `steward plan`"
    )
