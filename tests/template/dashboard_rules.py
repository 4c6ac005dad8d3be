"""What the dashboard may show. A rule returns what breaks it."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

from tests.template.documents import ROOT, Document, resources
from tests.template.function_rules import FUNCTION

_PLACE = re.compile(r"\$\{([^}]+)\}")
# "Using dimensions" and the metrics' lists of each service's own guide.
_AWS_METRICS = {
    "AWS/Lambda": {"Duration", "Errors", "Invocations", "Throttles"},
    "AWS/SQS": {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "NumberOfMessagesSent",
    },
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ReadThrottleEvents",
        "WriteThrottleEvents",
    },
    "AWS/Logs": {"IncomingBytes"},
}
_DIMENSIONS = {
    "AWS/SQS": ("QueueName", "AWS::SQS::Queue", "${%s.QueueName}"),
    "AWS/DynamoDB": ("TableName", "AWS::DynamoDB::Table", "${%s}"),
    "AWS/Logs": ("LogGroupName", "AWS::Logs::LogGroup", "${%s}"),
}


class Metric(NamedTuple):
    """One metric of a widget; `dimensions` by name, with their places in the template."""

    namespace: str
    name: str
    dimensions: dict[str, str]


def body_of(template: Document) -> Document:
    text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body: Document = json.loads(text)
    return body


def shown(template: Document) -> Iterator[Metric]:
    """Every metric of every widget, with CloudWatch's shorthand for "as above" resolved."""
    for widget in body_of(template)["widgets"]:
        above: list[str] = []
        for entry in widget["properties"].get("metrics", []):
            if isinstance(entry[0], dict):
                continue
            above = [above[i] if part == "." else part for i, part in enumerate(entry)]
            namespace, name, *pairs = above
            yield Metric(namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True)))


def own_metrics_are_emitted(template: Document) -> list[str]:
    return [
        f"{metric.name}: the code emits no such metric"
        for metric in shown(template)
        if metric.namespace == "Steward" and metric.name not in emitted()
    ]


def own_metrics_carry_the_service(template: Document) -> list[str]:
    return [
        f"{metric.name}: {metric.dimensions}"
        for metric in shown(template)
        if metric.namespace == "Steward" and metric.dimensions != {"service": "${AWS::StackName}"}
    ]


def aws_metrics_exist(template: Document) -> list[str]:
    return [
        f"{metric.namespace} {metric.name} {metric.dimensions}"
        for metric in shown(template)
        if metric.namespace != "Steward" and not _exists(template, metric)
    ]


def _exists(template: Document, metric: Metric) -> bool:
    if metric.name not in _AWS_METRICS.get(metric.namespace, set()):
        return False
    if metric.namespace == "AWS/Lambda":
        return metric.dimensions in [
            _dimensions_of(name, properties)
            for name, properties in resources(template, FUNCTION).items()
        ]
    dimension, kind, place = _DIMENSIONS[metric.namespace]
    return metric.dimensions in [{dimension: place % name} for name in resources(template, kind)]


def _dimensions_of(name: str, function: Document) -> dict[str, str]:
    """What is called by its alias counts under the alias; everything else under its name."""
    by_name = {"FunctionName": f"${{{name}}}"}
    if "AutoPublishAlias" not in function:
        return by_name
    return by_name | {"Resource": f"${{{name}}}:{function['AutoPublishAlias']}"}


def every_alarm_is_shown(template: Document) -> list[str]:
    widgets = [w for w in body_of(template)["widgets"] if w["type"] == "alarm"]
    listed = {arn for widget in widgets for arn in widget["properties"]["alarms"]}
    alarms = resources(template, "AWS::CloudWatch::Alarm")
    return [
        f"{name}: its state is not shown" for name in alarms if f"${{{name}.Arn}}" not in listed
    ]


def every_alarms_metric_is_shown(template: Document) -> list[str]:
    """Who is woken by an alarm sees its course."""
    names = {metric.name for metric in shown(template)}
    return [
        f"{name}: {alarm['MetricName']} is not shown"
        for name, alarm in resources(template, "AWS::CloudWatch::Alarm").items()
        if alarm["MetricName"] not in names
    ]


def every_function_and_queue_is_shown(template: Document) -> list[str]:
    text = json.dumps(body_of(template))
    kinds = (FUNCTION, "AWS::SQS::Queue", "AWS::Logs::LogGroup")
    names = [name for kind in kinds for name in resources(template, kind)]
    return [f"{name}: not shown" for name in names if f"${{{name}" not in text]


def places_exist(template: Document) -> list[str]:
    known = template["Resources"].keys() | {"AWS::StackName", "AWS::Region"}
    places = _PLACE.findall(json.dumps(body_of(template)))
    return [f"{place}: no such resource" for place in places if place.split(".")[0] not in known]


def widgets_fit(template: Document) -> list[str]:
    """24 columns, nothing on top of something else, and 500 metrics in a widget at most."""
    widgets = body_of(template)["widgets"]
    wide = [w["properties"]["title"] for w in widgets if w["x"] + w["width"] > 24]
    full = [
        w["properties"]["title"] for w in widgets if len(w["properties"].get("metrics", ())) > 500
    ]
    both = [
        f"{a['properties']['title']} lies on {b['properties']['title']}"
        for a, b in combinations(widgets, 2)
        if _overlap(a, b)
    ]
    return wide + full + both


def _overlap(a: Document, b: Document) -> bool:
    beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    above = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
    return not (beside or above)


@cache
def emitted() -> frozenset[str]:
    """Every text in the modules that add metrics: their names are among them."""
    folder = ROOT / "layers" / "steward" / "steward"
    sources = [text for path in folder.rglob("*.py") if "add_metric(" in (text := path.read_text())]
    return frozenset(
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
