"""An explanation for people: why, when, who, what would change it, and what happened."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from steward.domain.instants import spoken
from steward.domain.outbox import NoticeKind
from steward.notify.harmless import harmless
from steward_cli.ages import short_age
from steward_cli.explanation_report import Explanation, HistoryEntry, NoticeEntry

type Line = tuple[str, str]

# A terminal copies these in one piece only if it wraps them itself.
_TO_COPY = frozenset({"id", "for example"})


def show_explanation(explanation: Explanation, zone: ZoneInfo, console: Console) -> None:
    """Print every section that has something to say; times are in `zone`."""
    sections = (
        ("Stack", _stack(explanation, zone)),
        ("Why", _why(explanation)),
        ("When", _when(explanation, zone)),
        ("Who is told", _who(explanation)),
        ("What would change it", _changes(explanation)),
        ("History", (_event(event, zone) for event in explanation.history)),
        ("Notices", (_notice(notice, zone) for notice in explanation.notices)),
        ("Earlier stacks of this name", (("", each) for each in explanation.earlier_stacks)),
    )
    for title, lines in sections:
        _show(title, list(lines), console)


def _show(title: str, lines: list[Line], console: Console) -> None:
    if not lines:
        return
    console.print(Text(title, style="bold"))
    for label, text in lines:
        words = Text(f"{label}: " if label else "", style="dim") + Text(harmless(text))
        if console.is_terminal and label not in _TO_COPY:
            console.print(Padding(words, (0, 0, 0, 2)))
        else:
            console.print(Text("  ") + words, soft_wrap=True)


def _stack(explanation: Explanation, zone: ZoneInfo) -> Iterator[Line]:
    stack = explanation.stack
    yield "name", stack.stack_name
    yield "id", stack.stack_id
    account = f"{stack.account_name} ({stack.account_id})" if stack.account_name else ""
    yield "unit", f"{account or stack.account_id} in {stack.region}"
    yield "status", stack.status or "unknown to CloudFormation"
    age = short_age(stack.created_at, explanation.at)
    yield "created", f"{spoken(stack.created_at, zone)}, {age} ago"
    if stack.updated_at:
        yield "last update", spoken(stack.updated_at, zone)


def _why(explanation: Explanation) -> Iterator[Line]:
    verdict = explanation.verdict
    yield verdict.action or verdict.lease_state or "nothing", verdict.reason
    if verdict.action:
        yield "lease", verdict.lease_state or "none"
    for hold in explanation.holds:
        yield "not deleted anyway", hold
    policy = explanation.policy
    yield "policy", f"{policy.fingerprint} from {policy.source}, mode {policy.mode}"
    if explanation.without_ledger:
        yield "no ledger", f"judged as if seen for the first time: {explanation.without_ledger}"


def _when(explanation: Explanation, zone: ZoneInfo) -> Iterator[Line]:
    dates = explanation.dates
    yield "judged as of", spoken(explanation.at, zone)
    if dates.expires_at:
        yield "expires", f"{spoken(dates.expires_at, zone)}, by {dates.expiry_source}"
    if dates.warning:
        yield "warning", dates.warning
    if dates.marked_at:
        yield "marked", spoken(dates.marked_at, zone)
    if dates.not_before:
        yield "deleted not before", spoken(dates.not_before, zone)
    until = explanation.verdict.until
    if until and until > explanation.at:
        yield "this may change", spoken(until, zone)


def _who(explanation: Explanation) -> Iterator[Line]:
    owners, source = explanation.who.owners, explanation.who.source
    if owners:
        yield "", ", ".join(owners)
    yield ("found by", source) if owners else ("", source)


def _changes(explanation: Explanation) -> Iterator[Line]:
    for change in explanation.changes:
        yield (f"tag {change.tag}", change.what) if change.tag else ("", change.what)
    commands = next((change.commands for change in explanation.changes if change.tag), ())
    if commands:
        yield "", "a deploy replaces all tags of a stack, so give those it has as well:"
    for command in commands:
        yield "for example", command


def _event(event: HistoryEntry, zone: ZoneInfo) -> Line:
    return _at(event.at, zone), f"{event.what} by {event.actor}: {event.why}"


def _notice(notice: NoticeEntry, zone: ZoneInfo) -> Line:
    what = f"{notice.stage} before deletion" if notice.kind == NoticeKind.STAGE else notice.kind
    told = f"{what}, to {', '.join(notice.owners)}: {notice.state}"
    if notice.error:
        told += f" after {notice.tries} tries: {notice.error}"
    if notice.left_behind:
        told += f"; left behind: {', '.join(notice.left_behind)}"
    return _at(notice.queued_at, zone), told


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
