"""`config`: is the target version ready, and does its configuration differ for the worse?"""

from dataclasses import dataclass
from datetime import timedelta

from steward.aws.function_versions import VersionGone, alias_concurrency, read_version
from steward.data.runtime_table import bundled
from steward.domain.rollouts.config_checks import ConfigCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.domain.rollouts.version_diff import Differing, version_diff
from steward.domain.rollouts.version_facts import Concurrency, VersionFacts
from steward.workflows.rollouts.bench import CheckBench

_LOOK_AGAIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Versions:
    current: VersionFacts | None
    target: VersionFacts
    concurrency: Concurrency | None
    waited: timedelta


def check_config(check: ConfigCheck, bench: CheckBench) -> Finding:
    """Compare the two versions; raise NotAllowed. What gets ready is waited for."""
    try:
        versions = _read(bench)
    except VersionGone as gone:
        gone_at = {"function": gone.function, "qualifier": gone.qualifier}
        return Finding(Outcome.FAIL, str(gone), gone_at)
    found = version_diff(
        versions.current,
        versions.target,
        versions.concurrency,
        bundled(),
        bench.clock().date(),
    )
    return _judged(check, versions, found)


def _read(bench: CheckBench) -> _Versions:
    client, target = bench.clients.functions(), bench.target
    compares = target.current_version not in ("", target.target_version)
    current = read_version(client, target.function, target.current_version) if compares else None
    started = bench.clock()
    while True:
        facts = read_version(client, target.function, target.target_version)
        alias = target.alias
        concurrency = alias_concurrency(client, target.function, alias) if alias else None
        waits = facts.is_getting_ready or (concurrency is not None and concurrency.is_getting_ready)
        if not waits or bench.clock() + 2 * _LOOK_AGAIN >= bench.deadline:
            return _Versions(current, facts, concurrency, bench.clock() - started)
        bench.sleep(_LOOK_AGAIN.total_seconds())


def _judged(check: ConfigCheck, versions: _Versions, found: tuple[Differing, ...]) -> Finding:
    denied = [each.sentence for each in found if each.difference in check.deny]
    warned = [
        each.sentence
        for each in found
        if each.difference in check.warn and each.difference not in check.deny
    ]
    evidence = _evidence(check, versions, found)
    if denied:
        return Finding(Outcome.FAIL, _waited(versions) + "; ".join(denied), evidence)
    reason = _as_it_should_be(versions)
    if warned:
        reason += f"; warning: {'; '.join(warned)}"
    return Finding(Outcome.PASS, reason, evidence)


def _waited(versions: _Versions) -> str:
    seconds = round(versions.waited.total_seconds())
    return f"after a wait of {seconds} s: " if seconds else ""


def _as_it_should_be(versions: _Versions) -> str:
    if versions.current is None:
        return f"nothing denied in {versions.target.name}; no version before it to compare with"
    return f"nothing denied differs between {versions.current.name} and {versions.target.name}"


def _evidence(check: ConfigCheck, versions: _Versions, found: tuple[Differing, ...]) -> Evidence:
    current, target = versions.current, versions.target
    return {
        "current_version": current.version if current else "",
        "target_version": target.version,
        "current_code_sha256": current.code_sha256 if current else "",
        "target_code_sha256": target.code_sha256,
        "runtime": target.runtime_id or target.package_type,
        "state": target.state,
        "waited_seconds": round(versions.waited.total_seconds(), 1),
        "environment_readable": target.environment_keys is not None,
        "differences": [
            {
                "difference": each.difference.value,
                "judged": _judgement(check, each),
                "sentence": each.sentence,
                "before": each.before,
                "after": each.after,
            }
            for each in found
        ],
    }


def _judgement(check: ConfigCheck, found: Differing) -> str:
    if found.difference in check.deny:
        return "denied"
    return "warned" if found.difference in check.warn else "recorded"
