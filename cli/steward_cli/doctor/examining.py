"""Runs the checks side by side. A check that breaks or hangs is that check's failure only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from botocore.exceptions import ClientError

from steward.aws.errors import DENIED, NotAllowed, code_of, message_of
from steward.workflows.policies import NoPolicy
from steward_cli.aws_failures import EXPECTED, reason_of
from steward_cli.doctor.findings import Evidence, Finding, fail, skipped

CHECKS_AT_ONCE = 8
_LOOK_EVERY = 0.05
# What an endpoint other than AWS's own answers about a call that it does not emulate.
_NOT_OFFERED = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException"})

type Look[Subject] = Callable[[Subject], Finding]


@dataclass(frozen=True, slots=True)
class Check[Subject]:
    """`name` is stable: people and scripts write it down. `patience`: how long it may take."""

    name: str
    look: Look[Subject]
    patience: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Examined:
    name: str
    finding: Finding
    took: timedelta


@dataclass(slots=True)
class _Run[Subject]:
    """`started` is empty while the check waits for its turn."""

    check: Check[Subject]
    started: float | None = None
    finding: Finding | None = None
    given_up: bool = False

    def examine(self, subject: Subject) -> None:
        self.started = monotonic()
        self.finding = found(self.check, subject)

    @property
    def took(self) -> timedelta:
        return timedelta(seconds=monotonic() - (self.started or monotonic()))

    @property
    def is_late(self) -> bool:
        return self.started is not None and self.took > self.check.patience


def examine[Subject](
    checks: Sequence[Check[Subject]], subject: Subject, at_once: int = CHECKS_AT_ONCE
) -> Iterator[Examined]:
    """Every check's finding, as they are done. Threads are daemons: one that hangs is left behind,
    and another takes its place."""
    waiting: SimpleQueue[_Run[Subject]] = SimpleQueue()
    done: SimpleQueue[_Run[Subject]] = SimpleQueue()
    runs = [_Run(check) for check in checks]
    for run in runs:
        waiting.put(run)
    for _ in range(min(at_once, len(runs))):
        _start(waiting, done, subject)
    pending = {run.check.name: run for run in runs}
    while pending:
        for run in _ended(done, pending):
            # One may end at the very moment it is given up.
            if pending.pop(run.check.name, None) is None:
                continue
            if run.given_up:
                _start(waiting, done, subject)
            yield Examined(run.check.name, run.finding or _late(run.check), run.took)


def found[Subject](check: Check[Subject], subject: Subject) -> Finding:
    """The check's finding; its error, whatever it is, becomes one."""
    try:
        return check.look(subject)
    except Exception as error:  # the doctor outlives every check
        return finding_of(error)


def finding_of(error: Exception) -> Finding:
    """What a check says that could not be made: a denied call names its action."""
    match error:
        case ClientError() if code_of(error) in DENIED:
            return _denied(_action_of(error), message_of(error))
        case ClientError() if code_of(error) in _NOT_OFFERED:
            return skipped(f"this endpoint does not offer {error.operation_name}")
        case NoPolicy():
            return skipped("there is no policy to look by: see policy")
        case NotAllowed():
            return _denied(error.action, error.message)
        case _ if isinstance(error, EXPECTED):
            todo = "run it again; look the code up if it stays"
            return fail(f"it could not be looked at: {reason_of(error)}", todo)
        case _:
            todo = "report it as a defect of Steward with this text"
            return fail(f"the check broke: {type(error).__name__}: {error}", todo)


def _denied(action: str, message: str) -> Finding:
    todo = (
        f"allow {action} to the hub's operator role: deploy the hub with this version's template"
        ", and look for a service control policy that denies it"
    )
    return fail(f"{action} is not allowed", todo, Evidence(action, "message", message))


def _action_of(error: ClientError) -> str:
    """`sns:ListTopics` where the message names it, as IAM's do; else the operation alone."""
    words = message_of(error).replace(",", " ").split()
    named = [word for word in words if word.endswith(f":{error.operation_name}")]
    return named[0] if named else error.operation_name


def _start[Subject](
    waiting: "SimpleQueue[_Run[Subject]]", done: "SimpleQueue[_Run[Subject]]", subject: Subject
) -> None:
    Thread(target=_work, args=(waiting, done, subject), daemon=True).start()


def _work[Subject](
    waiting: "SimpleQueue[_Run[Subject]]", done: "SimpleQueue[_Run[Subject]]", subject: Subject
) -> None:
    while True:
        try:
            run = waiting.get_nowait()
        except Empty:
            return
        run.examine(subject)
        if run.given_up:
            return
        done.put(run)


def _ended[Subject](
    done: "SimpleQueue[_Run[Subject]]", pending: dict[str, _Run[Subject]]
) -> list[_Run[Subject]]:
    """The next that is done, or those that took too long."""
    try:
        return [done.get(timeout=_LOOK_EVERY)]
    except Empty:
        late = [run for run in pending.values() if run.is_late and run.finding is None]
        for run in late:
            run.given_up = True
        return late


def _late[Subject](check: Check[Subject]) -> Finding:
    seconds = f"{check.patience.total_seconds():g}"
    todo = f"run it alone: steward doctor --only {check.name}"
    return fail(f"no answer within {seconds} seconds", todo)
