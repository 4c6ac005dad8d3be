"""A run begins nothing that it could not mail and record before it is stopped."""

import pytest

from steward.workflows.run_time import RunTime, unlimited


@pytest.mark.parametrize(
    ("left", "begun", "may"),
    [
        pytest.param(300_000, 0, True, id="at-the-start"),
        pytest.param(20_101, 0, True, id="just-enough-for-one"),
        pytest.param(20_100, 0, False, id="not-quite-enough-for-one"),
        pytest.param(120_000, 998, True, id="a-thousand-fit-in"),
        pytest.param(120_000, 999, False, id="a-thousand-are-waiting"),
        pytest.param(0, 0, False, id="at-the-end"),
    ],
)
def test_a_notice_is_opened_while_there_is_time_to_record_all(
    left: int, begun: int, may: bool
) -> None:
    assert RunTime(lambda: left, 300_000).may_open(begun) is may


@pytest.mark.parametrize(("left", "may"), [(150_001, True), (150_000, False)])
def test_reading_takes_no_more_than_half_of_the_time(left: int, may: bool) -> None:
    assert RunTime(lambda: left, 300_000).may_read_on() is may


def test_a_run_that_nobody_stops_has_time() -> None:
    time = RunTime.starting(unlimited)
    assert time.may_read_on()
    assert time.may_open(100_000)
