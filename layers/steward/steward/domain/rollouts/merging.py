"""Documents laid over one another, as they are written and before any is checked.

Sections and checks are merged key by key, and what a key holds is replaced whole: half of one
payload and half of another would be nobody's.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

type Raw = Mapping[str, Any]

PHASES = ("pre", "shift", "post")
# One of the two is given, so a later one of either kind takes the place of both.
_PAYLOADS = frozenset({"payload", "payload_from"})


def merged(*documents: Raw) -> Raw:
    """The later document wins; a check of another type replaces the whole check of its name."""
    return reduce(_document, documents, {})


def declared(document: Raw) -> Raw:
    """`document` without the checks that say `enabled: false`."""
    return {
        key: _without_disabled(value) if key in PHASES else value for key, value in document.items()
    }


def disabled_for_nothing(below: Raw, document: Raw) -> Iterator[str]:
    """Places where `document` disables a check that nothing `below` it declares."""
    for phase in PHASES:
        known = _checks(below, phase)
        for name, check in _checks(document, phase).items():
            if _is_disabled(check) and name not in known:
                yield f"{phase}.checks.{name}"


def _document(base: Raw, over: Raw) -> Raw:
    phases = {
        key: _phase(base[key], over[key]) if key in PHASES and key in base else over[key]
        for key in over
    }
    return {**base, **phases}


def _phase(base: Any, over: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    found = {**base, **over}
    if "checks" in base and "checks" in over:
        found["checks"] = _all_checks(base["checks"], over["checks"])
    return found


def _all_checks(base: Any, over: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    both = {name: _check(base[name], over[name]) for name in over if name in base}
    return {**base, **over, **both}


def _check(base: Any, over: Any) -> Any:
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    if over.get("type", base.get("type")) != base.get("type"):
        return over
    gone = _PAYLOADS if _PAYLOADS & over.keys() else frozenset()
    return {**{key: value for key, value in base.items() if key not in gone}, **over}


def _without_disabled(phase: Any) -> Any:
    if not isinstance(phase, Mapping) or not isinstance(phase.get("checks"), Mapping):
        return phase
    checks = {name: each for name, each in phase["checks"].items() if not _is_disabled(each)}
    return {**phase, "checks": checks}


def _is_disabled(check: Any) -> bool:
    return isinstance(check, Mapping) and check.get("enabled") is False


def _checks(document: Raw, phase: str) -> Mapping[str, Any]:
    section = document.get(phase)
    checks = section.get("checks") if isinstance(section, Mapping) else None
    return checks if isinstance(checks, Mapping) else {}
