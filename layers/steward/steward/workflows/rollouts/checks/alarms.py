"""`alarms`: is one of the deployment's alarms in ALARM already, and can each of them warn?"""

from collections.abc import Iterator, Sequence

from steward.aws.alarm_states import read_alarms, with_last_data
from steward.domain.rollouts.alarm_states import (
    AlarmState,
    said_of_alarming,
    said_of_missing,
    said_of_undecided,
    said_without_data,
)
from steward.domain.rollouts.config_checks import AlarmsCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.workflows.rollouts.bench import CheckBench

# CloudWatch keeps minutes for 15 days ("GetMetricData", Amazon CloudWatch API Reference).
_DAYS = 14


def check_alarms(check: AlarmsCheck, bench: CheckBench) -> Finding:
    """Look at the alarms by name, or at the deployment group's; raise NotAllowed."""
    names = tuple(dict.fromkeys(check.names or bench.alarm_names))
    if not names:
        why = "the deployment group has none" if bench.deployment_id else "no deployment is known"
        return Finding(Outcome.SKIPPED, f"the check names no alarms, and {why}", {"alarms": []})
    client = bench.clients.cloudwatch()
    found = read_alarms(client, names)
    existing = {alarm.name for alarm in found}
    missing = tuple(name for name in names if name not in existing)
    alarms = with_last_data(client, found, bench.clock(), _DAYS)
    silent = tuple(alarm for alarm in alarms if alarm.never_had_data)
    evidence = _evidence(alarms, missing, silent)
    group = frozenset(bench.alarm_names)
    denied = [*_alarming(alarms, group), *_missing(missing, group)]
    without_data = [said_without_data(alarm, _DAYS) for alarm in silent]
    if check.fail_without_data:
        denied += without_data
    if denied:
        return Finding(Outcome.FAIL, "; ".join(denied), evidence)
    undecided = [said_of_undecided(alarm) for alarm in alarms if alarm.is_undecided]
    reason = f"none of {len(alarms)} alarms is in ALARM" if len(alarms) > 1 else _one(alarms[0])
    return Finding(Outcome.PASS, "; warning: ".join([reason, *without_data, *undecided]), evidence)


def _one(alarm: AlarmState) -> str:
    return f"alarm {alarm.name} is {alarm.state}"


def _alarming(alarms: Sequence[AlarmState], group: frozenset[str]) -> Iterator[str]:
    for alarm in alarms:
        if alarm.is_in_alarm:
            yield said_of_alarming(alarm, of_group=alarm.name in group)


def _missing(names: Sequence[str], group: frozenset[str]) -> Iterator[str]:
    of_group = [name for name in names if name in group]
    others = [name for name in names if name not in group]
    if of_group:
        yield said_of_missing(of_group, of_group=True)
    if others:
        yield said_of_missing(others, of_group=False)


def _evidence(
    alarms: Sequence[AlarmState], missing: Sequence[str], silent: Sequence[AlarmState]
) -> Evidence:
    return {
        "alarms": [_row(alarm) for alarm in alarms],
        "missing": list(missing),
        "without_data": [alarm.name for alarm in silent],
        "looked_back_days": _DAYS,
    }


def _row(alarm: AlarmState) -> dict[str, str]:
    return {
        "name": alarm.name,
        "state": alarm.state,
        "since": alarm.since.isoformat() if alarm.since else "",
        "metric": str(alarm.metric)
        if alarm.metric
        else "an expression: its data was not looked for",
        "last_data": alarm.last_data.isoformat() if alarm.last_data else "",
    }
