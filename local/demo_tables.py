"""What the demo prints: one table a step, the inbox, and the comparison with the ground truth."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from local.ground_truth import Comparison
from local.inbox import Mail
from local.organization import Organization
from steward.domain.audit import AuditEvent

MOST_ROWS = 12


def print_events(
    console: Console, organization: Organization, events: Sequence[AuditEvent]
) -> None:
    """What was decided in a step, and why; the counts are complete, the rows are the first few."""
    if not events:
        console.print("  nothing changed, nothing was written\n")
        return
    counts = Counter(event.what for event in events)
    title = ", ".join(f"{count} x {what}" for what, count in counts.most_common())
    table = Table("stack", "account", "region", "what", "why", title=title, title_justify="left")
    for event in _varied(events):
        _, _, _, region, account, resource = event.stack_id.split(":", 5)
        name = resource.split("/")[1]
        table.add_row(name, organization.name_of(account), region, event.what, event.why)
    if len(events) > MOST_ROWS:
        table.caption = f"{MOST_ROWS} of {len(events)}, of every kind some"
    console.print(table)


def _varied(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """At most MOST_ROWS events, taking turns between the kinds so that each is seen."""
    by_kind: dict[str, list[AuditEvent]] = {}
    for event in events:
        by_kind.setdefault(event.what, []).append(event)
    turns = max(len(each) for each in by_kind.values())
    mixed = [each[turn] for turn in range(turns) for each in by_kind.values() if turn < len(each)]
    return sorted(mixed[:MOST_ROWS], key=lambda event: (event.what, event.stack_id))


def print_inbox(console: Console, mails: Sequence[Mail]) -> None:
    """Every mail that was accepted, and one of them in full."""
    table = Table("to", "subject", title=f"inbox: {len(mails)} mails", title_justify="left")
    for mail in mails:
        table.add_row(", ".join(mail.recipients), mail.subject)
    console.print(table)


def print_mail(console: Console, mail: Mail) -> None:
    """One mail as its owner reads it, in its text form."""
    console.rule(f"{mail.subject}  (to {', '.join(mail.recipients)})", align="left")
    console.print(mail.text, markup=False, highlight=False)
    console.rule()


def print_comparison(console: Console, comparisons: Iterable[Comparison]) -> int:
    """One row a stack; returns how many differ from the ground truth."""
    rows = sorted(comparisons, key=lambda each: (each.subject.account, each.subject.name))
    table = Table("account", "region", "stack", "expected", "found", "why", title="ground truth")
    for row in rows:
        subject = row.subject
        table.add_row(
            subject.account,
            subject.region,
            subject.name,
            str(subject.expectation),
            f"[red]{row.found}[/]" if row.difference else row.found,
            row.difference or subject.why,
        )
    console.print(table)
    wrong = sum(bool(row.difference) for row in rows)
    console.print(f"ground truth: {len(rows) - wrong} of {len(rows)} as expected")
    return wrong
