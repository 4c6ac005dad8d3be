"""Turn a digest into one e-mail: a subject, HTML and plain text that say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.domain.policy import Policy
from steward.domain.runtimes.escalation import Audience
from steward.domain.stacks import Account
from steward.domain.windows import WEEKDAYS
from steward.notify.cards import parts_of
from steward.notify.digest import Digest
from steward.notify.harmless import harmless, isolated
from steward.notify.keeping import KEEP_FOR_GOOD, deploy_commands, extension
from steward.notify.links import Links
from steward.notify.occasion import Occasion
from steward.notify.rollouts.cards import rollout_parts
from steward.notify.rollouts.steps import rollout_steps
from steward.notify.runtimes.cards import runtime_parts
from steward.notify.runtimes.steps import Step, runtime_steps
from steward.notify.runtimes.words import counted
from steward.notify.subject import headline, subject_of

# Gmail shows the first 102 kB of a mail's HTML and hides the rest behind a link.
LONGEST_SHOWN_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, ready to be sent."""

    subject: str
    html: str
    text: str


def render_digest(
    digest: Digest,
    policy: Policy,
    now: datetime,
    links: Links | None = None,
    accounts: Mapping[str, Account] | None = None,
) -> Mail:
    """The mail for `digest`, in its owner's time zone. Every row is in both forms.

    `accounts` (by id) give the rows their accounts' names and modes; others show the id alone.
    """
    zone = policy.zone_for(digest.owner)
    occasion = Occasion(digest.owner, zone, policy, now, links, accounts or {})
    words = _words(digest, occasion)
    return Mail(
        subject=subject_of(digest, zone),
        html=_html(words),
        text=_templates().get_template("digest.txt.jinja").render(words),
    )


def _words(digest: Digest, occasion: Occasion) -> dict[str, object]:
    policy = occasion.policy
    leases = parts_of(digest, occasion)
    parts = [*rollout_parts(digest, occasion), *leases, *runtime_parts(digest, occasion)]
    return {
        "headline": headline(digest, occasion.zone),
        "owner": digest.owner,
        "sent": occasion.said(occasion.now),
        "zone": occasion.zone.key,
        "windows": _windows(digest, policy),
        "role": _role(digest),
        "deletes": policy.mode.allows(Mode.REAP) or not digest.rows,
        "extent": _extent(digest),
        "parts": parts,
        "has_links": any(card.buttons for part in leases for card in (*part.cards, *part.compact)),
        "expires_tag": policy.lease.expires_tag,
        "tag_zone": policy.windows.timezone,
        "keep_for_good": KEEP_FOR_GOOD,
        "commands": _commands(digest, policy),
        "guides": _guides(digest, policy),
        "renews": policy.lease.renew_on_deploy,
        "contact": policy.owners.fallback,
    }


def _guides(digest: Digest, policy: Policy) -> dict[str, list[Step]]:
    """What to do, by heading; what the digest does not speak of is left out."""
    notices, contact = (row.notice for row in digest.runtimes), policy.owners.fallback
    guides = {
        "What to do about rollouts": list(rollout_steps(digest.rollouts, contact)),
        "What to do about runtimes": list(runtime_steps(notices, contact)),
    }
    return {heading: steps for heading, steps in guides.items() if steps}


def _role(digest: Digest) -> str:
    """Why this reader gets it."""
    is_owner = all(
        row.notice.audience is Audience.OWNER and not row.note for row in digest.runtimes
    ) and not any(row.note for row in digest.rollouts)
    whose = "" if is_owner else ", or who is asked when theirs is silent or out of reach"
    functions = digest.runtimes or digest.rollouts
    what = (
        "temporary stacks" if digest.rows or not functions else "",
        "Lambda functions" if functions else "",
    )
    return f"the contact of these {' and '.join(filter(None, what))}{whose}"


def _extent(digest: Digest) -> str:
    """How much there is to read."""
    stacks, runtimes, rollouts = len(digest.rows), len(digest.runtimes), len(digest.rollouts)
    said = (
        counted(rollouts, "rollout") if rollouts else "",
        counted(stacks, "stack") if stacks or not runtimes + rollouts else "",
        counted(runtimes, "notice of runtimes", "notices of runtimes") if runtimes else "",
    )
    return " and ".join(filter(None, said))


def _html(words: Mapping[str, object]) -> str:
    """The HTML, which warns of mail programs that cut it when they would."""
    template = _templates().get_template("digest.html.jinja")
    warned = template.render(words, is_long=True)
    if len(warned.encode()) > LONGEST_SHOWN_BYTES:
        return warned
    return template.render(words, is_long=False)


def _windows(digest: Digest, policy: Policy) -> str:
    """When stacks are deleted; empty when this digest announces no deletion."""
    windows = policy.windows
    if not any(row.notice.kind is NoticeKind.STAGE for row in digest.rows):
        return ""
    days = [day.capitalize() for day in WEEKDAYS if day in windows.weekdays]
    on_days = "on any day" if len(days) == len(WEEKDAYS) else f"on {', '.join(days)}"
    at_hours = "at any hour" if windows.hours == "00:00-24:00" else windows.hours
    return f"{on_days}, {at_hours} ({windows.timezone})"


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
