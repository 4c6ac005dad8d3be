"""Whom a report tells: once a stage, in groups, up the ladder when nobody answers, else nobody."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from functions.runtime_report import app
from steward.domain.outbox import NoticeState
from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.records import Acknowledgement, RuntimeNoticeKind
from steward.domain.runtimes.reporting.overview import WorkItem
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState
from tests.factories import UNIT, make_policy
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    DAY,
    FALLBACK,
    OTHER,
    OWNER,
    SCANNED_AT,
    TODAY,
    ReportHub,
    open_report_hub,
    row,
    scan_at,
)

KINDS = RuntimeNoticeKind
STATES = NoticeState
CREATE_BLOCK = date(2027, 2, 1)
CONTACT = "workloads@example.com"
WORK_ITEM = f"{OWNER}|application|orders|create block"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    return open_report_hub(hub, app)


def at(days_before: int) -> datetime:
    """Five in the morning, this many days before the create block."""
    day = CREATE_BLOCK - timedelta(days=days_before)
    return datetime.combine(day, SCANNED_AT.time(), SCANNED_AT.tzinfo)


def excepted(**changes: Any) -> GrantedException:
    facts: dict[str, Any] = {
        "kind": ScopeKind.STACK,
        "scope": "orders",
        "runtime": "python3.9",
        "reason": "the vendor is late",
        "approver": "cto@example.com",
        "created": TODAY,
        "expires": TODAY + 60 * DAY,
        "granted_in": RuntimeState.DEPRECATED,
    }
    return GrantedException(**facts | changes)


def test_r7_a_first_report_tells_the_present_stage_alone(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    (notice,) = reports.notices()
    assert (notice.owners, notice.level, notice.audience) == ((OWNER,), Level.CRITICAL, "owner")
    assert notice.headline == "python3.9: create block on 2027-02-01, in 70 days"
    assert notice.key == "work|python3.9|create block|2027-02-01|90"
    # All that there is to say today, in one: what has come and what is to come.
    assert {(key.milestone, key.stage) for key in notice.settles} == {
        (Milestone.DEPRECATED, 0),
        (Milestone.CREATE_BLOCK, 90),
        (Milestone.UPDATE_BLOCK, 180),
    }
    assert (notice.count, notice.place, notice.units) == (1, "orders", (str(UNIT),))
    assert notice.remedy.startswith("change python3.9 in the template of stack orders to python3")


def test_r7_each_stage_is_told_once(reports: ReportHub) -> None:
    told = []
    for left in (70, 61, 60, 31, 30, 15, 14, 8, 7, 6, 2, 1, 0, -1):
        now = at(left)
        rows = [row(today=now.date())]
        before = len(reports.notices(state=STATES.SENT))
        reports.scanned(now, {UNIT: rows})
        reports.mail_all(now)
        sent = reports.notices(state=STATES.SENT)
        told += [(left, *_stages(notice)) for notice in sent[before:]]
    create = [left for left, milestones in _flat(told) if milestones is Milestone.CREATE_BLOCK]
    assert create == [70, 60, 30, 14, 7, 1, 0]


def _stages(notice: Any) -> tuple[Milestone, ...]:
    return tuple({key.milestone for key in notice.settles})


def _flat(told: list[Any]) -> list[tuple[int, Milestone]]:
    return [(left, each) for left, *milestones in told for each in milestones]


def test_r7_one_that_waits_is_overtaken_by_a_nearer_stage(reports: ReportHub) -> None:
    reports.scanned(at(70), {UNIT: [row(today=at(70).date())]})
    reports.scanned(at(60), {UNIT: [row(today=at(60).date())]})
    first, second = reports.notices()
    assert (first.state, second.state) == (STATES.CANCELLED, STATES.PENDING)
    assert second.key == "work|python3.9|create block|2027-02-01|60"
    # What the first one would have told of beside its headline is in the second one.
    assert {key.milestone for key in second.settles} == {key.milestone for key in first.settles}


def test_r7_what_was_fixed_before_it_was_told_is_not_told(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    reports.scanned(SCANNED_AT + DAY, {UNIT: [row(runtime_id="python3.14")]})
    (notice,) = reports.notices()
    assert notice.state is STATES.CANCELLED
    reports.scanned(SCANNED_AT + 2 * DAY, {UNIT: [row()]})
    (notice,) = reports.notices()
    assert notice.state is STATES.PENDING


def test_r7_what_could_not_be_looked_at_is_not_taken_for_fixed(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    later = scan_at(SCANNED_AT + DAY)
    reports.hub.clock = later.scanned_at + MINUTE
    reports.plan(later, UNIT)
    reports.leave(later, UNIT, covered=False, reason="denied")
    assert reports.report(later) == []
    assert [each.state for each in reports.notices()] == [STATES.PENDING]


def test_r2_a_moved_date_tells_no_stage_again_that_lies_behind(reports: ReportHub) -> None:
    reports.scanned(at(60), {UNIT: [row(today=at(60).date())]})
    reports.mail_all(at(60))
    moved_to = CREATE_BLOCK + timedelta(days=20)
    claim = Claim(Speaker.CATALOG, "python3.9", Milestone.CREATE_BLOCK, moved_to, at(59).date())
    move = DateMoved("python3.9", Milestone.CREATE_BLOCK, CREATE_BLOCK, moved_to, Speaker.CATALOG)
    known = {"python3.9": {"create block": at(59).date()}}
    reports.scanned(
        at(59),
        {UNIT: [row(today=at(59).date())]},
        claims=(claim,),
        moved=(move,),
        known_since=known,
    )
    assert [each.state for each in reports.notices()] == [STATES.SENT]
    (told,) = reports.notices(KINDS.DATES)
    assert (told.owners, told.audience) == ((FALLBACK,), Audience.PLATFORM)
    assert "moved from 2027-02-01 to 2027-02-21" in told.headline
    # 79 days were left to the new date; its 60th is told when it comes.
    reports.mail_all(at(59))
    reports.scanned(at(41), {UNIT: [row(today=at(41).date())]}, claims=(claim,), known_since=known)
    reports.scanned(at(40), {UNIT: [row(today=at(40).date())]}, claims=(claim,), known_since=known)
    keys = [each.key for each in reports.notices(state=STATES.PENDING)]
    assert "work|python3.9|create block|2027-02-21|60" in keys
    assert len(reports.notices(KINDS.DATES)) == 1


def test_r2_one_that_waits_under_a_date_that_moved_is_told_anew(reports: ReportHub) -> None:
    only_create = [
        Claim(Speaker.OVERRIDE, "python3.9", Milestone.UPDATE_BLOCK, None, TODAY),
        Claim(Speaker.OVERRIDE, "python3.9", Milestone.CREATE_BLOCK, CREATE_BLOCK, TODAY),
    ]
    reports.scanned(SCANNED_AT, {UNIT: [row()]}, claims=tuple(only_create))
    later = replace(only_create[1], day=CREATE_BLOCK + 10 * DAY)
    known = {"python3.9": {"create block": TODAY + DAY}}
    claims = (only_create[0], later)
    reports.scanned(SCANNED_AT + DAY, {UNIT: [row()]}, claims=claims, known_since=known)
    states = {each.key.split("|")[3]: each.state for each in reports.notices()}
    assert states == {"2027-02-01": STATES.CANCELLED, "2027-02-11": STATES.PENDING}


def test_r7_what_is_blocked_is_told_once(reports: ReportHub) -> None:
    items: tuple[WorkItem, ...] = ()
    for day in range(3):
        now = SCANNED_AT + day * DAY
        rows = [row(runtime_id="python3.6", today=now.date())]
        items = reports.scanned(now, {UNIT: rows}).work
        reports.mail_all(now)
    (notice,) = reports.notices()
    assert (notice.level, notice.milestone) == (Level.BREACH, Milestone.UPDATE_BLOCK)
    (item,) = items
    assert (item.milestone, item.day, item.group) == (None, None, f"{OWNER}|application|orders|-")


def test_r7_nobody_answers_and_it_goes_up_the_ladder_once_a_rung(reports: ReportHub) -> None:
    owners = {
        "email_domains": ["example.com"],
        "fallback": FALLBACK,
        "organizational_units": {"ou-ab12-11111111": CONTACT},
    }
    policy = reports.put_in_force(make_policy(owners=owners))
    told = []
    for day in (0, 2, 3, 5, 6, 8):
        now = SCANNED_AT + day * DAY
        overview = reports.scanned(now, {UNIT: [row(today=now.date())]}, policy=policy)
        reports.mail_all(now)
        told.append(overview.work[0].told)
    escalated = reports.notices(KINDS.ESCALATED)
    assert [(each.audience, each.owners) for each in escalated] == [
        (Audience.UNIT_OWNER, (CONTACT,)),
        (Audience.PLATFORM, (FALLBACK,)),
    ]
    days = [each.queued_at.date() for each in escalated]
    assert days == [TODAY + 3 * DAY, TODAY + 6 * DAY]
    assert "nobody was told of it yet" in told[0]
    assert told[2] == "owner of the organizational unit: CRITICAL: no answer for 3 days"


def test_r7_whoever_says_that_they_know_is_not_escalated(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    reports.mail_all(SCANNED_AT)
    given = Acknowledgement(WORK_ITEM, OWNER, SCANNED_AT, Milestone.CREATE_BLOCK, CREATE_BLOCK)
    reports.hub.ledger.save_acknowledgement(given)
    overview = reports.scanned(SCANNED_AT + 30 * DAY, {UNIT: [row(today=TODAY + 30 * DAY)]})
    assert reports.notices(KINDS.ESCALATED) == []
    assert overview.work[0].acknowledged == f"{OWNER} on 2026-11-23"
    (line,) = reports.table(scan_at(SCANNED_AT + 30 * DAY))
    assert line["acknowledged"] == "yes"


def test_an_answer_takes_back_an_escalation_that_still_waits(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    reports.mail_all(SCANNED_AT)
    reports.scanned(SCANNED_AT + 3 * DAY, {UNIT: [row(today=TODAY + 3 * DAY)]})
    assert [each.state for each in reports.notices(KINDS.ESCALATED)] == [STATES.PENDING]
    given = Acknowledgement(WORK_ITEM, OWNER, SCANNED_AT, Milestone.CREATE_BLOCK, CREATE_BLOCK)
    reports.hub.ledger.save_acknowledgement(given)
    reports.scanned(SCANNED_AT + 4 * DAY, {UNIT: [row(today=TODAY + 4 * DAY)]})
    assert [each.state for each in reports.notices(KINDS.ESCALATED)] == [STATES.CANCELLED]


def test_r10_one_stack_in_two_accounts_is_one_notice(reports: ReportHub) -> None:
    overview = reports.scanned(
        SCANNED_AT, {UNIT: [row("get"), row("put")], OTHER: [row("get", unit=OTHER)]}
    )
    (notice,) = reports.notices()
    assert (notice.count, notice.units) == (3, (str(UNIT), str(OTHER)))
    (item,) = overview.work
    assert (item.functions, item.units, item.group) == (3, notice.units, WORK_ITEM)


def test_r10_owners_stacks_and_frameworks_are_told_apart(reports: ReportHub) -> None:
    rows = [
        row("a"),
        row("b", owner="x@example.com"),
        row("c", stack="billing"),
        row("d", origin="framework"),
        row("e", stack=""),
    ]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows})
    assert len({each.group for each in overview.work}) == 5
    assert len(reports.notices()) == 5
    assert sum(each.functions for each in overview.work) == overview.buckets["affected"]


def test_a_version_that_nothing_uses_is_listed_and_nobody_is_written_to(
    reports: ReportHub,
) -> None:
    rows = [row(runtime_id="python3.14"), row(version="3", in_use=False)]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows})
    assert [(each.functions, each.versions) for each in overview.work] == [(0, 1)]
    assert reports.notices() == []


def test_r11_excepted_functions_are_counted_and_not_nagged(reports: ReportHub) -> None:
    exception = excepted()
    reports.hub.ledger.save_exception(exception, "ops@example.com", SCANNED_AT)
    overview = reports.scanned(SCANNED_AT, {UNIT: [row(exceptions=[exception])]})
    assert reports.hub.ledger.runtime_notices() == []
    (wave,) = [each for each in overview.waves if each.day == CREATE_BLOCK]
    assert (wave.functions, wave.excepted) == (1, 1)
    assert overview.exceptions[0].functions == 1


@pytest.mark.parametrize(
    ("left", "notices"), [pytest.param(15, 0, id="15-days"), pytest.param(14, 1, id="14-days")]
)
def test_r11_one_reminder_two_weeks_before_an_exception_ends(
    reports: ReportHub, left: int, notices: int
) -> None:
    exception = excepted(expires=TODAY + left * DAY)
    reports.hub.ledger.save_exception(exception, "ops@example.com", SCANNED_AT)
    for hours in range(2):
        now = SCANNED_AT + timedelta(hours=hours)
        reports.scanned(now, {UNIT: [row(exceptions=[exception])]})
        reports.mail_all(now)
    found = reports.notices(KINDS.REMINDER)
    assert len(found) == notices
    if found:
        assert found[0].owners == (OWNER,)
        assert f"ends on {exception.expires}, in 14 days" in found[0].headline


def test_r11_a_reminder_of_an_exception_that_is_gone_is_not_sent(reports: ReportHub) -> None:
    exception = excepted(expires=TODAY + 10 * DAY)
    ledger = reports.hub.ledger
    ledger.save_exception(exception, "ops@example.com", SCANNED_AT)
    reports.scanned(SCANNED_AT, {UNIT: [row(exceptions=[exception])]})
    ledger.end_exception(exception.kind, exception.scope, exception.runtime, "ops", SCANNED_AT)
    overview = reports.scanned(SCANNED_AT + MINUTE, {UNIT: [row()]})
    assert [each.state for each in reports.notices(KINDS.REMINDER)] == [STATES.CANCELLED]
    assert [each.state for each in reports.notices()] == [STATES.PENDING]
    assert overview.exceptions == ()


def test_r13_unknown_runtimes_go_to_the_platform_team_once(reports: ReportHub) -> None:
    rows = [row("a", "python9.9"), row("b", "python9.9"), row("c", None)]
    reports.scanned(SCANNED_AT, {UNIT: rows})
    overview = reports.scanned(SCANNED_AT + timedelta(hours=1), {UNIT: rows})
    found = {each.headline: each for each in reports.notices(KINDS.UNKNOWN)}
    assert set(found) == {
        "python9.9: nobody knows when it ends",
        "no runtime: nobody knows when it ends",
    }
    assert {each.owners for each in found.values()} == {(FALLBACK,)}
    assert found["python9.9: nobody knows when it ends"].count == 2
    assert reports.notices() == []
    assert (overview.buckets["unknown"], overview.buckets["affected"]) == (3, 0)


def test_r13_a_runtime_that_is_known_meanwhile_is_not_told(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row("a", "python9.9")]})
    reports.scanned(SCANNED_AT + DAY, {UNIT: [row("a", "python3.14")]})
    assert [each.state for each in reports.notices(KINDS.UNKNOWN)] == [STATES.CANCELLED]


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        pytest.param("", "there is no policy", id="no policy"),
        pytest.param("ffffffffffff", "is not in the ledger", id="policy that is not known"),
    ],
)
def test_without_a_policy_nobody_is_told_and_the_report_says_so(
    reports: ReportHub, policy: str, says: str
) -> None:
    overview = reports.scanned(SCANNED_AT, {UNIT: [row(owner="")]}, policy=policy)
    assert reports.hub.ledger.runtime_notices() == []
    assert says in overview.work[0].told
    assert overview.buckets["affected"] == 1


def test_in_mode_observe_nobody_is_told(reports: ReportHub) -> None:
    policy = reports.put_in_force(make_policy(mode="observe"))
    overview = reports.scanned(SCANNED_AT, {UNIT: [row()]}, policy=policy)
    assert reports.hub.ledger.runtime_notices() == []
    assert overview.work[0].told == "nobody is told in mode observe"


def test_what_nobody_owns_goes_to_the_fallback_and_is_counted(reports: ReportHub) -> None:
    overview = reports.scanned(SCANNED_AT, {UNIT: [row(owner=FALLBACK, owned=False)]})
    assert overview.unowned == 1
    assert [each.owner for each in overview.owners] == [""]
    assert [each.owners for each in reports.notices()] == [(FALLBACK,)]


def test_a_customer_managed_runtime_is_told_of_by_its_publishers_dates(
    reports: ReportHub,
) -> None:
    own = row().model_copy(update={"runtime_id": "custom-acme-python"})
    overview = reports.scanned(SCANNED_AT, {UNIT: [own]})
    (notice,) = reports.notices()
    assert notice.headline == "custom-acme-python: create block on 2027-02-01, in 70 days"
    (line,) = [each for each in overview.runtimes if each.id == "custom-acme-python"]
    assert line.create_block == CREATE_BLOCK
    (wave,) = [each for each in overview.waves if "custom-acme-python" in each.runtimes]
    assert wave.functions == 1


def test_r6_a_work_item_is_as_grave_as_the_gravest_of_its_functions(reports: ReportHub) -> None:
    rows = [row("a"), row("b", version="2", in_use=False), row("c", "python3.11")]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows})
    assert {each.milestone: each.level for each in overview.work} == {
        Milestone.CREATE_BLOCK: Level.CRITICAL,
        Milestone.DEPRECATED: Level(rows[2].level),
    }
    assert rows[1].level is Level.LOW
    assert overview.levels == {"CRITICAL": 1, rows[2].level: 1}
    assert overview.owners[0].worst is Level.CRITICAL
    (notice,) = reports.notices()
    assert (notice.level, notice.count) == (Level.CRITICAL, 2)
