"""Who looks, the clock, and the hub's stack."""

from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version

import pytest

from steward.domain.stacks import Unit
from steward_cli.connection import Connection, EndpointSession
from steward_cli.doctor.findings import Status
from steward_cli.doctor.hub_stack import DeployedStack
from steward_cli.doctor.judging import connecting
from steward_cli.doctor.judging.connecting import judge_caller, judge_clock, judge_hub_stack
from tests.template import documents
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

OPERATOR = "arn:aws:iam::111111111111:role/steward-operator"
STACK = DeployedStack(
    "steward",
    "UPDATE_COMPLETE",
    outputs=dict.fromkeys(connecting._OUTPUTS, "x") | {"StewardVersion": "1.2.3"},
)


@pytest.mark.parametrize(
    ("is_operator", "role", "status", "words"),
    [
        pytest.param(True, OPERATOR, OK, "as the operator role", id="the operator"),
        pytest.param(False, OPERATOR, WARN, "may not assume", id="somebody else"),
        pytest.param(False, "", WARN, "names no operator role", id="an old hub"),
    ],
)
def test_who_looks(is_operator: bool, role: str, status: Status, words: str) -> None:
    session = EndpointSession(None, None)
    arn = "arn:aws:iam::111111111111:user/ada"
    caller = Connection(session, Unit("111111111111", "eu-west-1"), arn, is_operator)
    assert_says(judge_caller(caller, role), status, words)


@pytest.mark.parametrize(
    ("seconds", "status", "words"),
    [
        pytest.param(59, OK, "59 seconds off", id="nearly a minute"),
        pytest.param(60, WARN, "60 seconds ahead of", id="a minute ahead"),
        pytest.param(-239, WARN, "239 seconds behind", id="behind"),
        pytest.param(240, FAIL, "refuses requests from 300 on", id="nearly refused"),
    ],
)
def test_the_clock_is_compared_with_awss(seconds: int, status: Status, words: str) -> None:
    assert_says(judge_clock(timedelta(seconds=seconds)), status, words)


@pytest.mark.parametrize(
    ("stack", "status", "words"),
    [
        pytest.param(STACK, OK, "UPDATE_COMPLETE, version 1.2.3", id="well"),
        pytest.param(
            replace(STACK, status="UPDATE_ROLLBACK_COMPLETE", reason="no quota"),
            WARN,
            "(no quota): the last update failed",
            id="rolled back",
        ),
        pytest.param(
            replace(STACK, status="UPDATE_IN_PROGRESS"), WARN, "IN_PROGRESS", id="under way"
        ),
        pytest.param(replace(STACK, status="UPDATE_ROLLBACK_FAILED"), FAIL, "FAILED", id="stuck"),
        pytest.param(
            replace(STACK, outputs={**STACK.outputs, "AlarmsTopicArn": ""}),
            WARN,
            "no output AlarmsTopicArn",
            id="older than the command",
        ),
        pytest.param(
            replace(STACK, outputs={**STACK.outputs, "StewardVersion": "1.2.2"}),
            WARN,
            "the hub is version 1.2.2, this command is 1.2.3",
            id="another version",
        ),
    ],
)
def test_the_hubs_stack(stack: DeployedStack, status: Status, words: str) -> None:
    assert_says(judge_hub_stack(stack, "1.2.3"), status, words)


def test_the_template_has_the_outputs_and_the_version_of_this_command() -> None:
    outputs = documents.load("template.yaml")["Outputs"]
    assert set(connecting._OUTPUTS) <= outputs.keys()
    assert outputs["StewardVersion"]["Value"] == version("steward")
