"""The template tells every function exactly what it reads from its environment."""

import pytest

from steward.settings import (
    DeliverySettings,
    DigestSettings,
    EventsSettings,
    ExtensionSettings,
    PlannerSettings,
    ReaperSettings,
    RolloutHistorySettings,
    RuntimePlannerSettings,
    RuntimeReportSettings,
    RuntimeWorkerSettings,
    Settings,
    ValidatorSettings,
    WorkerSettings,
)
from tests.template.documents import Document, load, resources
from tests.template.function_rules import FUNCTION

SETTINGS: dict[str, type[Settings]] = {
    "LeasePlannerFunction": PlannerSettings,
    "LeaseWorkerFunction": WorkerSettings,
    "LeaseReaperFunction": ReaperSettings,
    "LeaseEventsFunction": EventsSettings,
    "LeaseExtensionFunction": ExtensionSettings,
    "NoticeDigestFunction": DigestSettings,
    "NoticeDeliveryFunction": DeliverySettings,
    "PolicyValidatorFunction": ValidatorSettings,
    "RolloutHistoryFunction": RolloutHistorySettings,
    "RuntimePlannerFunction": RuntimePlannerSettings,
    "RuntimeReportFunction": RuntimeReportSettings,
    "RuntimeWorkerFunction": RuntimeWorkerSettings,
}


def _variables(template: Document, function: str) -> dict[str, object]:
    properties = resources(template, FUNCTION)[function]
    variables: dict[str, object] = properties.get("Environment", {}).get("Variables", {})
    return variables


def _as_deployed(template: Document, value: object) -> str:
    """What a function sees with every parameter at its default."""
    name = value.get("Ref") if isinstance(value, dict) else None
    if name in template["Parameters"]:
        return str(template["Parameters"][name]["Default"])
    return "111111111111" if name == "AWS::AccountId" else "some-resource"


def test_every_function_has_settings() -> None:
    assert set(resources(load("template.yaml"), FUNCTION)) == set(SETTINGS)


@pytest.mark.parametrize("function", SETTINGS)
def test_a_function_is_given_what_it_reads_and_no_more(function: str) -> None:
    assert set(_variables(load("template.yaml"), function)) == SETTINGS[function].variables()


@pytest.mark.parametrize("function", SETTINGS)
def test_a_function_starts_with_the_default_parameters(function: str) -> None:
    template = load("template.yaml")
    given = _variables(template, function)
    SETTINGS[function].from_env({name: _as_deployed(template, v) for name, v in given.items()})
