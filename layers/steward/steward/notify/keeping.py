"""What an owner can do to keep a stack: the exact tags, and how long they can help."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from steward.domain.decisions import KEEP_TAG
from steward.domain.durations import spoken_duration
from steward.domain.instants import spoken
from steward.domain.outbox import Notice
from steward.domain.policy import Policy

KEEP_FOR_GOOD = f"{KEEP_TAG}=true"


@dataclass(frozen=True, slots=True)
class Extension:
    """`tag` moves the expiry to the end of that day; empty when the stack cannot live longer.

    `limit` says how long the policy lets it live.
    """

    tag: str
    limit: str


def extension(
    notice: Notice, not_before: datetime | None, policy: Policy, zone: ZoneInfo | None = None
) -> Extension:
    """The tag that gives the stack one more ttl, as far as its longest life allows.

    The tag's day is one of the policy's time zone, as tags are read in it; the limit is said in
    `zone`, which is the policy's by default.
    """
    limit = limit_said(notice, policy, zone or policy.windows.zone)
    latest = longest_life(notice, policy)
    ends = max(notice.expires_at, not_before or notice.expires_at)
    if latest <= ends:
        return Extension("", limit)
    day = min(ends + policy.lease.ttl, latest).astimezone(policy.windows.zone).date()
    return Extension(f"{policy.lease.expires_tag}={day.isoformat()}", limit)


def limit_said(notice: Notice, policy: Policy, zone: ZoneInfo) -> str:
    lifetime = spoken_duration(policy.lease.max_lifetime)
    return f"{spoken(longest_life(notice, policy), zone)}, {lifetime} after its creation"


def longest_life(notice: Notice, policy: Policy) -> datetime:
    """The latest expiry that the policy allows the stack."""
    return notice.created_at + policy.lease.max_lifetime


def can_live_longer(notice: Notice, policy: Policy, now: datetime) -> bool:
    """Whether an extension has anything to give, as the extension page reckons it."""
    ends = max(notice.expires_at, notice.delete_after or notice.expires_at, now)
    return longest_life(notice, policy) > ends


def deploy_commands(tag: str) -> list[str]:
    """How the usual tools set `tag` with a normal deploy, ready for a POSIX shell."""
    word = shlex.quote(tag)
    return [
        f"sam deploy --tags {word}",
        f"cdk deploy --tags {word}",
        f"aws cloudformation deploy --stack-name NAME --template-file FILE --tags {word}",
    ]
