"""`probe`: invoke both versions in turn with one payload, and compare how long they take."""

from steward.aws.function_calls import CallFailed
from steward.aws.function_versions import VersionGone
from steward.aws.payloads import UnusablePayload, payload_of
from steward.domain.rollouts.comparing.probes import ProbeRule, compare_probes
from steward.domain.rollouts.config_checks import ProbeCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.checks.calling import NotOurs
from steward.workflows.rollouts.checks.probe_pairs import Pairs, ProbeEnded


def check_probe(check: ProbeCheck, bench: CheckBench) -> Finding:
    """Measure pairs and compare them; raise NotAllowed.

    A pair is one call of each version, by its number and not by an alias, so that live metrics of
    the alias stay clean. Which goes first alternates, so that what slows down both in the course
    of the probe is not blamed on one.
    """
    if bench.target.current_version in ("", bench.target.target_version):
        why = "there is no version before this one to compare with"
        return Finding(Outcome.SKIPPED, why, {"metric": "probe"})
    try:
        pairs = Pairs(check, bench, payload_of(check, bench.clients))
        pairs.measure()
    except (UnusablePayload, CallFailed, NotOurs) as error:
        return Finding(Outcome.ERROR, str(error), {"metric": "probe"})
    except VersionGone as gone:
        return Finding(Outcome.FAIL, str(gone), {"metric": "probe", "qualifier": gone.qualifier})
    except ProbeEnded as ended:
        return ended.finding
    found = compare_probes(pairs.durations, ProbeRule(check.alpha, check.min_delta_ms))
    evidence = {**found.evidence, **_measured(pairs)}
    return Finding(found.outcome, found.reason + _cut_short(pairs), evidence)


def _cut_short(pairs: Pairs) -> str:
    measured, wanted = len(pairs.durations), pairs.check.iterations
    if measured == wanted:
        return ""
    return f"; time for {measured} of {wanted} pairs only: raise the check's timeout_seconds"


def _measured(pairs: Pairs) -> Evidence:
    return {
        "wanted_pairs": pairs.check.iterations,
        "discarded": pairs.discarded,
        "target_ms": [round(target, 1) for target, _ in pairs.durations],
        "current_ms": [round(current, 1) for _, current in pairs.durations],
    }
