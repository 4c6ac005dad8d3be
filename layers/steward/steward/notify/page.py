"""The pages that a genuine link leads to. What owners and others wrote is shown, never trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from steward.domain.decisions import KEEP_TAG
from steward.domain.durations import spoken_duration
from steward.domain.extending import limit_of
from steward.domain.leases import Lease, LeaseState
from steward.domain.modes import Mode
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.notify.frame import Page, framed
from steward.notify.reader import Reader
from steward.notify.told import told

_IN_USE = "in use"
_STATES = {
    LeaseState.ACTIVE: _IN_USE,
    LeaseState.MARKED: "marked for deletion",
    LeaseState.REAPING: "being deleted",
    LeaseState.REAPED: "deleted by Steward",
    LeaseState.EXEMPT: "not deleted by Steward",
    LeaseState.BLOCKED: "due, but could not be deleted",
    LeaseState.GONE: "deleted",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page is about. `account` is the account's name, if it is known."""

    lease: Lease
    account: str
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of the form: its name there, its words, and the date it leads to."""

    name: str
    days: int | None
    until: datetime
    is_picked: bool

    @property
    def words(self) -> str:
        if self.days is None:
            return "As long as allowed"
        return f"{self.days} day{'' if self.days == 1 else 's'} longer"


def offer_page(
    subject: Subject,
    reader: Reader,
    policy: Policy,
    options: Sequence[Option],
    token: str,
    problem: str = "",
) -> Page:
    """The form. With a `problem` it is the answer to a form that could not be used."""
    lease = subject.lease
    limit = reader.spoken(limit_of(lease, policy))
    words = {
        "subject": subject,
        "expires": reader.spoken(lease.expires_at),
        "deletion": f"not before {reader.spoken(lease.delete_after)}" if lease.delete_after else "",
        "facts": _facts(subject, reader),
        "told": told(subject.lease, subject.notices, reader.zone),
        "options": [(option, reader.spoken(option.until)) for option in options],
        "token": token,
        "problem": problem,
        "deletes": policy.mode.allows(Mode.REAP),
        "limit": limit,
        "lifetime": spoken_duration(policy.lease.max_lifetime),
        "contact": policy.owners.fallback,
        "keep_tag": f"{KEEP_TAG}=true",
    }
    main = _render("extension.html.jinja", words, reader)
    return Page(400 if problem else 200, framed("Keep a stack longer", main))


def done_page(subject: Subject, reader: Reader, policy: Policy, before: datetime) -> Page:
    """What an extension did: `before` is the expiry there was."""
    words = {
        "heading": "Extended",
        "sentences": (
            f"{subject.lease.stack_name} now expires {reader.spoken(subject.lease.expires_at)}.",
            f"Its expiry was {reader.spoken(before)}.",
            "Its owners are told again before it is deleted, "
            f"{_listed([spoken_duration(stage) for stage in policy.notices])} ahead.",
            "The link has done its work and does nothing more.",
        ),
        "facts": _facts(subject, reader),
    }
    return Page(200, framed("Extended", _render("extension_message.html.jinja", words, reader)))


def closed_page(
    status: int,
    heading: str,
    sentences: Sequence[str],
    subject: Subject | None,
    reader: Reader,
) -> Page:
    """Why there is nothing to choose, and what is known of the stack."""
    words = {
        "heading": heading,
        "sentences": sentences,
        "facts": _facts(subject, reader) if subject else [],
    }
    return Page(status, framed(heading, _render("extension_message.html.jinja", words, reader)))


def _facts(subject: Subject, reader: Reader) -> list[tuple[str, str]]:
    lease = subject.lease
    account = lease.unit.account_id
    facts = [
        ("Stack", lease.stack_name),
        ("Account", f"{subject.account} ({account})" if subject.account else account),
        ("Region", lease.unit.region),
        ("State", _state(lease)),
        ("Reason", lease.reason if lease.state is LeaseState.BLOCKED else ""),
        ("Created", reader.spoken(lease.created_at)),
        ("Expiry", f"{reader.spoken(lease.expires_at)}, by {lease.expiry_source}"),
        ("Deletion", _deletion(lease, reader)),
        ("Warning", lease.warning),
        ("Stack id", lease.stack_id),
    ]
    return [(label, said) for label, said in facts if said]


def _state(lease: Lease) -> str:
    """An extension takes the date off at once, and the next sweep the mark."""
    extended = lease.state is LeaseState.MARKED and lease.delete_after is None
    return _IN_USE if extended else _STATES[lease.state]


def _deletion(lease: Lease, reader: Reader) -> str:
    if lease.delete_after:
        return f"not before {reader.spoken(lease.delete_after)}"
    if lease.state in {LeaseState.ACTIVE, LeaseState.MARKED}:
        return "no date yet; its owners are told first"
    return ""


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _render(name: str, words: Mapping[str, object], reader: Reader) -> str:
    return _templates().get_template(name).render(words, plain=reader.plain)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("steward.notify"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
