"""Which stacks the policy calls feature stacks."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from steward.domain.policy_values import (
    AccountId,
    Pattern,
    RegionName,
    Section,
    TagKey,
    TagValues,
    UnitId,
    fingerprint_of,
)

# A name made only of these says nothing about which stack is meant.
_WILDCARDS = frozenset("*?[]!-_. ")
# Names that a pattern for feature stacks has no reason to match, however it is spelled.
_EVERYDAY_NAMES = ("api", "network", "vpc-prod", "payments-service", "Web", "a1", "x-y-z")


def _selective(pattern: str) -> str:
    if not set(pattern) - _WILDCARDS:
        raise ValueError(f"{pattern!r} matches every stack; write a pattern like feat-*")
    if any(fnmatchcase(name, pattern) for name in _EVERYDAY_NAMES):
        raise ValueError(f"{pattern!r} matches everyday stack names; write a pattern like feat-*")
    return pattern


SelectivePattern = Annotated[Pattern, AfterValidator(_selective)]


class Match(StrEnum):
    """any: name or tag. all: name and tag."""

    ANY = "any"
    ALL = "all"


class Exclusions(Section):
    """What is never leased, whatever the scope says."""

    accounts: list[AccountId] = []
    organizational_units: list[UnitId] = []
    name_patterns: list[Pattern] = []
    tags: dict[TagKey, TagValues] = {}


def _no_bare_wildcard(tags: dict[str, list[str]]) -> dict[str, list[str]]:
    for key, values in tags.items():
        for value in values:
            if set(value) & set("*?"):
                raise ValueError(
                    f"tag {key!r} has value {value!r}; values are compared exactly, list each one"
                )
    return tags


class Scope(Section):
    """Which stacks are feature stacks. Name patterns (fnmatch) heed case; tag values do not."""

    match: Match = Match.ANY
    name_patterns: list[SelectivePattern] = []
    tags: Annotated[dict[TagKey, TagValues], AfterValidator(_no_bare_wildcard)] = {}
    regions: Annotated[list[RegionName], Field(min_length=1)]
    organizational_units: list[UnitId] = []
    exclude: Exclusions = Exclusions()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.name_patterns and not self.tags:
            raise ValueError("scope selects nothing: give name_patterns, tags, or both")
        if self.match is Match.ALL and not (self.name_patterns and self.tags):
            raise ValueError("match: all needs both name_patterns and tags")
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Changes when, and only when, the selection of stacks may change."""
        return fingerprint_of(self)


def first_match(name: str, patterns: Iterable[str]) -> str | None:
    """The first fnmatch pattern that matches `name`, heeding case."""
    return next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)
