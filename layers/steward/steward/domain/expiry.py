"""When a feature stack expires, and who said so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.durations import UnreadableDuration, format_duration, parse_duration
from steward.domain.instants import UnreadableInstant, parse_instant
from steward.domain.leases import Extension
from steward.domain.policy import Policy
from steward.domain.stacks import Stack


@dataclass(frozen=True, slots=True)
class Expiry:
    """`source` completes "it expires then, by ..."; `warning` names a tag nobody can read."""

    at: datetime
    source: str
    warning: str = ""


def expiry_of(
    stack: Stack, deployed_at: datetime, policy: Policy, extension: Extension | None = None
) -> Expiry:
    """The owner's date tag, else the last deploy (or creation) plus the ttl; capped from creation.

    An unreadable tag counts as the policy's ttl and warns: never immortal, never instantly dead.
    An extension counts as long as it is the later date.
    """
    wish = _by_date(stack, policy) or _by_ttl(stack, deployed_at, policy)
    if isinstance(wish, _Unreadable):
        wish = _by_ttl(stack, deployed_at, policy, wish.warning)
    if extension is not None and extension.until > wish.at:
        wish = Expiry(extension.until, f"the extension by {extension.by}", wish.warning)
    cap = stack.created_at + policy.lease.max_lifetime
    if wish.at <= cap:
        return wish
    lifetime = format_duration(policy.lease.max_lifetime)
    return Expiry(cap, f"{wish.source}, capped at creation + {lifetime}", wish.warning)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    warning: str


def _by_date(stack: Stack, policy: Policy) -> Expiry | _Unreadable | None:
    key = policy.lease.expires_tag
    written = stack.tags.get(key)
    if written is None:
        return None
    try:
        at = parse_instant(written, policy.windows.zone)
    except UnreadableInstant as error:
        return _Unreadable(f"tag {key}: {error}")
    return Expiry(at, f"its tag {key}={written.strip()}")


def _by_ttl(stack: Stack, deployed_at: datetime, policy: Policy, warning: str = "") -> Expiry:
    ttl, source, ttl_warning = _ttl(stack, policy)
    if warning and ttl < policy.lease.ttl:
        ttl, source = policy.lease.ttl, f"the policy's ttl {format_duration(policy.lease.ttl)}"
    since, word = _start(stack, deployed_at, policy)
    warnings = "; ".join(each for each in (warning, ttl_warning) if each)
    return Expiry(since + ttl, f"{source} after {word}", warnings)


def _ttl(stack: Stack, policy: Policy) -> tuple[timedelta, str, str]:
    default = policy.lease.ttl
    by_policy = f"the policy's ttl {format_duration(default)}"
    key = policy.lease.ttl_tag
    written = stack.tags.get(key)
    if written is None:
        return default, by_policy, ""
    try:
        return parse_duration(written), f"its tag {key}={written.strip()}", ""
    except UnreadableDuration as error:
        return default, by_policy, f"tag {key}: {error}"


def _start(stack: Stack, deployed_at: datetime, policy: Policy) -> tuple[datetime, str]:
    if policy.lease.renew_on_deploy and deployed_at > stack.created_at:
        return deployed_at, "its last deploy"
    return stack.created_at, "its creation"
