"""What happens when parameters or tags cannot be read: nothing is silently left unchecked."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.workflows.rollouts.configuration import BadConfiguration, Written, resolve
from steward.workflows.rollouts.parameter_names import function_name
from tests.unit.aws.scripted import Scripted

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_ssm import SSMClient

ARN = "arn:aws:lambda:eu-west-1:111111111111:function:shop"
TARGET = Target("shop", "live", "3", "4")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWN = "/steward/rollout/shop"
OVERRIDE = "/steward/rollout-override/shop"
DEFAULT = "/steward/rollout-profiles/default"
FIRST = [OWN, OVERRIDE, DEFAULT]
DENIED = "AccessDeniedException"


class ScriptedUnit(UnitClients):
    """A unit whose SSM and Lambda answer from scripts."""

    def __init__(self, tags: dict[str, str] | None = None) -> None:
        super().__init__()
        self.ssm = Scripted("ssm")
        self.lambdas = Scripted("lambda")
        if tags is not None:
            self.lambdas.answers("get_function_configuration", {"FunctionArn": ARN})
            self.lambdas.answers("list_tags", {"Tags": tags})

    def parameters(self) -> "SSMClient":
        client: SSMClient = self.ssm.client
        return client

    def functions(self) -> "LambdaClient":
        client: LambdaClient = self.lambdas.client
        return client

    def gives(self, asked: list[str], **texts: str) -> None:
        """One answer of SSM: `own`, `override`, `default` or another profile's name to its text."""
        names = {"own": OWN, "override": OVERRIDE}
        rows = [
            row(names.get(key, f"/steward/rollout-profiles/{key}"), text)
            for key, text in texts.items()
        ]
        request = {"Names": asked, "WithDecryption": False}
        self.ssm.answers("get_parameters", {"Parameters": rows}, request)

    def refuses(self, name: str, code: str = DENIED) -> None:
        request = {"Names": [name], "WithDecryption": False}
        self.ssm.refuses("get_parameters", code, f"no {name}", request)


def row(name: str, text: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Type": "String",
        "Value": text,
        "Version": 2,
        "LastModifiedDate": NOW - timedelta(hours=1),
    }


def override(until: datetime) -> str:
    return f'{{"until": "{until.isoformat()}", "reason": "fix", "by": "ana"}}'


def test_one_call_of_ssm_is_enough_where_no_profile_is_named() -> None:
    unit = ScriptedUnit({})
    unit.gives(FIRST, own="mode: observe")
    with unit.ssm, unit.lambdas:
        found = resolve(unit, TARGET, NOW)
    assert found.sources == (f"parameter {OWN} version 2", "built-in defaults")
    assert found.config.mode == "observe"
    assert found.notes == ()


def test_what_tags_name_is_read_in_the_same_call() -> None:
    tags = {"steward:rollout-profile": "web", "steward:rollout-config": "/steward/rollout/all"}
    unit = ScriptedUnit(tags)
    asked = [*FIRST, "/steward/rollout/all", "/steward/rollout-profiles/web"]
    unit.ssm.answers(
        "get_parameters",
        {"Parameters": [row(asked[3], "mode: observe"), row(asked[4], "version: 1")]},
        {"Names": asked, "WithDecryption": False},
    )
    with unit.ssm, unit.lambdas:
        found = resolve(unit, TARGET, NOW)
    assert found.sources == (
        "parameter /steward/rollout/all version 2",
        "parameter /steward/rollout-profiles/web version 2",
        "built-in defaults",
    )
    assert found.function_tags == tags


def test_a_workloads_parameter_that_is_denied_is_not_taken_for_none() -> None:
    unit = ScriptedUnit({})
    unit.ssm.refuses("get_parameters", DENIED)
    unit.refuses(OWN)
    unit.gives([OVERRIDE])
    unit.gives([DEFAULT])
    with unit.ssm, unit.lambdas, pytest.raises(BadConfiguration) as refused:
        resolve(unit, TARGET, NOW)
    assert str(refused.value) == (
        f"parameter {OWN} cannot be used: document: it cannot be read: GetParameters: "
        f"{DENIED}: no {OWN}; let the role of org/members/hooks.yaml read it, and deploy again"
    )


