"""A verdict that is too long loses evidence, never what it says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from steward.domain.rollouts.results import Cause, CheckResult, Outcome, Phase, Status, Verdict
from steward.domain.rollouts.shortening import shortened
from tests.unit.domain.rollouts.check_results import NOW, make_result

DOCUMENT = TypeAdapter(Verdict)


def size(verdict: Verdict) -> int:
    return len(DOCUMENT.dump_json(verdict))


def verdict(*results: CheckResult) -> Verdict:
    return Verdict("d-1", Phase.PRE, Status.FAILED, Cause.CHECKS, "why", NOW, results)


def long(name: str, length: int) -> CheckResult:
    return make_result(Outcome.FAIL, name, evidence={"body": "x" * length})


def test_what_fits_stays_as_it_is() -> None:
    whole = verdict(long("a", 1_000))
    assert shortened(whole, size(whole), size) is whole


def test_the_longest_evidence_goes_first() -> None:
    whole = verdict(long("a", 1_000), long("b", 50_000), long("c", 2_000))
    cut = shortened(whole, 10_000, size)
    assert [len(str(each.evidence)) > 500 for each in cut.results] == [True, False, True]
    assert cut.notes == ("the evidence of b is too long to be kept; see the hook's log",)


def test_sentences_without_end_are_cut_too() -> None:
    endless = replace(verdict(), reason="é" * 100_000, notes=("n" * 10_000,) * 100)
    cut = shortened(endless, 50_000, size)
    assert size(cut) <= 50_000
    assert cut.reason.endswith("…")


@given(
    st.lists(st.integers(0, 30_000), max_size=20),
    st.text(max_size=5_000),
    st.sampled_from(list(Status)),
)
def test_every_verdict_fits_and_keeps_its_outcomes(
    lengths: list[int], reason: str, status: Status
) -> None:
    results = [long(f"check-{number}", length) for number, length in enumerate(lengths)]
    whole = replace(verdict(*results), reason=reason, status=status)
    cut = shortened(whole, 60_000, size)
    assert size(cut) <= 60_000
    assert (cut.status, cut.cause) == (whole.status, whole.cause)
    assert [each.outcome for each in cut.results] == [each.outcome for each in whole.results]
