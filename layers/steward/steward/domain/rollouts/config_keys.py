"""Which keys and types of checks a configuration knows at a place, and what people mean by others.

A place is as pydantic tells it, without the type of check that it puts behind the check's name.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    Assertion,
    CompareCheck,
    ConfigCheck,
    InvokeCheck,
    MetricCheck,
    ProbeCheck,
)

type Place = tuple[str | int, ...]

CHECKS: dict[str, type[BaseModel]] = {
    "invoke": InvokeCheck,
    "config": ConfigCheck,
    "alarms": AlarmsCheck,
    "metric": MetricCheck,
    "compare": CompareCheck,
    "probe": ProbeCheck,
}
_CHECK_DEPTH = 3


def types_in(phase: object) -> tuple[str, ...]:
    """The types of checks that the phase can run: only `compare` sees live traffic shift, and
    before there is any it sees nothing."""
    match phase:
        case "pre":
            return tuple(name for name in CHECKS if name != "compare")
        case "shift":
            return ("compare",)
        case _:
            return tuple(CHECKS)


def is_check(place: Place) -> bool:
    """Whether it is the place of a check itself, such as pre.checks.health."""
    return len(place) == _CHECK_DEPTH and place[1] == "checks"


def keys_at(place: Place, check_type: str) -> tuple[str, ...]:
    """The keys of the section at `place`; `check_type` where it is within a check."""
    model = _model_at(place, check_type)
    if model is None:
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def nearest(written: str, known: Iterable[str]) -> str:
    """The known word that is most like what was written; empty if none is."""
    return next(iter(get_close_matches(written, list(known), n=1)), "")


def _model_at(place: Place, check_type: str) -> type[BaseModel] | None:
    if len(place) >= _CHECK_DEPTH and place[1] == "checks":
        return Assertion if len(place) > _CHECK_DEPTH else CHECKS.get(check_type)
    model: Any = RolloutConfig
    for part in place:
        field = model.model_fields.get(part)
        model = field.annotation if field else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return None
    return model  # type: ignore[no-any-return]
