"""What a phase's checks need before the first of them starts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from steward.aws.codedeploy import group_alarms
from steward.aws.errors import NotAllowed
from steward.aws.function_versions import VersionGone, read_version
from steward.domain.rollouts.config import PostPhase, PrePhase, RolloutConfig
from steward.domain.rollouts.config_checks import AlarmsCheck, AnyCheck
from steward.domain.rollouts.deployments import Deployment
from steward.domain.rollouts.results import CheckMode, Phase
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.settling import needs_settling, settle_time


@dataclass(frozen=True, slots=True)
class Prepared:
    """`notes`: what could not be found out, although that decides nothing."""

    config: RolloutConfig
    checks: Mapping[str, AnyCheck]
    mode: CheckMode
    bench: CheckBench
    settle: timedelta
    notes: tuple[str, ...] = ()


def section_of(config: RolloutConfig, phase: Phase) -> PrePhase | PostPhase:
    """The part of the configuration that is a hook's."""
    return config.pre if phase is Phase.PRE else config.post


def prepare(bench: CheckBench, deployment: Deployment, config: RolloutConfig) -> Prepared:
    """Complete the bench with the group's alarms, and say how long to wait for metrics.

    Raise NotAllowed where alarms are to be checked and nobody may say which: to take them for none
    would switch the check off.
    """
    section = section_of(config, bench.phase)
    ready = replace(bench, alarm_names=_alarms(bench, deployment, section.checks))
    settle, notes = _settle(section, ready)
    return Prepared(config, section.checks, section.mode or config.mode, ready, settle, notes)


def _alarms(
    bench: CheckBench, deployment: Deployment, checks: Mapping[str, AnyCheck]
) -> tuple[str, ...]:
    if not any(isinstance(each, AlarmsCheck) and each.enabled for each in checks.values()):
        return ()
    return group_alarms(bench.clients.codedeploy(), deployment.application, deployment.group)


def _settle(section: PrePhase | PostPhase, bench: CheckBench) -> tuple[timedelta, tuple[str, ...]]:
    if isinstance(section, PrePhase) or not needs_settling(section.checks.values()):
        return timedelta(), ()
    wanted = section.settle_seconds
    timeout, notes = _timeout(bench) if wanted == "auto" else (None, ())
    return settle_time(wanted, timeout, bench.window, bench.clock(), bench.deadline), notes


def _timeout(bench: CheckBench) -> tuple[timedelta | None, tuple[str, ...]]:
    target = bench.target
    try:
        version = read_version(bench.clients.functions(), target.function, target.target_version)
    except (NotAllowed, VersionGone) as error:
        return None, (f"the function's timeout is not known: {error}",)
    return version.timeout, ()
