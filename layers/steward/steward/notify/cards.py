"""Put a digest's rows into words: the most urgent as cards, the others as compact rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.notify.buttons import Button, buttons_of
from steward.notify.digest import Digest, Row, Section
from steward.notify.facts import Fact, brief_facts_of, facts_of
from steward.notify.occasion import Occasion

HEADINGS = {
    Section.NEEDS_YOU: "Needs you",
    Section.TODAY: "Today: may be deleted within 24 hours",
    Section.THIS_WEEK: "This week: may be deleted within 7 days",
    Section.LATER: "Later",
    Section.DONE: "Done",
}
MOST_CARDS = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One row, put into words."""

    name: str
    place: str
    facts: tuple[Fact, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section, put into words. `compact` rows come after the cards and say less."""

    heading: str
    cards: tuple[Card, ...]
    compact: tuple[Card, ...]


def parts_of(digest: Digest, occasion: Occasion) -> list[Part]:
    """Every row of every section, in the digest's order."""
    return parts_from(
        {HEADINGS[section]: rows for section, rows in digest.sections.items()},
        lambda row: _card(row, occasion),
        lambda row: _compact(row, occasion),
    )


def parts_from[R](
    rows_by_heading: Mapping[str, Sequence[R]],
    card: Callable[[R], Card],
    compact: Callable[[R], Card],
) -> list[Part]:
    """The first rows as cards, all others as compact ones; headings without rows are left out."""
    parts = []
    cards_left = MOST_CARDS
    for heading, rows in rows_by_heading.items():
        if not rows:
            continue
        cards = tuple(card(row) for row in rows[:cards_left])
        others = tuple(compact(row) for row in rows[cards_left:])
        cards_left -= len(cards)
        parts.append(Part(f"{heading} ({len(rows)})", cards, others))
    return parts


def _card(row: Row, occasion: Occasion) -> Card:
    facts = tuple(facts_of(row, occasion))
    return Card(row.notice.stack_name, _place(row, occasion), facts, buttons_of(row, occasion))


def _compact(row: Row, occasion: Occasion) -> Card:
    facts = tuple(brief_facts_of(row, occasion))
    return Card(row.notice.stack_name, _place(row, occasion), facts, buttons_of(row, occasion))


def _place(row: Row, occasion: Occasion) -> str:
    unit = row.notice.unit
    account = occasion.accounts.get(unit.account_id)
    where = f"{account.name} ({unit.account_id})" if account and account.name else unit.account_id
    return f"{where} · {unit.region} · {age(row.notice.created_at, occasion.now)}"


def age(created_at: datetime, now: datetime) -> str:
    """`12 days old`, or hours within the first two days."""
    hours = max(0, int((now - created_at).total_seconds())) // 3600
    count, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'} old"
