"""What can be done about runtimes: sentences and commands that every channel shares."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.notify.runtimes.rows import OF_WORK
from steward.notify.runtimes.words import REPORT_COMMAND


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, and the command it speaks of."""

    sentence: str
    command: str = ""


_DOING = (
    Step(
        "Change the runtime where it is written, which is the stack's template, test, and deploy. "
        "Nothing has to be reported: Steward sees the change."
    ),
    Step(
        "From its update block on, nothing goes back to the old runtime. Before that day, publish "
        "a version and move an alias, so that there is one to return to."
    ),
    Step(
        "If you know of it and need time, say so with the item's command (steward runtimes "
        "acknowledge). Until then others are asked after you."
    ),
)


def runtime_steps(notices: Iterable[RuntimeNotice], contact: str) -> Iterator[Step]:
    """What to do, in the order of its use; `contact`: who grants exceptions."""
    told = list(notices)
    work = [each for each in told if each.kind in OF_WORK]
    if work:
        yield from _DOING
    if work or any(each.kind is RuntimeNoticeKind.REMINDER for each in told):
        yield Step(
            f"If a runtime has to stay for a while, ask {contact} for an exception (steward "
            "runtimes except): it needs a reason, somebody who approves it, and a last day."
        )
    if told:
        yield Step("All functions, versions and dates are in the report:", REPORT_COMMAND)
