"""The dashboard shows what there is, and each rule would notice what is not."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from tests.template import dashboard_rules as dashboard
from tests.template.documents import Document, changed, load

Rule = Callable[[Document], list[str]]
_BODY = "Resources/Dashboard/Properties/DashboardBody/Fn::Sub"


class Slip(NamedTuple):
    """A change of the body's text that its rule must notice."""

    rule: Rule
    old: str
    new: str


SLIPS = [
    Slip(dashboard.own_metrics_are_emitted, '"SweepsPlanned"', '"SweepsPlaned"'),
    Slip(
        dashboard.own_metrics_carry_the_service,
        '"SweepsPlanned","service","${AWS::StackName}"',
        '"SweepsPlanned","Service","${AWS::StackName}"',
    ),
    Slip(dashboard.aws_metrics_exist, '"Throttles"', '"Throttled"'),
    Slip(dashboard.aws_metrics_exist, ',"Resource","${LeaseWorkerFunction}:live"', ""),
    Slip(dashboard.aws_metrics_exist, '"${Ledger}"', '"${UnitsQueue}"'),
    Slip(dashboard.every_alarm_is_shown, '"${NoSweepAlarm.Arn}",', ""),
    Slip(dashboard.every_alarms_metric_is_shown, '"BreakerTripped"', '"UnitsSwept"'),
    Slip(dashboard.every_function_and_queue_is_shown, "LeaseReaperLogs", "LeaseWorkerLogs"),
    Slip(dashboard.places_exist, "${UnitsQueue.", "${UnitQueue."),
    Slip(dashboard.widgets_fit, '"x":16,"y":4,"width":8', '"x":15,"y":4,"width":8'),
    Slip(dashboard.widgets_fit, '"x":16,"y":10,"width":8', '"x":18,"y":10,"width":8'),
]


@cache
def _template() -> Document:
    return load("template.yaml")


def _body(template: Document) -> str:
    text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert isinstance(text, str)
    return text


def _rule_name(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", dict.fromkeys(slip.rule for slip in SLIPS), ids=_rule_name)
def test_the_dashboard_keeps_the_rule(rule: Rule) -> None:
    assert rule(_template()) == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.rule.__name__}-{slip.new}")
def test_the_rule_notices_a_slip(slip: Slip) -> None:
    template = _template()
    body = _body(template)
    assert slip.old in body
    assert slip.rule(changed(template, _BODY, body.replace(slip.old, slip.new))) != []
