"""What every parameter of our templates must say. A rule returns what breaks it."""

import re

from tests.template.documents import Document

_UNIT = re.compile(r"(Seconds|Minutes|Hours|Days|Percent|Bytes)$|^(UnitsPer|MaximumConcurrent)")


def sane_defaults(template: Document, without: frozenset[str] = frozenset()) -> list[str]:
    """`without` names what only the person who installs can know."""
    parameters = template["Parameters"].items()
    return [
        f"{name}: no default"
        for name, p in parameters
        if "Default" not in p and name not in without
    ]


def defaults_are_allowed(template: Document) -> list[str]:
    return [
        f"{name}: its default {p['Default']!r} is not allowed"
        for name, p in template["Parameters"].items()
        if "Default" in p and not _allows(p, p["Default"])
    ]


def _allows(parameter: Document, value: str | int) -> bool:
    if "AllowedValues" in parameter:
        return value in parameter["AllowedValues"]
    if parameter["Type"] == "Number":
        return bool(parameter["MinValue"] <= value <= parameter["MaxValue"])
    each = str(value).split(",") if parameter["Type"] == "CommaDelimitedList" else [str(value)]
    return all(re.fullmatch(parameter["AllowedPattern"], one) for one in each)


def bounded(template: Document) -> list[str]:
    """CloudFormation allows AllowedPattern for text only; a number has bounds instead."""
    return [
        f"{name}: neither a pattern, nor values, nor bounds"
        for name, p in template["Parameters"].items()
        if not (
            {"AllowedPattern"} <= p.keys()
            or {"AllowedValues"} <= p.keys()
            or {"MinValue", "MaxValue"} <= p.keys()
        )
    ]


def explained(template: Document) -> list[str]:
    return [
        f"{name}: no {key}"
        for name, parameter in template["Parameters"].items()
        for key in ("Description", "ConstraintDescription")
        if not parameter.get(key)
    ]


def units_in_names(template: Document) -> list[str]:
    numbers = [name for name, p in template["Parameters"].items() if p["Type"] == "Number"]
    return [f"{name}: of what unit?" for name in numbers if not _UNIT.search(name)]


def in_a_console_group(template: Document) -> list[str]:
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = sorted(name for group in groups for name in group["Parameters"])
    return (
        []
        if shown == sorted(template["Parameters"])
        else ["the console's groups are not the parameters"]
    )
