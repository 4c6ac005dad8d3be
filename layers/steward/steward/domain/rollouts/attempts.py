"""One run of a hook, noted before anything else so that another can answer in its place."""

from dataclasses import dataclass
from datetime import datetime

from steward.domain.rollouts.results import Phase


@dataclass(frozen=True, slots=True)
class Attempt:
    """`execution_id` is what CodeDeploy wants with a status. The hook answers by `deadline`.

    `request_id` is Lambda's: it finds the run in the log.
    """

    deployment_id: str
    phase: Phase
    execution_id: str
    started_at: datetime
    deadline: datetime
    request_id: str
