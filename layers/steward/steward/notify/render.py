"""Turn a digest into one e-mail: a subject, HTML and plain text that say the same."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from steward.domain.instants import spoken
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.domain.policy import Policy
from steward.notify.digest import Digest, Row, Section
from steward.notify.facts import Fact, age, facts_of
from steward.notify.harmless import harmless, isolated
from steward.notify.keeping import KEEP_FOR_GOOD, deploy_commands, extension
from steward.notify.subject import headline, subject_of

HEADINGS = {
    Section.NEEDS_YOU: "Needs you",
    Section.TODAY: "Today: may be deleted within 24 hours",
    Section.THIS_WEEK: "This week: may be deleted within 7 days",
    Section.LATER: "Later",
    Section.DONE: "Done",
}
# Some mail programs show only the first 100 kB of a mail.
_LONG_DIGEST = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, ready to be sent."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One row, put into words."""

    name: str
    place: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section, put into words."""

    heading: str
    cards: tuple[Card, ...]


def render_digest(digest: Digest, policy: Policy, now: datetime) -> Mail:
    """The mail for `digest`. Every row is in both forms."""
    zone = policy.windows.zone
    words = {
        "headline": headline(digest, zone),
        "owner": digest.owner,
        "sent": spoken(now, zone),
        "deletes": policy.mode.allows(Mode.REAP),
        "is_long": len(digest.rows) > _LONG_DIGEST,
        "count": len(digest.rows),
        "parts": _parts(digest, policy, now),
        "commands": _commands(digest, policy),
        "renews": policy.lease.renew_on_deploy,
        "contact": policy.owners.fallback,
    }
    return Mail(
        subject=subject_of(digest, zone),
        html=_templates().get_template("digest.html.jinja").render(words),
        text=_templates().get_template("digest.txt.jinja").render(words),
    )


def _parts(digest: Digest, policy: Policy, now: datetime) -> list[Part]:
    return [
        Part(
            f"{HEADINGS[section]} ({len(rows)})",
            tuple(_card(row, policy, now) for row in rows),
        )
        for section, rows in digest.sections.items()
    ]


def _card(row: Row, policy: Policy, now: datetime) -> Card:
    unit = row.notice.unit
    place = f"{unit.account_id} · {unit.region} · {age(row.notice.created_at, now)}"
    return Card(row.notice.stack_name, place, tuple(facts_of(row, policy)))


def _commands(digest: Digest, policy: Policy) -> list[str]:
    """Deploy commands with the first tag that the digest recommends; none when all is done."""
    alive = [row for row in digest.rows if row.notice.kind is not NoticeKind.DELETED]
    if not alive:
        return []
    tags = (extension(row.notice, row.not_before, policy).tag for row in alive)
    return deploy_commands(next(filter(None, tags), KEEP_FOR_GOOD))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("steward.notify"),
        autoescape=lambda name: name is None or not name.endswith(".txt.jinja"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(harmless=harmless, isolated=isolated)
    return environment
