"""What is wrong with a configuration, in words that say where, why and what to write instead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from steward.domain.one_line import one_line
from steward.domain.rollouts.config_keys import Place, is_check, keys_at, nearest, types_in

_LONGEST_SHOWN = 60
_KEY = "[key]"
_KINDS = {
    "bool_type": "true or false, without quotes",
    "dict_type": "a mapping of keys to values",
    "float_type": "a number, without quotes",
    "int_type": "a whole number, without quotes",
    "model_type": "a mapping of keys to values",
    "string_type": "a text",
    "tuple_type": "a list",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_SETTLE = "must be whole seconds from 0 to 600, or auto"
_TOO_EARLY = (
    "compare cannot run before traffic shifts, as there is no traffic yet to compare; move it to "
    "post or shift, or use a probe"
)
# What a pattern means, by the key whose value, or whose items, have to match it.
_PATTERNS = {
    "checks": "a check's name has small letters, digits and -, begins with a letter, and is at "
    "most 40 characters long",
    "extends": "a profile's name has small letters, digits, - and /, and begins with a letter",
    "namespace": "must be the namespace of a CloudWatch metric, such as AWS/Lambda",
    "owner": "must be a mail address",
    "payload_from": "must be ssm:/NAME or s3://BUCKET/KEY",
    "quantile": "must be one of p50, p75, p90, p95, p99",
    "stat": "must be one of Sum, Average, Minimum, Maximum, SampleCount, or a percentile like p95",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`place`: keys and list indices from the top of the document; none for the document itself."""

    place: Place
    why: str

    @property
    def path(self) -> str:
        return ".".join(str(part) for part in self.place) or "document"

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def problems_of(error: ValidationError) -> Iterator[Problem]:
    """All that pydantic found, in the order of the document."""
    told: set[Place] = set()
    for found in error.errors(include_url=False):
        place, check_type = _place(found["loc"])
        if place not in told or found["type"] == "value_error":
            yield Problem(place, _why(found, place, check_type))
        told.add(place)


def _place(loc: tuple[str | int, ...]) -> tuple[Place, str]:
    """Without what pydantic adds: the type behind a check's name, `[key]`, members of a union."""
    if loc[:2] == ("post", "settle_seconds"):
        return loc[:2], ""
    place = loc[:-1] if loc[-1:] == (_KEY,) else loc
    if len(place) > 3 and place[1] == "checks" and place[0] != "shift":
        return (*place[:3], *place[4:]), str(place[3])
    return place, "compare" if place[:1] == ("shift",) else ""


def _why(found: Mapping[str, Any], place: Place, check_type: str) -> str:
    kind = found["type"]
    if place == ("post", "settle_seconds"):
        return _SETTLE
    if kind == "extra_forbidden":
        return _unknown_key(place, check_type)
    if kind == "missing":
        return _missing(place)
    if kind.startswith("union_tag") or (is_check(place[:-1]) and place[-1] == "type"):
        return _wrong_type(found, place)
    return _wrong_value(found, place)


def _unknown_key(place: Place, check_type: str) -> str:
    known = keys_at(place[:-1], check_type)
    close = nearest(str(place[-1]), known)
    if close:
        return f"there is no such key; did you mean {close}?"
    return f"there is no such key; known here: {', '.join(known)}"


def _missing(place: Place) -> str:
    if is_check(place[:-1]) and place[-1] == "type":
        return f"is missing; the types are {', '.join(types_in(place[0]))}"
    return "is missing and has no default"


def _wrong_type(found: Mapping[str, Any], place: Place) -> str:
    listed = ", ".join(types_in(place[0]))
    if found["type"] == "union_tag_not_found":
        return f"has no type; the types are {listed}"
    written = str(found.get("ctx", {}).get("tag", found["input"]))
    if place[0] == "pre" and written == "compare":
        return _TOO_EARLY
    if place[0] == "shift":
        return f"only compare runs while traffic shifts, not {_shown(written)}"
    close = nearest(written, types_in(place[0]))
    meant = f"did you mean {close}? The" if close else "the"
    return f"{_shown(written)} is no type of check; {meant} types are {listed}"


def _wrong_value(found: Mapping[str, Any], place: Place) -> str:
    kind, written = found["type"], found["input"]
    if written is None:
        return "is empty; leave the key out or give it a value"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, not {_shown(written)}"
    if kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        return f"must be {words} {found['ctx'][limit]:g}, not {_shown(written)}"
    if kind in ("enum", "literal_error"):
        return _no_choice(found["ctx"]["expected"], written)
    if kind == "string_pattern_mismatch":
        return f"{_pattern(place)}, not {_shown(written)}"
    return str(found["msg"]).removeprefix("Value error, ")


def _no_choice(expected: str, written: object) -> str:
    choices = expected.replace("'", "")
    close = nearest(str(written), choices.replace(" or ", ", ").split(", "))
    meant = f"; did you mean {close}?" if close else ""
    return f"must be {choices}, not {_shown(written)}{meant}"


def _pattern(place: Place) -> str:
    keys = [part for part in place if part in _PATTERNS]
    return _PATTERNS[str(keys[-1])] if keys else "must be written otherwise"


def _shown(written: object) -> str:
    return one_line(repr(written), _LONGEST_SHOWN)
