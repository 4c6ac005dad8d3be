"""Rows and digests of every kind, with the owners' worst tag values among them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import NoticeKind, event_notice
from steward.domain.policy import Policy
from steward.notify.digest import Digest, Row, digest_for, event_row, stage_row
from steward.notify.occasion import Occasion
from tests.factories import NOW, make_lease, make_notice, make_policy

DAY = timedelta(days=1)
OWNER = "dev@example.com"
HOSTILE = "<img src=x onerror=alert(1)> \u202egnp.exe שלום 🎉\r\nBcc: all@example.com"
ALWAYS_OPEN = {
    "timezone": "Europe/Berlin",
    "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "hours": "00:00-24:00",
}


def open_policy(**overrides: Any) -> Policy:
    """Deletes at any hour, so that a deletion is dated by its notices alone."""
    return make_policy(**{"windows": ALWAYS_OPEN} | overrides)


def occasion(policy: Policy | None = None, **overrides: Any) -> Occasion:
    """OWNER reads a digest now, in the policy's own time zone."""
    policy = policy or open_policy()
    return replace(Occasion(OWNER, policy.windows.zone, policy, NOW), **overrides)


def marked_lease(name: str = "feat-cart", **overrides: Any) -> Lease:
    """Told a week ago, and due its last notice now."""
    told = NOW - 7 * DAY
    lease = make_lease(
        name,
        state=LeaseState.MARKED,
        marked_at=told,
        expires_at=NOW,
        expiry_source="its tag ttl=14d after its creation",
        owner_source="tag owner=dev@example.com",
        notices=(LeaseNotice(7 * DAY, told, told), LeaseNotice(DAY, NOW)),
    )
    return replace(lease, **overrides)


def due_row(lease: Lease, policy: Policy, stage: timedelta = DAY) -> Row:
    return stage_row(make_notice(lease, stage), lease, policy, NOW)


def blocked_row(lease: Lease) -> Row:
    why = "export feat-net-VpcId is imported by feat-cart"
    return event_row(event_notice(lease, NoticeKind.BLOCKED, why, NOW))


def deleted_row(lease: Lease, *left_behind: str) -> Row:
    why = "deleted by Steward; seen 2026-11-23T09:00:00Z"
    return event_row(event_notice(lease, NoticeKind.DELETED, why, NOW, left_behind))


def mixed_digest(size: int, policy: Policy) -> Digest:
    return digest_for(OWNER, [_row(index, policy) for index in range(size)])


def _row(index: int, policy: Policy) -> Row:
    name = f"feat-{index:03d}"
    match index % 6:
        case 1:
            return blocked_row(marked_lease(name))
        case 2:
            return deleted_row(marked_lease(name), "Uploads (AWS::S3::Bucket) feat-uploads")
        case 3:
            return due_row(marked_lease(name, expires_at=NOW + 5 * DAY), policy)
        case 4:
            return due_row(marked_lease(name, expires_at=NOW + 40 * DAY), policy, 7 * DAY)
        case 5:
            return due_row(marked_lease(name, warning=f"tag ttl: {HOSTILE!s}"), policy)
        case _:
            return due_row(marked_lease(name), policy)
