"""What the ledger knows of the last sweeps."""

from datetime import timedelta

from steward.domain.coverage import SweepCoverage, latest_finished
from steward_cli.doctor.findings import Finding
from steward_cli.doctor.judging.sweeps import judge_breaker, judge_coverage, judge_last_sweep
from steward_cli.doctor.patient import Patient

# Hourly sweeps that each run for two hours at most leave one of these ended.
_SWEEPS = 4


def look_at_last_sweep(patient: Patient) -> Finding:
    limit = timedelta(hours=patient.stack.number("NoSweepAlarmHours", 6))
    return judge_last_sweep(_last(patient), limit, patient.now)


def look_at_coverage(patient: Patient) -> Finding:
    ledger = patient.installation.ledger
    finished = latest_finished(ledger.sweeps(_SWEEPS), patient.now)
    return judge_coverage(finished, ledger.gaps(), patient.now)


def look_at_breaker(patient: Patient) -> Finding:
    last = _last(patient)
    tripped = patient.installation.ledger.tripped(last.sweep_id) if last else ""
    return judge_breaker(last, tripped)


def _last(patient: Patient) -> SweepCoverage | None:
    return next(iter(patient.installation.ledger.sweeps(1)), None)
