"""R12: what to do in the meantime, the least to look after first, and who then watches dates."""

from datetime import date

import pytest

from steward.data.runtime_table import bundled
from steward.domain.runtimes.advice import Way, interim_options
from steward.domain.runtimes.fitting import Needs
from tests.unit.domain.runtimes.samples import TODAY

LEFT = [Way.IMAGE, Way.OWN_RUNTIME, Way.CUSTOM]


@pytest.mark.parametrize(
    ("runtime_id", "ways"),
    [
        pytest.param("java11", [Way.NEWER_OS, *LEFT], id="same version on a newer system"),
        pytest.param("python3.8", LEFT, id="no newer system for the version"),
        pytest.param("go1.x", LEFT, id="another family is no newer system"),
        pytest.param(
            "provided.al2", [Way.NEWER_OS, Way.IMAGE, Way.CUSTOM], id="os-only: it is own already"
        ),
    ],
)
def test_r12_the_ways_are_offered_in_order(runtime_id: str, ways: list[Way]) -> None:
    options = interim_options(bundled().runtimes[runtime_id], bundled(), TODAY)
    assert [option.way for option in options] == ways


def test_r12_a_newer_system_that_ends_soon_itself_is_passed_over() -> None:
    row = bundled().runtimes["java8"]
    (first, *_rest) = interim_options(row, bundled(), TODAY)
    assert first.runtime_id == "java8.al2023"


def test_r12_off_the_managed_runtimes_aws_tells_nobody() -> None:
    options = interim_options(bundled().runtimes["java11"], bundled(), TODAY)
    assert [option.aws_tells for option in options] == [True, False, False, False]
    assert all("exception with an expiry" in option.needs for option in options[1:])
    assert all("patches" in option.needs for option in options[1:])


def test_r12_without_a_base_that_lasts_no_own_runtime_is_offered() -> None:
    row = bundled().runtimes["python3.8"]
    ways = [option.way for option in interim_options(row, bundled(), date(2029, 1, 1))]
    assert ways == [Way.IMAGE, Way.CUSTOM]
    fitting = interim_options(row, bundled(), TODAY, Needs(snap_start=True))
    assert Way.OWN_RUNTIME not in [option.way for option in fitting]
