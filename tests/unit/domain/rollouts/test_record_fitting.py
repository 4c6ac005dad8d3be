"""An item has room for so much: evidence gives way, the largest first, and says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.rollouts.record_fitting import LEFT_OUT, fitted
from steward.domain.rollouts.records import Rollout
from tests.rollout_values import make_result, make_rollout, make_verdict


def weighing(*sizes: int) -> Rollout:
    results = tuple(
        make_result(f"check-{number}", evidence={"answer": "x" * size})
        for number, size in enumerate(sizes)
    )
    return make_rollout(verdicts=(make_verdict(results=results),))


def evidence_of(rollout: Rollout) -> list[str]:
    return [next(iter(each.evidence)) for each in rollout.verdicts[0].results]


def test_what_fits_stays_as_it_is() -> None:
    rollout = weighing(10, 20)
    size = len(rollout.model_dump_json())
    assert fitted(rollout, size) is rollout
    assert fitted(rollout, size - 1) is not rollout


def test_the_largest_evidence_is_left_out_first_and_no_more_than_must() -> None:
    found = fitted(weighing(100, 50_000, 200), 10_000)
    assert evidence_of(found) == ["answer", LEFT_OUT, "answer"]
    (problem,) = found.problems
    assert problem.startswith("evidence of 1 checks was too large")


def test_verdicts_and_reasons_outlive_all_evidence() -> None:
    rollout = weighing(9_000, 9_000)
    found = fitted(rollout, 6_000)
    assert [each.outcome for each in found.verdicts[0].results] == ["fail", "fail"]
    assert found.verdicts[0].reason == rollout.verdicts[0].reason


def test_texts_without_end_are_cut_last() -> None:
    verdict = make_verdict(reason="y" * 50_000, notes=tuple("n" * 5_000 for _ in range(100)))
    found = fitted(make_rollout(verdicts=(verdict,), error_message="z" * 50_000), 100_000)
    assert len(found.model_dump_json()) < 100_000
    assert found.verdicts[0].reason.endswith("…")


def test_characters_count_as_the_bytes_that_they_are_kept_as() -> None:
    rollout = make_rollout(error_message="é" * 1_000)
    plain = len(make_rollout(error_message="").model_dump_json())
    assert fitted(rollout, plain + 2_000) is rollout
    assert fitted(rollout, plain + 1_999) is not rollout


@settings(max_examples=50)
@given(sizes=st.lists(st.integers(0, 5_000), max_size=8), most=st.integers(3_000, 20_000))
def test_it_fits_and_fitting_again_changes_nothing(sizes: list[int], most: int) -> None:
    found = fitted(weighing(*sizes), most + 400 * len(sizes))
    assert len(found.model_dump_json()) <= most + 400 * len(sizes) + 300
    assert evidence_of(fitted(found, 10**9)) == evidence_of(found)


@pytest.mark.parametrize("most", [1, 1_000])
def test_even_with_no_room_at_all_nothing_breaks(most: int) -> None:
    assert fitted(weighing(10), most).deployment_id == weighing(10).deployment_id
