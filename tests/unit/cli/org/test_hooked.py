"""Units that cannot be read: do they hold up who takes the hooks away?"""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from steward.domain.stacks import Unit
from steward_cli.org.adopters import UnitAdopters
from steward_cli.org.adopters_report import adopters_report
from steward_cli.org.hooked import hooked_units

HUB, MANAGEMENT = "111111111111", "999999999999"
UNIT = Unit("222222222222", "eu-west-1")
ELSEWHERE = Unit("333333333333", "eu-west-1")
UNREAD = UnitAdopters(UNIT, not_read="AccessDenied")


@pytest.mark.parametrize(
    ("hooked", "none"),
    [
        pytest.param(None, False, id="hooks may be anywhere"),
        pytest.param(frozenset({UNIT}), False, id="it has hooks"),
        pytest.param(frozenset({ELSEWHERE}), True, id="it has none"),
    ],
)
def test_a_unit_that_cannot_be_read_counts_where_hooks_may_be(
    hooked: frozenset[Unit] | None, none: bool
) -> None:
    report = adopters_report([UNREAD, UnitAdopters(ELSEWHERE)], hooked)
    assert report.none is none
    assert [each.account_id for each in report.not_read] == ([] if none else [UNIT.account_id])
    assert len(report.without_hooks) == int(none)


class Installation:
    """What is asked of one: its home, Organizations, and CloudFormation."""

    def __init__(self, management: str) -> None:
        self.client = boto3.client("cloudformation")
        self.connection, self.session, self.sessions = self, self, self
        self.home = Unit(HUB, "eu-west-1")
        self._management = management

    def create_client(self, service: str) -> Any:
        assert service == "cloudformation"
        return self.client

    def organizations(self) -> "Installation":
        return self

    def describe_organization(self) -> dict[str, Any]:
        return {"Organization": {"MasterAccountId": self._management}}


def units(installation: Any) -> frozenset[Unit] | None:
    return hooked_units(installation)


@pytest.mark.parametrize(
    ("management", "call_as"),
    [
        pytest.param(MANAGEMENT, "DELEGATED_ADMIN", id="as a delegate"),
        pytest.param(HUB, "SELF", id="in the management account"),
    ],
)
def test_the_stack_sets_instances_have_the_hooks(management: str, call_as: str) -> None:
    installation = Installation(management)
    asked = {"StackSetName": "steward-rollout-hooks", "CallAs": call_as}
    rows = [{"Account": unit.account_id, "Region": unit.region} for unit in (UNIT, ELSEWHERE)]
    with Stubber(installation.client) as stub:
        for number, row in enumerate(rows):
            more = {"NextToken": "more"} if number == 0 else {}
            stub.add_response("list_stack_instances", {"Summaries": [row]} | more, asked)
            asked = asked | more
        assert units(installation) == frozenset({UNIT, ELSEWHERE})


@pytest.mark.parametrize("code", ["StackSetNotFoundException", "ValidationError", "AccessDenied"])
def test_without_the_stack_set_hooks_may_be_anywhere(code: str) -> None:
    installation = Installation(MANAGEMENT)
    with Stubber(installation.client) as stub:
        stub.add_client_error("list_stack_instances", code)
        assert units(installation) is None


def test_a_throttled_call_is_no_answer() -> None:
    installation = Installation(MANAGEMENT)
    with Stubber(installation.client) as stub:
        stub.add_client_error("list_stack_instances", "Throttling")
        with pytest.raises(ClientError, match="Throttling"):
            units(installation)
