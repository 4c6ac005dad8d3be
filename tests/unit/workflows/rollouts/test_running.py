"""Running checks: side by side, each with its own limit; none can raise, hang or hide."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    AnyCheck,
    CompareCheck,
    ConfigCheck,
    InvokeCheck,
    MetricCheck,
    ProbeCheck,
)
from steward.domain.rollouts.results import CheckMode, CheckResult, Finding, Outcome
from steward.workflows.rollouts import running
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.checks import alarms, compare, config, invoke, metric, probe
from steward.workflows.rollouts.running import run_checks
from tests.unit.workflows.rollouts.benches import NOW, FakeTime, make_bench

PASS = Finding(Outcome.PASS, "fine", {"seen": 1})
CONFIG = ConfigCheck(type="config")
type Check = Callable[[Any, CheckBench], Finding]


def answering(finding: Finding) -> Check:
    return lambda _check, _bench: finding


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Callable[[Check], None]:
    """Put a function in the place of the `config` check."""
    return lambda check: monkeypatch.setattr(config, "check_config", check)


@pytest.fixture
def stuck() -> Iterator[Event]:
    over = Event()
    yield over
    over.set()


def run_one(check: AnyCheck = CONFIG, **changes: Any) -> CheckResult:
    (result,) = run_checks({"it": check}, CheckMode.ENFORCE, make_bench(**changes))
    return result


@pytest.mark.parametrize(
    ("module", "check"),
    [
        (invoke, InvokeCheck(type="invoke", dry_run=True)),
        (config, CONFIG),
        (alarms, AlarmsCheck(type="alarms")),
        (metric, MetricCheck(type="metric", namespace="Shop", metric_name="Orders", minimum=1)),
        (compare, CompareCheck(type="compare")),
        (probe, ProbeCheck(type="probe", payload={})),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_each_type_has_its_own_check(
    monkeypatch: pytest.MonkeyPatch, module: Any, check: AnyCheck
) -> None:
    asked: list[object] = []

    def note(given: object, _bench: CheckBench) -> Finding:
        asked.append(given)
        return PASS

    monkeypatch.setattr(module, f"check_{check.type}", note)
    result = run_one(check)
    assert asked == [check]
    assert (result.name, result.type, result.outcome) == ("it", check.type, Outcome.PASS)
    assert (result.reason, result.evidence, result.started_at) == ("fine", {"seen": 1}, NOW)


@pytest.mark.parametrize(
    ("outcome", "settings", "fails"),
    [
        (Outcome.PASS, {}, False),
        (Outcome.FAIL, {}, True),
        (Outcome.ERROR, {}, True),
        (Outcome.ERROR, {"fail_on_error": False}, False),
        (Outcome.INCONCLUSIVE, {}, False),
        (Outcome.INCONCLUSIVE, {"fail_on_inconclusive": True}, True),
        (Outcome.SKIPPED, {}, False),
    ],
)
def test_which_outcomes_fail(
    put: Callable[[Check], None], outcome: Outcome, settings: Any, fails: bool
) -> None:
    put(answering(Finding(outcome, "so it is")))
    assert run_one(ConfigCheck(type="config", **settings)).fails is fails


@pytest.mark.parametrize("of_phase", list(CheckMode))
@pytest.mark.parametrize("of_check", [None, *CheckMode])
def test_a_checks_own_mode_counts_before_the_phases(
    put: Callable[[Check], None], of_phase: CheckMode, of_check: CheckMode | None
) -> None:
    put(answering(PASS))
    check = ConfigCheck(type="config", mode=of_check)
    (result,) = run_checks({"it": check}, of_phase, make_bench())
    assert result.mode is (of_check or of_phase)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(ValueError("bad"), "ValueError: bad", id="exception"),
        pytest.param(KeyError("Payload"), "KeyError: 'Payload'", id="key"),
        pytest.param(RuntimeError(), "RuntimeError", id="without-a-word"),
        pytest.param(SystemExit(1), "SystemExit: 1", id="exit"),
        pytest.param(
            NotAllowed("GetMetricData", "no", "allow it"),
            "NotAllowed: GetMetricData is not allowed: no; allow it",
            id="denied",
        ),
    ],
)
def test_what_a_check_raises_is_its_result(
    put: Callable[[Check], None], error: BaseException, reason: str
) -> None:
    def fail(_check: object, _bench: CheckBench) -> Finding:
        raise error

    put(fail)
    result = run_one()
    assert (result.outcome, result.reason, result.fails) == (Outcome.ERROR, reason, True)


def test_one_that_hangs_is_left_behind_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, put: Callable[[Check], None], stuck: Event
) -> None:
    def hang(_check: object, _bench: CheckBench) -> Finding:
        stuck.wait()
        return PASS

    monkeypatch.setattr(running, "_LAST_WORD", timedelta())
    monkeypatch.setattr(alarms, "check_alarms", answering(PASS))
    put(hang)
    bench = make_bench(deadline=NOW + timedelta(milliseconds=50))
    checks: dict[str, AnyCheck] = {"slow": CONFIG, "fast": AlarmsCheck(type="alarms")}
    slow, fast = run_checks(checks, CheckMode.ENFORCE, bench)
    assert (slow.outcome, slow.reason) == (Outcome.ERROR, "took longer than 0.05 s")
    assert (slow.took, slow.fails) == (timedelta(milliseconds=50), True)
    assert fast.outcome is Outcome.PASS


def test_checks_run_side_by_side(put: Callable[[Check], None]) -> None:
    """Five that wait for each other would never end one after the other."""
    together = Barrier(5, timeout=10)

    def meet(_check: object, _bench: CheckBench) -> Finding:
        together.wait()
        return PASS

    put(meet)
    checks = {f"check-{number}": CONFIG for number in range(5)}
    results = run_checks(checks, CheckMode.ENFORCE, make_bench())
    assert [each.outcome for each in results] == [Outcome.PASS] * 5
    assert [each.name for each in results] == list(checks)


@pytest.mark.parametrize(
    ("timeout_seconds", "left_seconds", "limit_seconds"), [(20, 120, 20), (20, 7, 7)]
)
def test_a_checks_deadline_is_its_own_or_the_phases(
    put: Callable[[Check], None], timeout_seconds: int, left_seconds: int, limit_seconds: int
) -> None:
    deadlines: list[datetime] = []

    def note(_check: object, bench: CheckBench) -> Finding:
        deadlines.append(bench.deadline)
        return PASS

    put(note)
    check = ConfigCheck(type="config", timeout_seconds=timeout_seconds)
    run_one(check, deadline=NOW + timedelta(seconds=left_seconds))
    assert deadlines == [NOW + timedelta(seconds=limit_seconds)]


@pytest.mark.parametrize("left", [timedelta(), timedelta(seconds=-1)])
def test_once_the_time_is_over_nothing_begins(
    put: Callable[[Check], None], left: timedelta
) -> None:
    def refuse(_check: object, _bench: CheckBench) -> Finding:
        raise AssertionError("it began")

    put(refuse)
    result = run_one(deadline=NOW + left)
    assert result.reason == "the time of this phase was over before it began"
    assert (result.outcome, result.took) == (Outcome.ERROR, timedelta())


def test_a_check_that_is_switched_off_leaves_no_result(put: Callable[[Check], None]) -> None:
    put(answering(PASS))
    checks = {"off": ConfigCheck(type="config", enabled=False)}
    assert run_checks(checks, CheckMode.ENFORCE, make_bench()) == ()


def test_nothing_begins_before_the_metrics_have_settled(put: Callable[[Check], None]) -> None:
    time = FakeTime()
    put(answering(PASS))
    settle = timedelta(seconds=60)
    (result,) = run_checks({"it": CONFIG}, CheckMode.ENFORCE, make_bench(time), settle)
    assert time.slept == [60]
    assert result.started_at == NOW + settle


def test_without_checks_there_is_nothing_to_settle() -> None:
    time = FakeTime()
    off = {"it": ConfigCheck(type="config", enabled=False)}
    assert run_checks(off, CheckMode.ENFORCE, make_bench(time), timedelta(seconds=60)) == ()
    assert time.slept == []


def test_a_check_says_how_long_it_took(put: Callable[[Check], None]) -> None:
    def wait(_check: object, bench: CheckBench) -> Finding:
        bench.sleep(3)
        return PASS

    put(wait)
    assert run_one().took == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("evidence", "kept"),
    [
        pytest.param({"at": NOW}, {"at": "2026-11-23T09:30:00Z"}, id="instants"),
        pytest.param({"names": {"a"}}, {"names": ["a"]}, id="sets"),
        pytest.param({"ratio": float("nan")}, {"ratio": None}, id="no-number"),
        pytest.param({"error": ValueError("bad")}, {"error": "bad"}, id="any-object"),
        pytest.param({1: {2: (3,)}}, {"1": {"2": [3]}}, id="numbers-as-keys"),
    ],
)
def test_evidence_is_kept_as_json(
    put: Callable[[Check], None], evidence: Any, kept: dict[str, object]
) -> None:
    put(answering(Finding(Outcome.PASS, "fine", evidence)))
    assert run_one().evidence == kept


def test_evidence_that_is_no_json_at_all_makes_the_check_an_error(
    put: Callable[[Check], None],
) -> None:
    """Bytes that are no text: better an error that is seen than a verdict that cannot be kept."""
    put(answering(Finding(Outcome.PASS, "fine", {"body": b"\xff"})))
    assert run_one().outcome is Outcome.ERROR


def test_a_reason_is_one_line(put: Callable[[Check], None]) -> None:
    put(answering(Finding(Outcome.FAIL, "two\nlines " + "x" * 9_000)))
    reason = run_one().reason
    assert reason.startswith("two lines x")
    assert len(reason) == 2_000
