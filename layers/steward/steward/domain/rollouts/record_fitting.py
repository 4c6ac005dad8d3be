"""Make a deployment fit into the room there is for it: evidence gives way, verdicts never do."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import TypeAdapter

from steward.domain.one_line import one_line
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import CheckResult, Verdict

LEFT_OUT = "left_out"
_LONGEST_TEXT = 1_000
_MOST_TEXTS = 50
_RESULT = TypeAdapter(CheckResult)

type _Place = tuple[int, int]


def fitted(rollout: Rollout, most_bytes: int) -> Rollout:
    """`rollout` as JSON of at most `most_bytes`: the largest evidence is left out first, then the
    ends of long texts. What was left out says so in its place, and once in `problems`."""
    if _size(rollout) <= most_bytes:
        return rollout
    for verdict, result in _largest_first(rollout):
        rollout = _without_evidence(rollout, verdict, result)
        if _size(rollout) <= most_bytes:
            return _said(rollout)
    return _said(_shortened(rollout))


def _size(rollout: Rollout) -> int:
    """In bytes of UTF-8, as DynamoDB counts texts."""
    return len(rollout.model_dump_json().encode())


def _largest_first(rollout: Rollout) -> Iterator[_Place]:
    sizes = {
        (number, place): len(_RESULT.dump_json(result))
        for number, verdict in enumerate(rollout.verdicts)
        for place, result in enumerate(verdict.results)
        if result.evidence
    }
    yield from sorted(sizes, key=lambda each: (-sizes[each], each))


def _without_evidence(rollout: Rollout, number: int, place: int) -> Rollout:
    verdicts = list(rollout.verdicts)
    results = list(verdicts[number].results)
    size = len(_RESULT.dump_json(results[place]))
    results[place] = replace(results[place], evidence={LEFT_OUT: f"{size} bytes"})
    verdicts[number] = replace(verdicts[number], results=tuple(results))
    return rollout.model_copy(update={"verdicts": tuple(verdicts)})


def _shortened(rollout: Rollout) -> Rollout:
    return rollout.model_copy(
        update={
            "error_message": one_line(rollout.error_message, _LONGEST_TEXT),
            "problems": _some(rollout.problems),
            "verdicts": tuple(map(_short, rollout.verdicts)),
        }
    )


def _short(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        reason=one_line(verdict.reason, _LONGEST_TEXT),
        results=tuple(
            replace(each, reason=one_line(each.reason, _LONGEST_TEXT)) for each in verdict.results
        ),
        configuration=_some(verdict.configuration),
        notes=_some(verdict.notes),
    )


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one_line(each, _LONGEST_TEXT) for each in texts[:_MOST_TEXTS])


def _said(rollout: Rollout) -> Rollout:
    count = sum(LEFT_OUT in each.evidence for one in rollout.verdicts for each in one.results)
    what = (
        f"evidence of {count} checks was too large for this record; the log of the hook in "
        f"{rollout.unit} and its table have all of it"
    )
    return rollout.model_copy(update={"problems": (*rollout.problems, what)})
