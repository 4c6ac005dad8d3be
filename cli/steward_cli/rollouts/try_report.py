"""A trial as the JSON document of `steward rollouts try`; docs/guide/cli.md describes it."""

from datetime import datetime
from typing import Literal

from steward.domain.rollouts.results import Status, Verdict
from steward_cli.plan_report import Part
from steward_cli.rollouts.trial import Trial


class TryReport(Part):
    """`status`: what CodeDeploy would have been told in the end. `verdicts`: by phase, with the
    evidence of each check. `window`: the traffic that post checks looked at."""

    format: Literal["steward.rollouts.try/1"] = "steward.rollouts.try/1"
    at: datetime
    region: str
    function: str
    alias: str
    current_version: str
    target_version: str
    deployment_id: str
    window: tuple[datetime, datetime | None]
    status: Status
    verdicts: tuple[Verdict, ...]


def try_report(trial: Trial, verdicts: tuple[Verdict, ...], at: datetime) -> TryReport:
    """All that was found."""
    target = trial.target
    return TryReport(
        at=at,
        region=trial.clients.region,
        function=target.function,
        alias=target.alias,
        current_version=target.current_version,
        target_version=target.target_version,
        deployment_id=trial.deployment_id,
        window=(trial.window.started_at, trial.window.ended_at),
        status=whole_status(verdicts),
        verdicts=verdicts,
    )


def whole_status(verdicts: tuple[Verdict, ...]) -> Status:
    """Failed as soon as one phase is."""
    failed = any(each.status is Status.FAILED for each in verdicts)
    return Status.FAILED if failed else Status.SUCCEEDED
