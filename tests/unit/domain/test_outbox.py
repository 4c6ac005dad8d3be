"""Notices on their way: they carry what the owner needs, as it was when they were queued."""

from datetime import timedelta

import pytest

from steward.domain.audit import AuditEvent
from steward.domain.leases import LeaseState
from steward.domain.outbox import NoticeKind, NoticeState, event_notice, stage_notice
from tests.factories import NOW, make_event, make_lease

LEASE = make_lease(
    state=LeaseState.MARKED,
    reason="expires soon",
    generation=3,
    version=8,
    delete_after=NOW + timedelta(days=7),
    warning="tag ttl: 'soon' is not a duration",
)


def test_a_stage_notice_carries_the_lease() -> None:
    notice = stage_notice(LEASE, timedelta(days=1, hours=12), NOW)
    assert notice.kind is NoticeKind.STAGE
    assert notice.stage == "1d12h"
    assert notice.stage_before_deletion == timedelta(days=1, hours=12)
    assert notice.detail == "expires soon"
    assert notice.queued_at == NOW
    assert notice.left_behind == ()
    for field in (
        "stack_id",
        "stack_name",
        "unit",
        "generation",
        "owners",
        "owner_source",
        "created_at",
        "deployed_at",
        "expires_at",
        "delete_after",
        "warning",
    ):
        assert getattr(notice, field) == getattr(LEASE, field), field


def test_a_notice_starts_pending_and_untried() -> None:
    notice = stage_notice(LEASE, timedelta(days=7), NOW)
    assert (notice.state, notice.tries, notice.error) == (NoticeState.PENDING, 0, "")


@pytest.mark.parametrize("kind", [NoticeKind.BLOCKED, NoticeKind.DELETED])
def test_an_event_notice_is_one_for_each_version(kind: NoticeKind) -> None:
    notice = event_notice(LEASE, kind, "what happened", NOW, ("Bucket (AWS::S3::Bucket) b",))
    assert notice.kind is kind
    assert notice.stage == f"{kind}-8"
    assert notice.stage_before_deletion is None
    assert notice.queued_at == NOW
    assert notice.detail == "what happened"
    assert notice.left_behind == ("Bucket (AWS::S3::Bucket) b",)
    assert event_notice(LEASE, kind, "what happened", NOW).left_behind == ()


def test_an_audit_event_without_evidence_has_none() -> None:
    event = make_event(LEASE)
    bare = AuditEvent(event.stack_id, NOW, "me", "mark", "why", event.policy, 1)
    assert bare.evidence == {}
