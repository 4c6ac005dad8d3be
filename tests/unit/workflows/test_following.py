"""CloudFormation's status events as Amazon EventBridge sends them."""

from typing import Any

import pytest
from botocore.loaders import Loader

from steward.domain.stacks import Unit
from steward.workflows.following import SETTLED, StackStatusChange
from tests.integration.functions.samples import sample

EVENT = sample("stack_status_change")


def change(status: str) -> StackStatusChange:
    detail = EVENT["detail"] | {"status-details": {"status": status}}
    return StackStatusChange.model_validate(EVENT | {"detail": detail})


def known_statuses() -> list[str]:
    """Every status that CloudFormation's API knows for a stack."""
    model = Loader().load_service_model("cloudformation", "service-2")
    statuses: list[str] = model["shapes"]["StackStatus"]["enum"]
    return statuses


def test_the_sample_says_which_stack_where() -> None:
    read = StackStatusChange.model_validate(EVENT)
    assert read.unit == Unit("222222222222", "eu-west-1")
    assert read.stack_id == EVENT["resources"][0]
    assert read.status == "CREATE_COMPLETE"


@pytest.mark.parametrize("status", known_statuses())
def test_every_status_is_either_running_or_settled(status: str) -> None:
    is_running = status.endswith("_IN_PROGRESS")
    assert change(status).is_settled is not is_running


def test_no_status_is_settled_that_cloudformation_does_not_know() -> None:
    assert set(known_statuses()) >= SETTLED


@pytest.mark.parametrize("field", ["source", "detail-type", "account", "region", "time", "detail"])
def test_an_event_without_a_field_is_refused_by_its_name(field: str) -> None:
    less: dict[str, Any] = {key: value for key, value in EVENT.items() if key != field}
    with pytest.raises(ValueError, match=rf"\n{field}\n  Field required"):
        StackStatusChange.model_validate(less)
