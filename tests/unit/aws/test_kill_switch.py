"""The kill switch: only a clear `off` lets anything be deleted."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from steward.aws.kill_switch import read_kill_switch
from steward.domain.proof import KillSwitch
from tests.unit.aws.scripted import Scripted

NAME = "/steward/kill-switch"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("off", KillSwitch.OFF, id="off"),
        pytest.param("on", KillSwitch.ON, id="on"),
        pytest.param("Off", KillSwitch.UNREAD, id="another-case"),
        pytest.param(" off", KillSwitch.UNREAD, id="with-a-space"),
        pytest.param("false", KillSwitch.UNREAD, id="another-word"),
        pytest.param("", KillSwitch.UNREAD, id="empty"),
    ],
)
def test_what_the_parameter_says(value: str, expected: KillSwitch) -> None:
    answer = {"Parameter": {"Value": value}}
    with Scripted("ssm").answers("get_parameter", answer, {"Name": NAME}) as ssm:
        assert read_kill_switch(ssm.client, NAME) is expected


@pytest.mark.parametrize("code", ["ParameterNotFound", "AccessDeniedException", "Throttling"])
def test_a_switch_that_cannot_be_read_is_unread(code: str) -> None:
    with Scripted("ssm").refuses("get_parameter", code) as ssm:
        assert read_kill_switch(ssm.client, NAME) is KillSwitch.UNREAD


def test_a_service_that_does_not_answer_leaves_it_unread() -> None:
    ssm = Scripted("ssm")

    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://nowhere.example.com")

    ssm.client.meta.events.register("before-parameter-build", fail)
    assert read_kill_switch(ssm.client, NAME) is KillSwitch.UNREAD
