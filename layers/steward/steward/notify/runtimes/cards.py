"""Put a digest's notices of runtimes into words: a card for each work item."""

from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.cards import Card, Part, parts_from
from steward.notify.digest import Digest
from steward.notify.occasion import Occasion
from steward.notify.runtimes.facts import brief_runtime_facts, extent_said, runtime_facts
from steward.notify.runtimes.rows import RuntimeRow

HEADINGS = {
    RuntimeNoticeKind.WORK: "Lambda runtimes that end",
    RuntimeNoticeKind.REGRESSION: "Lambda runtimes: new on one that ends",
    RuntimeNoticeKind.ESCALATED: "Lambda runtimes: nobody answered",
    RuntimeNoticeKind.REMINDER: "Lambda runtimes: exceptions that end",
    RuntimeNoticeKind.UNKNOWN: "Lambda runtimes that Steward does not know",
    RuntimeNoticeKind.DATES: "Lambda runtimes: dates that moved",
}


def runtime_parts(digest: Digest, occasion: Occasion) -> list[Part]:
    """Every row of every kind, in the digest's order."""
    grouped = {
        heading: [row for row in digest.runtimes if row.notice.kind is kind]
        for kind, heading in HEADINGS.items()
    }
    return parts_from(grouped, lambda row: _card(row, occasion), _compact)


def _card(row: RuntimeRow, occasion: Occasion) -> Card:
    return Card(row.notice.place, extent_said(row), tuple(runtime_facts(row, occasion)), ())


def _compact(row: RuntimeRow) -> Card:
    return Card(row.notice.place, extent_said(row), tuple(brief_runtime_facts(row)), ())
