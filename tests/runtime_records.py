"""Records of runtimes for tests: sane defaults, and keywords for what a test is about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import (
    Acknowledgement,
    DateOnRecord,
    FindingOnRecord,
    RuntimeNotice,
    RuntimeNoticeKind,
    Snapshot,
)
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import StageKey
from steward.domain.runtimes.states import RuntimeState
from tests.factories import NOW, UNIT

TODAY = NOW.date()
BLOCK = date(2027, 2, 1)
GROUP = "dev@example.com|application|orders"


def make_finding(name: str = "orders-api", **overrides: Any) -> FindingOnRecord:
    finding = FindingOnRecord(
        unit=UNIT,
        name=name,
        version="$LATEST",
        runtime_id="python3.9",
        level=Level.CRITICAL,
        story="affected, python3.9, create block 2027-02-01",
        opened_at=NOW,
        changed_at=NOW,
    )
    return replace(finding, **overrides)


def make_exception(**overrides: Any) -> GrantedException:
    fields: dict[str, Any] = {
        "kind": ScopeKind.STACK,
        "scope": "orders",
        "runtime": "python3.9",
        "reason": "it is switched off in January",
        "approver": "cto@example.com",
        "created": TODAY,
        "expires": TODAY + timedelta(days=60),
        "granted_in": RuntimeState.DEPRECATED,
    }
    return GrantedException(**fields | overrides)


def make_acknowledgement(**overrides: Any) -> Acknowledgement:
    known = Acknowledgement(GROUP, "dev@example.com", NOW, Milestone.CREATE_BLOCK, BLOCK, "soon")
    return replace(known, **overrides)


def make_snapshot(**overrides: Any) -> Snapshot:
    snapshot = Snapshot(
        day=TODAY,
        covered=12,
        total_units=14,
        buckets={"affected": 7, "fine": 90, "not covered": 2},
        states={"DEPRECATED": 7},
        waves={"create block/2027-02-01": 7},
        owners={"dev@example.com": 7},
        organizational_units={"ou-abcd-11111111": 7},
        runtimes={"python3.9": 7},
    )
    return replace(snapshot, **overrides)


def make_date(**overrides: Any) -> DateOnRecord:
    on_record = DateOnRecord(
        "python3.9", Milestone.CREATE_BLOCK, "", BLOCK, "bundled table", TODAY - timedelta(days=30)
    )
    return replace(on_record, **overrides)


def make_runtime_notice(**overrides: Any) -> RuntimeNotice:
    group = overrides.get("group", GROUP)
    notice = RuntimeNotice(
        kind=RuntimeNoticeKind.WORK,
        group=group,
        key="create block/2027-02-01/90",
        owners=("dev@example.com",),
        audience=Audience.OWNER,
        level=Level.CRITICAL,
        headline="python3.9: create block on 2027-02-01, in 70 days",
        place="orders",
        remedy="change python3.9 in the template of stack orders to python3.12",
        count=3,
        units=("222222222222/eu-west-1", "222222222222/us-east-1"),
        runtimes=("python3.9",),
        queued_at=NOW,
        milestone=Milestone.CREATE_BLOCK,
        day=BLOCK,
        settles=(StageKey(group, "python3.9", Milestone.CREATE_BLOCK, BLOCK, 90),),
        functions=("orders-api", "orders-worker", "orders-worker:7"),
        details=(
            "from 2027-03-03 nothing goes back to python3.9: publish a version and move an alias",
        ),
        breakers=("Python 3.12 has no imp and no distutils",),
    )
    return replace(notice, **overrides)
