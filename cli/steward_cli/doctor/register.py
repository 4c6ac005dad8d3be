"""Every check by its stable name, in the order in which they are shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from steward_cli.doctor.examining import Check, Look
from steward_cli.doctor.findings import Finding, skipped
from steward_cli.doctor.patient import Patient
from steward_cli.doctor.reading import (
    connecting,
    inventory,
    mail,
    members,
    operations,
    organization,
    policy,
    records,
    stack_sets,
    sweeps,
)

# With --all, ten thousand accounts take a while.
_PATIENCE_WITH_EVERYONE = timedelta(minutes=30)
_PER_ACCOUNT = frozenset({"member-roles", "reap-roles"})


def _of_organizations(look: Look[Patient]) -> Look[Patient]:
    """A single account has no organization to look at."""

    def looked(patient: Patient) -> Finding:
        if patient.is_single_account:
            return skipped("single-account mode")
        return look(patient)

    return looked


_LOOKS: dict[str, Look[Patient]] = {
    "caller": connecting.look_at_caller,
    "clock": connecting.look_at_clock,
    "hub-stack": connecting.look_at_hub_stack,
    "trusted-access": _of_organizations(organization.look_at_trusted_access),
    "delegated-administrator": _of_organizations(organization.look_at_delegation),
    "stack-set-roles": _of_organizations(stack_sets.look_at_roles_set),
    "stack-set-reaping": _of_organizations(stack_sets.look_at_reaping_set),
    "stack-set-events": _of_organizations(stack_sets.look_at_events_set),
    "stack-set-hooks": _of_organizations(stack_sets.look_at_hooks_set),
    "member-roles": _of_organizations(members.look_at_members),
    "reap-roles": _of_organizations(members.look_at_reap_roles),
    "kill-switch": policy.look_at_kill_switch,
    "policy": policy.look_at_policy,
    "modes": policy.look_at_modes,
    "last-sweep": sweeps.look_at_last_sweep,
    "coverage": sweeps.look_at_coverage,
    "breaker": sweeps.look_at_breaker,
    "schedules": operations.look_at_schedules,
    "event-sources": operations.look_at_event_sources,
    "queues": operations.look_at_queues,
    "dead-letters": operations.look_at_dead_letters,
    "alarms": operations.look_at_alarms,
    "concurrency": operations.look_at_concurrency,
    "mail-identity": mail.look_at_identity,
    "mail-account": mail.look_at_mail_account,
    "mail-outcomes": mail.look_at_configuration_set,
    "topics": mail.look_at_topics,
    "link-key": records.look_at_link_key,
    "ledger": records.look_at_ledger,
    "logs": records.look_at_logs,
    "config-aggregator": _of_organizations(inventory.look_at_aggregator),
    "config-recorders": _of_organizations(inventory.look_at_recorders),
    "health-view": _of_organizations(inventory.look_at_health),
    "runtime-table": inventory.look_at_runtime_table,
}
NAMES = tuple(_LOOKS)


def checks(only: Iterable[str] = (), *, everyone: bool = False) -> list[Check[Patient]]:
    """Those of the names in `only`, or all."""
    wanted = frozenset(only) or frozenset(NAMES)
    chosen = [Check(name, look) for name, look in _LOOKS.items() if name in wanted]
    if not everyone:
        return chosen
    return [
        replace(each, patience=_PATIENCE_WITH_EVERYONE) if each.name in _PER_ACCOUNT else each
        for each in chosen
    ]
