"""The configuration of a workload's rollouts, as its owners write it."""

from enum import StrEnum
from typing import Annotated, Literal, Self, assert_never

from pydantic import BeforeValidator, Field, model_validator

from steward.domain.policy_values import Email
from steward.domain.rollouts.config_checks import AnyCheck, CompareCheck, PreCheck
from steward.domain.rollouts.config_values import CheckName, ProfileName, Section
from steward.domain.rollouts.results import CheckMode, Phase

MOST_CHECKS = 20
# What is left for checks of `budget_seconds` at least, where somebody says how long to wait.
_LEAST_FOR_CHECKS = 10


class PrePhase(Section):
    """Before traffic shifts. `budget_seconds`: after so long, what has not ended is an error."""

    mode: CheckMode | None = None
    budget_seconds: Annotated[int, Field(ge=10, le=600)] = 120
    checks: Annotated[dict[CheckName, PreCheck], Field(max_length=MOST_CHECKS)] = {}


class ShiftPhase(Section):
    """While traffic shifts: a look a minute, and `breaches` in a row stop the deployment.

    Each look's `alpha` is the check's divided by the looks that the deployment configuration's
    length gives, so that many looks raise no more false alarms than one.
    """

    mode: CheckMode = CheckMode.OBSERVE
    breaches: Annotated[int, Field(ge=1, le=10)] = 2
    checks: Annotated[dict[CheckName, CompareCheck], Field(max_length=MOST_CHECKS)] = {}


class PostPhase(Section):
    """After traffic has shifted. `settle_seconds`: how long to wait for CloudWatch's data first;
    `auto` follows the function's timeout."""

    mode: CheckMode | None = None
    budget_seconds: Annotated[int, Field(ge=10, le=840)] = 300
    settle_seconds: Annotated[int, Field(ge=0, le=600)] | Literal["auto"] = "auto"
    checks: Annotated[dict[CheckName, AnyCheck], Field(max_length=MOST_CHECKS)] = {}

    @model_validator(mode="after")
    def _time_for_checks(self) -> Self:
        if self.settle_seconds == "auto":
            return self
        least = self.settle_seconds + _LEAST_FOR_CHECKS
        if self.budget_seconds < least:
            raise ValueError(
                f"budget_seconds {self.budget_seconds} leaves no time for checks once "
                f"settle_seconds {self.settle_seconds} are over: give at least {least}, or settle "
                "for less"
            )
        return self


class Told(StrEnum):
    """What owners are told of."""

    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    OVERRIDDEN = "overridden"
    STUCK = "stuck"
    INCONCLUSIVE = "inconclusive"


def _no_truth(version: object) -> object:
    """Python takes true for 1."""
    return "true" if version is True else version


class RolloutConfig(Section):
    """One document: a workload's, a profile's, or the defaults.

    `extends`: profiles of the platform team that it builds on, the later over the earlier.
    `owner`: who is told, before the owners that tags name.
    """

    version: Annotated[Literal[1], BeforeValidator(_no_truth)] = 1
    extends: Annotated[tuple[ProfileName, ...], Field(max_length=5)] = ()
    mode: CheckMode = CheckMode.ENFORCE
    owner: Annotated[tuple[Email, ...], Field(max_length=5)] = ()
    pre: PrePhase = PrePhase()
    shift: ShiftPhase = ShiftPhase()
    post: PostPhase = PostPhase()
    notify: tuple[Told, ...] = (Told.FAILED, Told.ROLLED_BACK, Told.OVERRIDDEN, Told.STUCK)

    def mode_in(self, phase: Phase) -> CheckMode:
        """The mode of the phase's checks that have none of their own."""
        match phase:
            case Phase.PRE:
                return self.pre.mode or self.mode
            case Phase.SHIFT:
                return self.shift.mode
            case Phase.POST:
                return self.post.mode or self.mode
            case _:
                assert_never(phase)
