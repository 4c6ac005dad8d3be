"""What SES reports of one mail, and what that means for a notice it told of and for its lease.

Reports come more than once and in any order. What holds in the end does not depend on that.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from steward.domain.deliveries import Delivery, DeliveryStatus, Unreachable
from steward.domain.leases import Lease, LeaseState, withdrawn
from steward.domain.outbox import Notice, NoticeKind, NoticeState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was reported of the mail `message_id` to `address`, at `at`.

    `unreachable_until`: how long no other mail is sent there; None when mails do arrive.
    """

    message_id: str
    address: str
    status: DeliveryStatus
    at: datetime
    detail: str = ""
    unreachable_until: datetime | None = None

    @property
    def unreachable(self) -> Unreachable | None:
        if self.unreachable_until is None:
            return None
        return Unreachable(self.address, self.status, self.detail, self.at, self.unreachable_until)

    def outweighs(self, known: "Outcome | Delivery") -> bool:
        """Whether this stands where `known` was on record; of two alike the later one does."""
        if self.status is not known.status:
            return self.status.after(known.status) is self.status
        return (self.at, self.detail) > (known.at, known.detail)


@dataclass(frozen=True, slots=True)
class Heeded:
    """A notice and its lease after an outcome; `lease` is None when the stack's lease has ended.

    `what` and `why` go on the audit trail; both are empty when nothing went wrong.
    """

    notice: Notice
    lease: Lease | None
    what: str = ""
    why: str = ""


def heed(outcome: Outcome, notice: Notice, lease: Lease | None, fallback: str) -> Heeded | None:
    """What `outcome` makes of `notice` and of its lease; None when it is no news for them.

    A notice of a coming deletion that reached nobody takes back its whole generation: whoever is
    next to be told has the full notice period. Any other notice that reached nobody is opened
    again for `fallback`, who had it not yet.
    """
    known = mailed_by(notice, outcome.message_id)
    if known is None or not is_news(outcome, notice):
        return None
    news = Delivery(known.address, known.message_id, outcome.status, outcome.at, outcome.detail)
    after = replace(
        notice,
        deliveries=tuple(news if each is known else each for each in notice.deliveries),
    )
    if outcome.status is DeliveryStatus.COMPLAINED:
        return Heeded(after, lease, "complained", f"{known.address} marked the mail as spam")
    if not outcome.status.failed or known.status.failed:
        return Heeded(after, lease)
    return _heeded_failure(news, after, lease, fallback)


def is_news(outcome: Outcome, notice: Notice) -> bool:
    """Whether the notice was mailed with this message and does not say as much already."""
    known = mailed_by(notice, outcome.message_id)
    return known is not None and outcome.outweighs(known)


def mailed_by(notice: Notice, message_id: str) -> Delivery | None:
    """What is on record of one mail. It goes to one address, so that its id says which, however
    the address is spelled in a report."""
    return next((each for each in notice.deliveries if each.message_id == message_id), None)


def _heeded_failure(failed: Delivery, notice: Notice, lease: Lease | None, fallback: str) -> Heeded:
    named = f"the {notice.stage} notice of generation {notice.generation}"
    why = f"{named} did not reach {failed.address} ({failed.status})"
    left = [each.address for each in notice.deliveries if not each.status.failed]
    if left:
        return Heeded(notice, lease, "bounced", f"{why}; {', '.join(left)} still has it")
    if notice.kind is not NoticeKind.STAGE:
        return _told_to_fallback(notice, lease, fallback, why)
    again = withdrawn(lease, notice.generation) if lease else None
    if again is None:
        return Heeded(notice, lease, "bounced", f"{why}; nothing rests on it any more")
    return Heeded(
        notice,
        replace(again, reason=f"marked: {why}") if again.state is LeaseState.MARKED else again,
        "bounced",
        f"{why}, and nobody else has it: the notices start anew as generation {again.generation}",
    )


def _told_to_fallback(notice: Notice, lease: Lease | None, fallback: str, why: str) -> Heeded:
    had_it = {each.address.casefold() for each in notice.deliveries}
    if fallback.casefold() in had_it or not notice.owners:
        return Heeded(notice, lease, "bounced", f"{why}, and nobody else is left to be told")
    opened = replace(
        notice,
        state=NoticeState.PENDING,
        owners=(),
        owner_source=f"the policy's fallback contact; {why}",
        tries=0,
        error=why,
    )
    return Heeded(opened, lease, "bounced", f"{why}; it goes to the policy's fallback contact")
