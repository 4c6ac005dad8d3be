"""Every way a hook can fail: CodeDeploy is answered once, and never with a Succeeded by mistake.

What the failsafe and the guard do for a hook that is gone altogether is tested with them.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from typing import NoReturn

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from functions.rollout_hooks import app
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from steward.workflows.rollouts import aftermath, recording
from steward.workflows.rollouts.answering import NotReported
from tests.integration.functions.exchange import Refused
from tests.integration.functions.hook_codedeploy import DEPLOYMENT
from tests.integration.functions.hook_unit import EXECUTION, HookUnit, open_unit
from tests.integration.functions.samples import sample

EVENT = sample("codedeploy_hook")
PUT = "PutLifecycleEventHookExecutionStatus"
# What a pre-traffic hook asks AWS with nothing declared, and the verdict when it gets no answer.
# Each is one of (operation, how many of the same come before it).
WORTH_NOTHING = (("PutItem", 0), ("PutItem", 1), ("SendMessage", 0), ("PutEvents", 0))
NEEDED = (
    ("GetDeployment", 0),
    ("ListDeploymentTargets", 0),
    ("GetDeploymentTarget", 0),
    ("GetDeployment", 1),
    ("GetApplicationRevision", 0),
    ("GetParameters", 0),
    ("GetDeploymentGroup", 0),
    ("GetFunctionConfiguration", 1),
    ("GetFunctionConfiguration", 2),
    ("GetProvisionedConcurrencyConfig", 0),
    ("Invoke", 0),
)
# Without the function's tags its own parameter still counts, and a note says what was not read.
TAGS = (("GetFunctionConfiguration", 0), ("ListTags", 0))
REPORT = ((PUT, 0),)


def _refuse(code: str) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise Refused(code)

    return act


def _raise(error: BaseException) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error

    return act


DEATHS = {
    "denied": _refuse("AccessDeniedException"),
    "throttled": _refuse("ThrottlingException"),
    "timeout": _raise(ReadTimeoutError(endpoint_url="https://aws.example")),
    "exit": _raise(SystemExit(1)),
    "memory": _raise(MemoryError()),
}
# They end a run as a denial and an exit do; at the report, each is tried.
ALIKE = frozenset({"throttled", "memory"})


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookUnit]:
    with mock_aws():
        yield open_unit(monkeypatch)


def _id(call: tuple[str, int]) -> str:
    return f"{call[0]}-{call[1]}"


def deaths(*calls: tuple[str, int], but: frozenset[str] = frozenset()) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("call", "death"),
        [
            pytest.param(call, death, id=f"{_id(call)}-{death}")
            for call in calls
            for death in DEATHS
            if death not in but
        ],
    )


def test_these_are_all_calls_of_a_run(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    made = sorted(call.operation for call in unit.exchange.calls)
    known = [*WORTH_NOTHING, *NEEDED, *TAGS, *REPORT]
    assert made == sorted(operation for operation, _ in known)


@deaths(*NEEDED, but=ALIKE)
def test_a_call_that_is_needed_and_fails_fails_the_deployment(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    operation, skip = call
    # Denied all parameters together, a hook asks for each.
    times = 1_000 if operation == "GetParameters" else 1
    unit.exchange.before(operation, DEATHS[death], skip=skip, times=times)
    answer = unit.hook(app, EVENT)
    expected = _exceptions(operation, skip, death)
    assert unit.codedeploy.said == [(EXECUTION, expected)]
    assert answer["status"] == expected
    assert unit.verdict().status == expected


def _exceptions(operation: str, skip: int, death: str) -> str:
    """A dry run that nobody allowed is skipped: without the tag nothing may be invoked."""
    is_allowed_to_be_denied = (operation, skip, death) == ("Invoke", 0, "denied")
    return "Succeeded" if is_allowed_to_be_denied else "Failed"


@deaths(*WORTH_NOTHING, but=ALIKE)
def test_a_call_that_is_worth_no_verdict_changes_none(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    operation, skip = call
    unit.exchange.before(operation, DEATHS[death], skip=skip)
    answer = unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert answer["cause"] == "checks"


@deaths(*WORTH_NOTHING[:2])
def test_no_record_makes_a_failed_check_pass(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    unit.functions.config["4"] = {"State": "Failed", "StateReason": "out of order"}
    operation, skip = call
    unit.exchange.before(operation, DEATHS[death], skip=skip)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@deaths(*TAGS, but=ALIKE)
def test_tags_that_cannot_be_read_never_let_pass_what_fails(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    unit.functions.config["4"] = {"State": "Failed", "StateReason": "out of order"}
    operation, skip = call
    unit.exchange.before(operation, DEATHS[death], skip=skip)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@deaths(*REPORT)
def test_a_report_that_fails_is_sent_again(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    unit.exchange.before(call[0], DEATHS[death])
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert unit.slept == [1]


@deaths(*REPORT)
def test_a_report_that_never_gets_through_is_left_to_the_failsafe(
    unit: HookUnit, call: tuple[str, int], death: str
) -> None:
    """Only a run that ends in an error is handed to it."""
    unit.exchange.before(call[0], DEATHS[death], times=1_000)
    with pytest.raises(NotReported, match="was not reported in 5 tries"):
        unit.hook(app, EVENT)
    assert unit.slept == [1, 2, 4, 8]
    assert unit.news == []


def test_no_report_is_tried_beyond_lambdas_own_time(unit: HookUnit) -> None:
    unit.timeout = timedelta(seconds=9)
    unit.exchange.before(PUT, DEATHS["throttled"], times=1_000)
    with pytest.raises(NotReported, match="was not reported in 3 tries"):
        unit.hook(app, EVENT)
    assert unit.slept == [1, 2]


def test_an_answer_that_was_lost_on_the_way_counts(unit: HookUnit) -> None:
    """CodeDeploy took it, and says so when it is told again."""
    unit.exchange.after(PUT, DEATHS["timeout"])
    answer = unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert answer["answer"].startswith("came too late")


@pytest.mark.parametrize("name", ["ROLLOUTS_TABLE", "RECORD_RETENTION_DAYS", "GUARD_QUEUE_URL"])
def test_an_environment_that_is_wrong_fails_the_deployment_and_says_so(
    unit: HookUnit, name: str
) -> None:
    unit.monkeypatch.delenv(name)
    answer = unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert name in answer["reason"]


def test_a_module_that_cannot_be_imported_fails_the_deployment(unit: HookUnit) -> None:
    unit.monkeypatch.setitem(
        __import__("sys").modules, "steward.workflows.rollouts.examining", None
    )
    answer = unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert answer["cause"] == "hook"


def test_a_check_that_cannot_be_imported_fails_and_the_others_are_kept(unit: HookUnit) -> None:
    unit.monkeypatch.setitem(sys.modules, "steward.workflows.rollouts.checks.alarms", None)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert [each.outcome for each in unit.verdict().results] == ["pass", "error", "pass"]


def test_whatever_else_breaks_codedeploy_hears_failed_first(unit: HookUnit) -> None:
    """The last resort: not even what keeps failures apart worked."""

    def break_down(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    unit.monkeypatch.setattr(recording.Recorder, "latch", break_down)
    with pytest.raises(KeyboardInterrupt):
        unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@pytest.fixture
def stuck() -> Iterator[Callable[[], object]]:
    """A call that never comes back, until the test is over."""
    over = Event()
    yield over.wait
    over.set()


@pytest.mark.parametrize("operation", ["GetDeployment", "GetApplicationRevision", "GetParameters"])
def test_a_call_that_hangs_is_left_behind_at_the_deadline(
    unit: HookUnit, stuck: Callable[[], object], operation: str
) -> None:
    unit.timeout = timedelta(milliseconds=150)
    unit.exchange.before(operation, stuck)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert unit.verdict().cause is Cause.DEADLINE
    assert "took longer than 0.1 s" in unit.verdict().reason


@pytest.mark.parametrize("skip", [0, 1], ids=["attempt", "verdict"])
def test_a_table_that_hangs_holds_no_verdict_up(
    unit: HookUnit, stuck: Callable[[], object], skip: int
) -> None:
    unit.monkeypatch.setattr(recording, "PATIENCE", timedelta(milliseconds=50))
    unit.exchange.before("PutItem", stuck, skip=skip)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]


def test_a_bus_that_hangs_ends_the_run_in_time(unit: HookUnit, stuck: Callable[[], object]) -> None:
    unit.monkeypatch.setattr(aftermath, "PATIENCE", timedelta(milliseconds=50))
    unit.exchange.before("PutEvents", stuck)
    assert unit.hook(app, EVENT)["status"] == "Succeeded"


def test_what_could_not_be_put_on_record_is_noted(unit: HookUnit) -> None:
    unit.exchange.before("PutItem", DEATHS["denied"])
    unit.hook(app, EVENT)
    (note,) = unit.verdict().notes
    assert note.startswith("the attempt is not on record: ")
    assert unit.records.attempts(DEPLOYMENT) == ()


def test_a_verdict_that_somebody_else_gave_first_is_the_one_that_is_reported(
    unit: HookUnit,
) -> None:
    """The guard answered for a hook that it took for dead."""
    gave_up = Verdict(
        DEPLOYMENT, Phase.PRE, Status.FAILED, Cause.WATCHDOG, "nobody answered", unit.clock
    )
    unit.exchange.before("Invoke", lambda: unit.records.latch(gave_up))
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert unit.verdict() == gave_up


def test_a_deployment_of_another_account_is_no_deployment(unit: HookUnit) -> None:
    """CodeDeploy refuses the answer too, so that the run ends in an error and people hear of it."""
    unit.exchange.refuse(PUT, "DeploymentDoesNotExistException", times=1_000)
    with pytest.raises(NotReported, match="no deployment d-000000000 in this account"):
        unit.hook(app, EVENT | {"DeploymentId": "d-000000000"})
