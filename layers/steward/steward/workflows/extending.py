"""What lease_extension does once a link is known to be genuine, or an operator asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import ValidationError

from steward.aws.sessions import Sessions
from steward.domain.extending import CannotExtend
from steward.domain.leases import Lease
from steward.domain.links import Link, link_id, recipient_hash
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.domain.stacks import Unit
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from steward.ledger.links import LinkUsed
from steward.messages import ExtensionAnswer, ExtensionRequest
from steward.notify.frame import Page
from steward.notify.page import Option, Subject, closed_page, done_page, offer_page
from steward.notify.reader import Reader
from steward.observability import logger, metrics
from steward.settings import ExtensionSettings
from steward.workflows.extension import Extended, Offer, answer, grant, name_of
from steward.workflows.extension_refusals import Closed, Situation
from steward.workflows.policies import PolicyInForce, explain_errors

_TRIES = 5
# A link that has expired is refused for that, so that its use need not be known for longer.
_KEPT_BEYOND_EXPIRY = timedelta(days=7)
_NO_LEASE = "Steward has no lease of this stack; look with `steward explain`"
_NO_POLICY = "no policy was ever valid, so nothing says how long it may live; deploy one first"


@dataclass(frozen=True, slots=True)
class _Case:
    """A situation, and what is only shown."""

    situation: Situation
    account: str
    notices: Sequence[Notice]

    def subject(self, lease: Lease) -> Subject:
        return Subject(lease, self.account, self.notices)

    @property
    def reader(self) -> Reader:
        policy = self.situation.policy
        contact = policy.policy.owners.fallback if policy else ""
        addresses = frozenset({self.situation.holder.casefold(), contact.casefold()})
        return Reader(self.situation.zone, addresses)


class Extender:
    """Reads, decides, and stores only what nobody has changed meanwhile; else decides anew."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def of(cls, settings: ExtensionSettings) -> "Extender":
        """On the ledger that `settings` name."""
        # No member account is ever reached, so the hub's id is of no use here.
        dynamodb = Sessions(hub_account_id="").dynamodb()
        return cls(Ledger(dynamodb, settings.ledger_table, settings.audit_retention))

    def page(self, link: Link, token: str, wish: str | None, now: datetime) -> Page:
        """The page that `link` leads to; with a `wish`, after doing it."""
        for _ in range(_TRIES):
            seen = self._look(link, token, now)
            decided = answer(seen.situation, wish)
            if isinstance(decided, Closed):
                return _closed(decided, seen)
            if isinstance(decided, Offer):
                return _offer(decided, seen, token)
            if stored := self._store(decided, link_id(token), link.expires_at):
                logger.info("lease extended", lease_id=stored.lease_id, policy=decided.event.policy)
                return _done(decided, stored, seen)
        raise LeaseChanged(link.stack_id)

    def ask(self, wish: object, now: datetime) -> dict[str, Any]:
        """An ExtensionAnswer to an operator's ExtensionRequest, both in JSON's form."""
        try:
            request = ExtensionRequest.model_validate(wish)
        except ValidationError as error:
            refusal = f"the request is wrong: {explain_errors(error)}"
            return ExtensionAnswer(extended=False, reason=refusal).model_dump(mode="json")
        return self._granted(request, now).model_dump(mode="json")

    def _granted(self, request: ExtensionRequest, now: datetime) -> ExtensionAnswer:
        for _ in range(_TRIES):
            lease, policy = self._lease(request.stack_id), self._policy()
            if lease is None:
                return ExtensionAnswer(extended=False, reason=_NO_LEASE)
            if policy is None:
                return ExtensionAnswer(
                    extended=False, reason=_NO_POLICY, expires_at=lease.expires_at
                )
            granted = grant(lease, request, policy, now)
            if isinstance(granted, CannotExtend):
                return ExtensionAnswer(
                    extended=False, reason=granted.reason, expires_at=lease.expires_at
                )
            if stored := self._store(granted):
                logger.info("lease extended", lease_id=stored.lease_id, policy=policy.fingerprint)
                return ExtensionAnswer(
                    extended=True, reason=stored.reason, expires_at=stored.expires_at
                )
        raise LeaseChanged(request.stack_id)

    def _store(
        self, extended: Extended, used: str = "", link_expires_at: datetime | None = None
    ) -> Lease | None:
        """The lease as stored; None when it, or the link, is not what it was."""
        forget_at = link_expires_at + _KEPT_BEYOND_EXPIRY if link_expires_at else None
        before, after, event = extended.before, extended.lease, extended.event
        try:
            stored = self._ledger.extend(before, after, event, used, forget_at)
        except (LinkUsed, LeaseChanged):
            return None
        metrics.add_metric("LeasesExtended", MetricUnit.Count, 1)
        return stored

    def _look(self, link: Link, token: str, now: datetime) -> _Case:
        # Before the lease: a use that is seen is then seen in the lease's dates, too.
        used = self._ledger.used_link(link_id(token))
        notices = self._ledger.notices_of(link.stack_id)
        lease = self._lease(link.stack_id)
        account = self._ledger.account(unit_of(link.stack_id).account_id)
        situation = Situation(
            link=link,
            link_id=link_id(token),
            lease=lease,
            used=used,
            policy=self._policy(),
            holder=_holder(link, lease, notices),
            now=now,
        )
        return _Case(situation, account.name if account else "", notices)

    def _lease(self, stack_id: str) -> Lease | None:
        """The live lease, or the one that has ended: read in this order, it is never missed."""
        unit = unit_of(stack_id)
        return self._ledger.lease(unit, stack_id) or self._ledger.ended_lease(unit, stack_id)

    def _policy(self) -> PolicyInForce | None:
        saved = self._ledger.last_good()
        return PolicyInForce(Policy.model_validate_json(saved[1]), saved[0]) if saved else None


def unit_of(stack_id: str) -> Unit:
    """The unit in a StackId, which is an ARN."""
    _, _, _, region, account_id, _ = stack_id.split(":", 5)
    return Unit(account_id, region)


def _holder(link: Link, lease: Lease | None, notices: Iterable[Notice]) -> str:
    """Whose link this is, among all who were owners; a link names them only by a hash."""
    owners = [*(lease.owners if lease else ())]
    owners += [owner for notice in notices for owner in notice.owners]
    return next((each for each in owners if recipient_hash(each) == link.recipient), "")


def _closed(closed: Closed, seen: _Case) -> Page:
    lease = seen.situation.lease
    metrics.add_metric("LinksRefused", MetricUnit.Count, 1)
    logger.info("nothing to extend", heading=closed.heading)
    subject = seen.subject(lease) if lease else None
    return closed_page(closed.status, closed.heading, closed.sentences, subject, seen.reader)


def _offer(offer: Offer, seen: _Case, token: str) -> Page:
    options = [
        Option(name_of(each), each.days, each.until, each == offer.picked) for each in offer.choices
    ]
    subject = seen.subject(offer.lease)
    return offer_page(subject, seen.reader, offer.policy, options, token, offer.problem)


def _done(extended: Extended, stored: Lease, seen: _Case) -> Page:
    before = extended.before.expires_at
    return done_page(seen.subject(stored), seen.reader, extended.policy, before)
