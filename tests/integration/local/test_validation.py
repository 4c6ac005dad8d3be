"""Every kind of constraint of botocore's models is checked, on both sides of its boundary."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.session import get_session

from local.emulator_server.modelled.validation import problems

ARN = "arn:aws:health:eu-west-1::event/LAMBDA/A_CODE/A_CODE_1"
EVENT = {"arn": ARN, "service": "LAMBDA", "statusCode": "open", "startTime": datetime.now(UTC)}


def wrong(service: str, shape: str, value: Any) -> list[str]:
    return problems(value, get_session().get_service_model(service).shape_for(shape))


def test_a_right_value_has_no_problems() -> None:
    assert wrong("health", "OrganizationEvent", EVENT) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"statusCode": "Nonsense"}, "'Nonsense' is not one of open, closed, upcoming"),
        ({"arn": "arn:aws:health:eu-west-1::event/A_CODE_1"}, "does not match"),
        ({"service": "L" * 31}, "31 is more than 30"),
        ({"personas": ["OPERATIONS"] * 4}, "personas: 4 is more than 3"),
        ({"colour": "red"}, 'Unknown parameter in input: "colour"'),
        ({"service": 3}, "Invalid type for parameter service"),
        ({"startTime": "soon"}, "Invalid type for parameter startTime"),
        ({"personas": []}, "Invalid length for parameter personas"),
    ],
    ids=["enum", "pattern", "too-long", "too-many", "unknown", "type", "timestamp", "too-few"],
)
def test_a_broken_constraint_is_said(changed: dict[str, Any], said: str) -> None:
    found = wrong("health", "OrganizationEvent", EVENT | changed)
    assert found
    assert any(said in each for each in found), found


@pytest.mark.parametrize(("size", "fine"), [(1, True), (20, True), (21, False)])
def test_numbers_have_a_maximum(size: int, fine: bool) -> None:
    assert (not wrong("health", "DescribeServiceLifecycleRequest", {"maxResults": size})) is fine


def test_patterns_with_classes_of_java_are_checked() -> None:
    model = get_session().get_service_model("lambda-core")
    shape = model.operation_model("GetRuntimeAlias").output_shape
    assert shape is not None
    described = shape.members["Description"]
    assert problems("our own PHP", described) == []
    assert problems("a\x07bell", described)


def test_an_answer_without_a_model_is_empty() -> None:
    assert problems({}, None) == []
    assert problems({"a": 1}, None)
