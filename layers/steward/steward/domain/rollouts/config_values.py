"""What the sections of a rollout configuration are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from steward.domain.rollouts.results import CheckMode

CheckName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
ProfileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9/-]{0,59}$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Seconds = Annotated[int, Field(ge=1, le=840)]
Share = Annotated[float, Field(gt=0, lt=1)]
Samples = Annotated[int, Field(ge=1, le=1_000_000)]
Milliseconds = Annotated[float, Field(ge=0, le=900_000)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Check(Section):
    """What every check has. `mode`: of this check alone; without it the phase's, or the document's.

    `enabled: false` leaves out a check that a profile or the defaults declare.
    """

    mode: CheckMode | None = None
    enabled: bool = True
    timeout_seconds: Seconds = 20
    fail_on_error: bool = True
    fail_on_inconclusive: bool = False


type Json = Any
