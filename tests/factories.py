"""Values of the domain for tests: sane defaults, and keywords for what a test is about."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease, LeaseState
from steward.domain.outbox import Notice, stage_notice
from steward.domain.policy import Policy
from steward.domain.stacks import Account, Protection, Stack, Unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
CREATED = NOW - timedelta(days=10)
UNIT = Unit("222222222222", "eu-west-1")
FINGERPRINT = "0123456789ab"


def make_stack_id(name: str = "feat-cart", unit: Unit = UNIT, incarnation: int = 1) -> str:
    """Another `incarnation` is the StackId of a stack redeployed under the same name."""
    digest = hashlib.sha256(f"{unit}/{name}/{incarnation}".encode()).hexdigest()
    uuid = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    return f"arn:aws:cloudformation:{unit.region}:{unit.account_id}:stack/{name}/{uuid}"


def make_account(account_id: str = UNIT.account_id, **overrides: Any) -> Account:
    account = Account(account_id, name="payments-dev", ou_path=("ou-abcd-11111111",))
    return replace(account, **overrides)


def make_stack(name: str = "feat-cart", unit: Unit = UNIT, **overrides: Any) -> Stack:
    stack = Stack(
        stack_id=make_stack_id(name, unit),
        name=name,
        unit=unit,
        status="CREATE_COMPLETE",
        created_at=CREATED,
        tags={"stage": "feature", "owner": "dev@example.com"},
        protection=Protection.OFF,
    )
    return replace(stack, **overrides)


def make_lease(name: str = "feat-cart", unit: Unit = UNIT, **overrides: Any) -> Lease:
    lease = Lease(
        stack_id=make_stack_id(name, unit),
        unit=unit,
        stack_name=name,
        state=LeaseState.ACTIVE,
        reason="active",
        created_at=CREATED,
        registered_at=CREATED,
        deployed_at=CREATED,
        seen_update=CREATED,
        expires_at=CREATED + timedelta(days=14),
        expiry_source="the policy's ttl 14d",
        owners=("dev@example.com",),
        owner_source="tag owner",
    )
    return replace(lease, **overrides)


def make_policy(**overrides: Any) -> Policy:
    """The guide's example policy, in reap mode; an override replaces its whole section."""
    document: dict[str, Any] = {
        "version": 1,
        "mode": "reap",
        "scope": {
            "name_patterns": ["feat-*", "pr-*"],
            "tags": {"stage": ["feature", "ephemeral", "preview"]},
            "regions": ["eu-west-1", "us-east-1"],
            "exclude": {"tags": {"stage": ["prod", "production"]}},
        },
        "lease": {"ttl": "14d", "max_lifetime": "60d"},
        "notices": ["7d", "3d", "1d"],
        "minimum_notice": "24h",
        "windows": {"timezone": "Europe/Berlin", "hours": "09:00-16:00"},
        "owners": {"email_domains": ["example.com"], "fallback": "platform@example.com"},
    }
    return Policy.model_validate(document | overrides)


def make_event(lease: Lease, **overrides: Any) -> AuditEvent:
    event = AuditEvent(
        stack_id=lease.stack_id,
        at=NOW,
        actor="lease_worker",
        what=str(lease.state),
        why="a test wants it so",
        policy=FINGERPRINT,
        version=0,
        evidence={"status": "CREATE_COMPLETE"},
    )
    return replace(event, **overrides)


def make_notice(lease: Lease, stage: timedelta = timedelta(days=7), **overrides: Any) -> Notice:
    return replace(stage_notice(lease, stage, NOW), **overrides)
