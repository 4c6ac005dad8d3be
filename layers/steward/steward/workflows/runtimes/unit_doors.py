"""The doors into one unit: what is asked there, and what could not be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steward.aws.answers import NoAnswer
from steward.aws.errors import NotAllowed
from steward.aws.sessions import AccountUnreachable, Sessions, UnitUnreachable
from steward.domain.stacks import Unit
from steward.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_lambda import LambdaClient

    from steward.aws.canaries import SyntheticsClient
    from steward.aws.custom_runtimes import LambdaCoreClient
    from steward.aws.paged import Paged

MOST_PROBLEMS = 50
SHUT = (AccountUnreachable, UnitUnreachable, NotAllowed, NoAnswer)


@dataclass(slots=True)
class Problems:
    """What was not understood or not answered in one unit, each once; all of it is in the log."""

    _said: dict[str, None] = field(default_factory=dict)

    def note(self, what: str) -> None:
        if what not in self._said:
            logger.warning(what)
            self._said[what] = None

    def listed(self) -> tuple[str, ...]:
        """At most `MOST_PROBLEMS`, and how many more there are."""
        said = tuple(self._said)
        more = len(said) - MOST_PROBLEMS
        return (*said[:MOST_PROBLEMS], f"{more} more; see the worker's log") if more > 0 else said


@dataclass(slots=True)
class Doors:
    """Clients of one unit, made when first needed. A door that was found shut is not tried again;
    when the account itself is shut, none is.
    """

    unit: Unit
    sessions: Sessions
    role: str
    problems: Problems = field(default_factory=Problems)
    _shut: set[str] = field(default_factory=set, init=False)
    _unreachable: bool = field(default=False, init=False)

    def ask[T](self, what: str, question: Callable[[], T], unknown: T) -> T:
        """The answer to `question`, else `unknown` and a problem that names `what`."""
        if self._unreachable or what in self._shut:
            return unknown
        try:
            return question()
        except SHUT as error:
            self.shut(what, error)
            return unknown

    def shut(self, what: str, error: Exception) -> None:
        """Note that `what` cannot be known, and why."""
        self._shut.add(what)
        self._unreachable |= isinstance(error, AccountUnreachable)
        only = " and whatever else only the account tells" if self._unreachable else ""
        self.problems.note(f"{what}{only}: not known, since {error}")

    def functions(self) -> "LambdaClient":
        return self.sessions.lambda_(self.unit, self.role)

    def runtimes(self) -> "LambdaCoreClient | None":
        return self.sessions.lambda_core(self.unit, self.role)

    def tagging(self) -> "Paged":
        return self.sessions.tagging(self.unit, self.role)

    def metrics(self) -> "CloudWatchClient":
        return self.sessions.cloudwatch(self.unit, self.role)

    def canaries(self) -> "SyntheticsClient":
        return self.sessions.synthetics(self.unit, self.role)

    def stacks(self) -> "CloudFormationClient":
        return self.sessions.cloudformation(self.unit, self.role)
