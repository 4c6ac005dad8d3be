"""The rules of `steward runtimes check`. docs/guide/runtimes.md describes them."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Level(StrEnum):
    """ERROR: AWS refuses a deployment today. WARNING: it will, or may."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """How a rule is named and described; `level` is the gravest its findings have."""

    id: str
    name: str
    says: str
    level: Level


class Rule(Enum):
    """The rules, gravest first. An identifier never changes its meaning."""

    UPDATE_BLOCKED = RuleFacts(
        "STEWARD-RT1",
        "RuntimeUpdateBlocked",
        "AWS refuses to update functions on this runtime, and to create them.",
        Level.ERROR,
    )
    CREATE_BLOCKED = RuleFacts(
        "STEWARD-RT2",
        "RuntimeCreateBlocked",
        "AWS refuses to create functions on this runtime: a new stack, one in another region, "
        "and an update that replaces the function fail.",
        Level.ERROR,
    )
    DEPRECATED = RuleFacts(
        "STEWARD-RT3",
        "RuntimeDeprecated",
        "The runtime is deprecated: it gets no more security patches, and will be blocked.",
        Level.WARNING,
    )
    ENDING = RuleFacts(
        "STEWARD-RT4",
        "RuntimeEnding",
        "The runtime will be deprecated within the days that --warn-days gives.",
        Level.WARNING,
    )
    UNKNOWN = RuleFacts(
        "STEWARD-RT5",
        "RuntimeUnknown",
        "The lifecycle table has no such runtime for functions in a ZIP file: it is misspelt, "
        "newer than the table, or exists as a container base image only.",
        Level.WARNING,
    )
    LAYER = RuleFacts(
        "STEWARD-RT6",
        "LayerForDeprecatedRuntime",
        "A layer says that it is made for a runtime that is deprecated.",
        Level.WARNING,
    )

    @property
    def id(self) -> str:
        return self.value.id