def test_a_profile_and_an_override_that_are_denied_leave_notes() -> None:
    unit = ScriptedUnit({})
    unit.ssm.refuses("get_parameters", DENIED)
    unit.gives([OWN])
    unit.refuses(OVERRIDE)
    unit.refuses(DEFAULT)
    with unit.ssm, unit.lambdas:
        found = resolve(unit, TARGET, NOW)
    assert found.sources == ("built-in defaults",)
    assert found.override is None
    assert len(found.notes) == 2
    assert found.notes[0].startswith(f"parameter {OVERRIDE} does not count: it cannot be read: ")
    assert found.notes[1].startswith(f"parameter {DEFAULT} is left out: document: it cannot be")


def test_a_throttled_ssm_stops_the_deployment_rather_than_its_checks() -> None:
    unit = ScriptedUnit({})
    unit.ssm.refuses("get_parameters", "ThrottlingException", "slow down")
    with unit.ssm, unit.lambdas, pytest.raises(BadConfiguration, match="slow down"):
        resolve(unit, TARGET, NOW)


def test_tags_that_are_denied_count_as_none_and_leave_a_note() -> None:
    unit = ScriptedUnit()
    unit.lambdas.refuses("get_function_configuration", DENIED, "no tags for you")
    unit.gives(FIRST)
    with unit.ssm, unit.lambdas:
        found = resolve(unit, TARGET, NOW)
    assert found.function_tags == {}
    assert found.notes == (
        "tags of function shop could not be read and count as none: GetFunctionConfiguration: "
        f"{DENIED}: no tags for you",
    )


def test_tags_that_cannot_be_reached_count_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = ScriptedUnit()

    def unreachable(**_request: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://lambda")

    monkeypatch.setattr(unit.lambdas.client, "get_function_configuration", unreachable)
    unit.gives(FIRST)
    with unit.ssm:
        assert "Could not connect" in resolve(unit, TARGET, NOW).notes[0]


def test_an_override_is_found_even_where_the_configuration_cannot_be_used() -> None:
    unit = ScriptedUnit({"steward:smoke": "yes"})
    unit.gives(FIRST, own="moed: observe", override=override(NOW + timedelta(minutes=1)))
    with unit.ssm, unit.lambdas, pytest.raises(BadConfiguration) as refused:
        resolve(unit, TARGET, NOW)
    assert refused.value.override is not None
    assert refused.value.override.reason == "fix"
    assert refused.value.notes == ("tag steward:smoke=yes is left out: write empty or no such tag",)


def test_an_override_is_found_even_where_a_tag_leads_nowhere() -> None:
    unit = ScriptedUnit({"steward:rollout-config": "not a name"})
    unit.gives(FIRST, override=override(NOW + timedelta(minutes=1)))
    with unit.ssm, unit.lambdas, pytest.raises(BadConfiguration) as refused:
        resolve(unit, TARGET, NOW)
    assert refused.value.override is not None


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        pytest.param(
            {"steward:rollout-config": "/other/shop"},
            "tag steward:rollout-config cannot be used: document: '/other/shop' is no name of a "
            "parameter that begins /steward/rollout/; correct the function's tag and deploy again",
            id="config-elsewhere",
        ),
        pytest.param(
            {"steward:rollout-profile": "Web!"},
            "tag steward:rollout-profile cannot be used: document: "
            "'/steward/rollout-profiles/Web!' is no name",
            id="no-name-of-a-profile",
        ),
    ],
)
def test_a_tag_that_can_lead_nowhere_is_refused(tags: dict[str, str], problem: str) -> None:
    unit = ScriptedUnit(tags)
    unit.gives(FIRST)
    with unit.ssm, unit.lambdas, pytest.raises(BadConfiguration) as refused:
        resolve(unit, TARGET, NOW)
    assert str(refused.value).startswith(problem)


def test_a_file_takes_the_place_of_the_workloads_parameter_and_keeps_its_profiles() -> None:
    unit = ScriptedUnit({})
    unit.gives(FIRST, own="moed: observe")
    unit.gives(["/steward/rollout-profiles/web"], web="pre: {budget_seconds: 99}")
    written = Written("shop.yaml", "extends: [web]\nmode: observe\n")
    with unit.ssm, unit.lambdas:
        found = resolve(unit, TARGET, NOW, written)
    assert found.config.pre.budget_seconds == 99
    assert found.sources[0] == "shop.yaml"


@pytest.mark.parametrize(
    "function",
    ["shop", "shop:live", ARN, f"{ARN}:4", "111111111111:function:shop"],
)
def test_a_function_has_one_name_however_it_is_called(function: str) -> None:
    assert function_name(function) == "shop"
