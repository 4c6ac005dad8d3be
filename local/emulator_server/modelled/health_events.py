"""The events of AWS Health that the organization view shows, as the control path put them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.utils import parse_to_aware_datetime

from local.emulator_server.modelled.service import NotEmulatedError, model_of
from local.emulator_server.modelled.validation import problems

PUBLIC = "PUBLIC"
# filter member: the event's field that must be among its values
FIELDS = {
    "services": "service",
    "eventTypeCodes": "eventTypeCode",
    "eventTypeCategories": "eventTypeCategory",
    "eventStatusCodes": "statusCode",
    "regions": "region",
}
TIMES = ("startTime", "endTime", "lastUpdatedTime")
Fields = dict[str, Any]


class WrongEventError(Exception):
    """The event to add breaks the model of Health; says where."""


@dataclass
class HealthEvent:
    """`event`, `entities` and failures have Health's own shapes. `entity_failures` and
    `detail_failures` stand for accounts that Health cannot answer for."""

    event: Fields
    description: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    entities: list[Fields] = field(default_factory=list)
    entity_failures: list[Fields] = field(default_factory=list)
    detail_failures: list[Fields] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return str(self.event["arn"])

    @property
    def is_public(self) -> bool:
        return bool(self.event.get("eventScopeCode") == PUBLIC)

    @property
    def accounts(self) -> list[str]:
        """Of its entities, and those that it fails for."""
        named = (*self.entities, *self.entity_failures, *self.detail_failures)
        return sorted({each["awsAccountId"] for each in named})

    def matches(self, wanted: Mapping[str, Any]) -> bool:
        return all(self._has(name, values) for name, values in wanted.items())

    def _has(self, name: str, values: Any) -> bool:
        if name in FIELDS:
            return self.event.get(FIELDS[name]) in values
        if name in TIMES:
            return _within(self.event.get(name), values)
        if name == "awsAccountIds":
            return bool(set(values) & set(self.accounts))
        if name == "entityValues":
            return any(entity["entityValue"] in values for entity in self.entities)
        raise NotEmulatedError(f"the filter {name} is not emulated")


def read_event(document: Mapping[str, Any]) -> HealthEvent:
    """An event as the control path gets it; refuses what breaks the model."""
    event = HealthEvent(**document)
    model = model_of("health")
    shapes: tuple[tuple[str, Iterable[Fields]], ...] = (
        ("OrganizationEvent", [event.event]),
        ("AffectedEntity", event.entities),
        ("OrganizationAffectedEntitiesErrorItem", event.entity_failures),
        ("OrganizationEventDetailsErrorItem", event.detail_failures),
    )
    wrong = [
        problem
        for name, values in shapes
        for value in values
        for problem in problems(value, model.shape_for(name))
    ]
    if wrong or "arn" not in event.event:
        raise WrongEventError("; ".join(wrong) or "the event has no arn")
    return event


def _within(value: Any, wanted: Mapping[str, Any]) -> bool:
    if value is None:
        return False
    at = instant(value)
    after = "from" not in wanted or at >= instant(wanted["from"])
    return after and ("to" not in wanted or at < instant(wanted["to"]))


def instant(value: Any) -> datetime:
    found: datetime = parse_to_aware_datetime(value)
    return found
