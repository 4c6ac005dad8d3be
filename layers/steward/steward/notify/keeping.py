"""What an owner can do to keep a stack: the exact tags, and how long they can help."""

import shlex
from dataclasses import dataclass
from datetime import datetime

from steward.domain.decisions import KEEP_TAG
from steward.domain.durations import format_duration
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


def extension(notice: Notice, not_before: datetime | None, policy: Policy) -> Extension:
    """The tag that gives the stack one more ttl, as far as its longest life allows."""
    zone = policy.windows.zone
    latest = notice.created_at + policy.lease.max_lifetime
    lifetime = format_duration(policy.lease.max_lifetime)
    limit = f"{spoken(latest, zone)}, {lifetime} after its creation"
    ends = max(notice.expires_at, not_before or notice.expires_at)
    if latest <= ends:
        return Extension("", limit)
    day = min(ends + policy.lease.ttl, latest).astimezone(zone).date()
    return Extension(f"{policy.lease.expires_tag}={day.isoformat()}", limit)


def deploy_commands(tag: str) -> list[str]:
    """How the usual tools set `tag` with a normal deploy, ready for a POSIX shell."""
    word = shlex.quote(tag)
    return [
        f"sam deploy --tags {word}",
        f"cdk deploy --tags {word}",
        f"aws cloudformation deploy --stack-name NAME --template-file FILE --tags {word}",
    ]
