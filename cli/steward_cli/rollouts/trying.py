"""Run the checks of a phase as a hook does, and hand on the results one by one, in their order."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from steward.domain.rollouts.comparing.families import held_together
from steward.domain.rollouts.config import PostPhase, PrePhase
from steward.domain.rollouts.config_checks import AnyCheck
from steward.domain.rollouts.results import CheckResult, Phase, Verdict
from steward.domain.rollouts.verdicts import judge
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.running import run_checks
from steward_cli import clock
from steward_cli.quiet import silent_logger
from steward_cli.rollouts.trial import Trial


def checks_of(trial: Trial, phase: Phase) -> dict[str, AnyCheck]:
    """The checks that run in `phase`, by name."""
    checks = _section(trial, phase).checks
    return {name: check for name, check in checks.items() if check.enabled}


def try_phase(trial: Trial, phase: Phase, ended: Callable[[CheckResult], None]) -> Verdict:
    """What the hook of `phase` would come to.

    `ended` is told each result in the order of the checks, when it and those before it are there.

    Nothing settles first: the traffic that is looked at is over already, or was asked for as it is.
    """
    config = trial.resolved.config
    mode = config.mode_in(phase)
    with silent_logger():
        results = list(_results(trial, phase, ended))
    return judge(
        trial.deployment_id,
        phase,
        held_together(results),
        mode=mode,
        decided_at=clock.now(),
        configuration=trial.resolved.sources,
        notes=trial.resolved.notes,
        owner=config.owner,
        notify=tuple(each.value for each in config.notify),
        override=trial.resolved.override,
    )


def _results(
    trial: Trial, phase: Phase, ended: Callable[[CheckResult], None]
) -> Iterator[CheckResult]:
    checks, mode = checks_of(trial, phase), trial.resolved.config.mode_in(phase)
    bench = _bench(trial, phase)
    with ThreadPoolExecutor(max_workers=max(1, len(checks))) as pool:
        running = [
            pool.submit(run_checks, {name: check}, mode, bench) for name, check in checks.items()
        ]
        for future in running:
            for result in future.result():
                ended(result)
                yield result


def _bench(trial: Trial, phase: Phase) -> CheckBench:
    budget = timedelta(seconds=_section(trial, phase).budget_seconds)
    return CheckBench(
        phase=phase,
        target=trial.target,
        clients=trial.clients,
        clock=clock.now,
        sleep=clock.pause,
        deadline=clock.now() + budget,
        window=trial.window if phase is Phase.POST else None,
        alarm_names=trial.alarm_names,
        deployment_id=trial.deployment_id,
    )


def _section(trial: Trial, phase: Phase) -> PrePhase | PostPhase:
    config = trial.resolved.config
    return config.pre if phase is Phase.PRE else config.post
