"""The links of a mail: signed for one recipient, one stack and one generation of its lease."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.links import Link, LinkAction, SigningKey, recipient_hash, sign
from steward.domain.outbox import Notice
from steward.domain.policy import Policy

# Long enough for a mail found after a holiday; the page then says what became of the stack.
LINK_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Links:
    """Writes links to the page at `base_url`, signed with `key`."""

    base_url: str
    key: SigningKey

    def extend(
        self,
        notice: Notice,
        recipient: str,
        not_before: datetime | None,
        policy: Policy,
        now: datetime,
    ) -> str:
        """The URL where `recipient` chooses by how many days the stack is extended.

        `not_before`: the earliest deletion; the link outlives it by 30 days.
        """
        return self._url(LinkAction.EXTEND, notice, recipient, not_before, policy, now)

    def keep(
        self,
        notice: Notice,
        recipient: str,
        not_before: datetime | None,
        policy: Policy,
        now: datetime,
    ) -> str:
        """The URL where `recipient` keeps the stack for as long as the policy allows."""
        return self._url(LinkAction.KEEP, notice, recipient, not_before, policy, now)

    def _url(
        self,
        action: LinkAction,
        notice: Notice,
        recipient: str,
        not_before: datetime | None,
        policy: Policy,
        now: datetime,
    ) -> str:
        link = Link(
            stack_id=notice.stack_id,
            generation=notice.generation,
            action=action,
            longest=notice.created_at + policy.lease.max_lifetime,
            recipient=recipient_hash(recipient),
            expires_at=max(not_before or now, now) + LINK_LASTS,
        )
        return f"{self.base_url}?t={sign(link, self.key)}"
