"""Deployment configurations of the Lambda platform: predefined ones, and what each shifts when.

Source: "Deployment configurations on an AWS Lambda compute platform", AWS CodeDeploy User Guide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zlib import crc32

Fields = dict[str, Any]
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
MOST_PERCENT = 99
MOST_MINUTES = 2880


@dataclass(frozen=True)
class Step:
    """`percent` of the traffic goes to the new version for as long as `stays`."""

    percent: int
    stays: timedelta


def steps_of(routing: Mapping[str, Any]) -> tuple[Step, ...]:
    """The last step has all of the traffic and no length."""
    match routing["type"]:
        case "TimeBasedCanary":
            canary = routing["timeBasedCanary"]
            first = Step(canary["canaryPercentage"], _minutes(canary["canaryInterval"]))
            return (first, Step(100, timedelta()))
        case "TimeBasedLinear":
            linear = routing["timeBasedLinear"]
            stays = _minutes(linear["linearInterval"])
            parts = range(linear["linearPercentage"], 100, linear["linearPercentage"])
            return (*(Step(part, stays) for part in parts), Step(100, timedelta()))
        case _:
            return (Step(100, timedelta()),)


def length_of(steps: tuple[Step, ...]) -> timedelta:
    return sum((step.stays for step in steps), timedelta())


def problem_of(routing: Mapping[str, Any]) -> str:
    """What CreateDeploymentConfig would refuse ("CodeDeploy quotas"); empty for nothing."""
    match routing.get("type"):
        case "AllAtOnce":
            return ""
        case "TimeBasedCanary":
            part, every = _pair(routing, "timeBasedCanary", "canary")
        case "TimeBasedLinear":
            part, every = _pair(routing, "timeBasedLinear", "linear")
        case other:
            return f"the type of the traffic routing is {other}"
    if not 1 <= part <= MOST_PERCENT:
        return f"{part} percent is not between 1 and {MOST_PERCENT}"
    if every < 1 or length_of(steps_of(routing)) > _minutes(MOST_MINUTES):
        return f"the shift takes no minute or more than {MOST_MINUTES}"
    return ""


def predefined() -> dict[str, Fields]:
    return {name: _described(name, routing) for name, routing in _predefined()}


def _predefined() -> Iterator[tuple[str, Fields]]:
    yield ALL_AT_ONCE, {"type": "AllAtOnce"}
    for minutes in (5, 10, 15, 30):
        canary = {"canaryPercentage": 10, "canaryInterval": minutes}
        name = f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes"
        yield name, {"type": "TimeBasedCanary", "timeBasedCanary": canary}
    for minutes in (1, 2, 3, 10):
        linear = {"linearPercentage": 10, "linearInterval": minutes}
        every = f"{minutes}Minute{'s' if minutes > 1 else ''}"
        name = f"CodeDeployDefault.LambdaLinear10PercentEvery{every}"
        yield name, {"type": "TimeBasedLinear", "timeBasedLinear": linear}


def _described(name: str, routing: Fields) -> Fields:
    return {
        "deploymentConfigId": f"00000000-0000-0000-0000-{crc32(name.encode()):012}",
        "deploymentConfigName": name,
        "computePlatform": "Lambda",
        "trafficRoutingConfig": routing,
    }


def _pair(routing: Mapping[str, Any], name: str, prefix: str) -> tuple[int, int]:
    values = routing.get(name, {})
    return values.get(f"{prefix}Percentage", 0), values.get(f"{prefix}Interval", 0)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
