"""The words of a scenario: seeded stacks, what their owners do, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from local.emulator_environment import HOME_REGION


class Expectation(StrEnum):
    """What is true of a stack after the scenario's last day.

    REAPED deleted by Steward; KEPT leased and alive; EXEMPT leased, but its owner said keep;
    BLOCKED leased, due and not deletable, which a person was told; GONE leased and deleted by its
    owner; UNTOUCHED never leased, alive and unchanged.
    """

    REAPED = "reaped"
    KEPT = "kept"
    EXEMPT = "exempt"
    BLOCKED = "blocked"
    GONE = "gone"
    UNTOUCHED = "untouched"


class ActionKind(StrEnum):
    """DEPLOY updates the stack; REDEPLOY deletes it and creates another under its name.

    EXTEND and KEEP follow the link of that name in the owner's last mail about the stack.
    """

    DEPLOY = "deploy"
    REDEPLOY = "redeploy"
    DELETE = "delete"
    EXTEND = "extend"
    KEEP = "keep"


@dataclass(frozen=True)
class OwnerAction:
    """What an owner does on a day of the scenario, counted from day zero.

    `tags` and `expires_in` are added to the stack's tags. `expectation` and `why` speak of the
    successor that REDEPLOY creates; for the other kinds they stay empty.
    """

    day: int
    kind: ActionKind
    tags: Mapping[str, str] = field(default_factory=dict)
    expires_in: timedelta | None = None
    expectation: Expectation | None = None
    why: str = ""


@dataclass(frozen=True)
class Update:
    """An update that happened `age` before day zero."""

    age: timedelta
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    settles_as: str = "UPDATE_COMPLETE"


@dataclass(frozen=True)
class SeededStack:
    """One stack of the organization as it is on day zero.

    `age`: how long before day zero it was created. `expires_in`: written as the tag `expires-at`,
    counted from day zero. `needs`: keys of stacks of the same account and region that must exist
    first. `settles_as`: the status in which its creation ends. `created_by`: the session name of
    who created it; empty for the account's root. `told`: who must have been told about it last;
    empty where the scenario does not care.
    """

    key: str
    account: str
    name: str
    age: timedelta
    expectation: Expectation
    why: str
    region: str = HOME_REGION
    template: str = "feature"
    tags: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    expires_in: timedelta | None = None
    protected: bool = False
    needs: tuple[str, ...] = ()
    settles_as: str = "CREATE_COMPLETE"
    created_by: str = ""
    told: str = ""
    updates: tuple[Update, ...] = ()
    actions: tuple[OwnerAction, ...] = ()
