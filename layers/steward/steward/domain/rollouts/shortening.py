"""Making a verdict fit where it is kept: evidence goes first, the longest before the shorter."""

from collections.abc import Callable
from dataclasses import replace

from steward.domain.rollouts.results import Verdict

_MOST_CHARACTERS = 500
_MOST_NOTES = 20


def shortened(verdict: Verdict, most: int, size: Callable[[Verdict], int]) -> Verdict:
    """The verdict at a `size` of `most` at the most, and a note of what was left out.

    Status, cause and outcomes always stay.
    """
    if size(verdict) <= most:
        return verdict
    return _without_evidence(_with_short_words(verdict), most, size)


def _without_evidence(verdict: Verdict, most: int, size: Callable[[Verdict], int]) -> Verdict:
    def length(index: int) -> int:
        return len(repr(verdict.results[index].evidence))

    kept = verdict
    for index in sorted(range(len(verdict.results)), key=length, reverse=True):
        if size(kept) <= most:
            break
        results = list(kept.results)
        name = results[index].name
        results[index] = replace(results[index], evidence={"left_out": "too long to be kept"})
        note = f"the evidence of {name} is too long to be kept; see the hook's log"
        kept = replace(kept, results=tuple(results), notes=(*kept.notes, note))
    return kept


def _with_short_words(verdict: Verdict) -> Verdict:
    """Evidence is what is long as a rule; sentences without end are cut all the same."""
    results = (replace(each, reason=_cut(each.reason)) for each in verdict.results)
    return replace(
        verdict,
        reason=_cut(verdict.reason, 4 * _MOST_CHARACTERS),
        results=tuple(results),
        notes=tuple(map(_cut, verdict.notes[:_MOST_NOTES])),
    )


def _cut(words: str, most: int = _MOST_CHARACTERS) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
