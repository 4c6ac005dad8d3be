"""When the policy allows deletions."""

from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from steward.domain.policy_values import Section, TimeZoneName
from steward.domain.windows import WEEKDAYS

Hours = Annotated[
    str,
    StringConstraints(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
    ),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Freeze(Section):
    """Days, both included, on which nothing is deleted."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(
                f"the freeze ends {self.last}, before it starts {self.first}; swap first and last"
            )
        return self


class Windows(Section):
    """When deleting is allowed. `hours` may cross midnight; 00:00-24:00 is the whole day."""

    timezone: TimeZoneName = "UTC"
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = ["mon", "tue", "wed", "thu"]
    hours: Hours = "09:00-16:00"
    freeze: list[Freeze] = []

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.hours[:5] == self.hours[6:]:
            raise ValueError(f"hours {self.hours!r} are empty; write 00:00-24:00 for the whole day")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def opens(self) -> time:
        return time.fromisoformat(self.hours[:5])

    @property
    def closes(self) -> time:
        written = self.hours[6:]
        return time.min if written == "24:00" else time.fromisoformat(written)

    def is_frozen(self, day: date) -> bool:
        return any(freeze.first <= day <= freeze.last for freeze in self.freeze)

    def allows_day(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.weekdays
