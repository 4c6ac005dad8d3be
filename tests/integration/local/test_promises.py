"""The demo's last look notices every promise about telling owners that is broken."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from local.hub import Hub
from local.inbox import Mail
from local.promises import Run, broken_promises
from local.scenario_accounts import LEFT
from local.scenario_model import ActionKind, Expectation, OwnerAction, SeededStack
from steward.domain.audit import AuditEvent
from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Lease
from steward.domain.outbox import Notice, NoticeState
from steward.domain.stacks import Unit
from tests.factories import NOW, make_event, make_lease, make_notice

DAY = timedelta(days=1)
ALICE, BOB = "alice@example.com", "bob@example.com"


@dataclass
class Told:
    """What a ledger would say of one stack, and the mails that went out for it."""

    lease: Lease = field(default_factory=make_lease)
    notices: list[Notice] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def tell(self, address: str, day: int, *, bounces: bool = False, generation: int = 1) -> None:
        at = NOW + day * DAY
        status = DeliveryStatus.BOUNCED if bounces else DeliveryStatus.DELIVERED
        number = f"mail-{len(self.runs)}"
        notice = make_notice(
            replace(self.lease, generation=generation),
            delete_after=at + 7 * DAY,
            state=NoticeState.SENT,
            deliveries=(Delivery(address, number, status, at),),
        )
        self.notices.append(notice)
        self.happen("delivered", day, {"kind": "stage", "stage": "7d"})
        html = f"<p>{self.lease.stack_id}</p>"
        mail = Mail("1", "steward@example.com", (address,), "s", "t", html, at, number)
        self.runs.append(Run(day, (mail,)))

    def happen(self, what: str, day: int, evidence: dict[str, str] | None = None) -> None:
        version = len(self.events) + 1
        at = NOW + day * DAY
        event = make_event(self.lease, what=what, at=at, version=version, evidence=evidence or {})
        self.events.append(event)


class Ledger:
    def __init__(self, told: Told) -> None:
        self.told = told

    def lease(self, _unit: Unit, _stack_id: str) -> Lease:
        return self.told.lease

    def notices_of(self, _stack_id: str) -> list[Notice]:
        return self.told.notices

    def audit_trail(self, _stack_id: str) -> list[AuditEvent]:
        return self.told.events


def broken(told: Told, *actions: ActionKind, owner: str = ALICE, expects: str = "") -> list[str]:
    stack = SeededStack(
        key="cart",
        account="web-dev",
        name="feat-cart",
        age=DAY,
        expectation=Expectation.REAPED,
        why="a test",
        tags={"owner": owner},
        told=expects,
        actions=tuple(OwnerAction(1, kind) for kind in actions),
    )
    fake: Any = type("FakeHub", (), {"ledger": Ledger(told)})()
    return broken_promises(cast(Hub, fake), told.runs, [stack], {"cart": told.lease.stack_id})


@pytest.fixture
def told() -> Told:
    """One owner, told on day 0, whose stack was reaped on day 8."""
    told = Told()
    told.tell(ALICE, 0)
    told.happen("reaped", 8)
    return told


def test_an_ordinary_life_breaks_no_promise(told: Told) -> None:
    assert broken(told, expects=ALICE) == []


def test_a_second_digest_in_one_run_is_noticed(told: Told) -> None:
    told.runs[0] = Run(0, told.runs[0].mails * 2)
    assert broken(told) == [f"day 0: {ALICE} got 2 digests instead of one"]


def test_a_notice_that_still_waits_is_noticed(told: Told) -> None:
    told.notices.append(make_notice(told.lease, 3 * DAY, error="throttled"))
    (said,) = broken(told)
    assert "the 3d notice of generation 1 is still pending: throttled" in said


def test_a_delivery_without_its_mail_is_noticed(told: Told) -> None:
    told.runs.clear()
    (said,) = broken(told)
    assert f"counts as sent to {ALICE}, who has no such mail" in said


def test_a_mail_that_leaves_the_stack_out_is_noticed(told: Told) -> None:
    (mail,) = told.runs[0].mails
    told.runs[0] = Run(0, (replace(mail, html="<p>another</p>"),))
    (said,) = broken(told)
    assert f"is not in the mail to {ALICE}" in said


def test_a_delivery_that_was_recorded_twice_is_noticed(told: Told) -> None:
    told.events.append(told.events[0])
    (said,) = broken(told)
    assert "told twice" in said


def test_telling_somebody_else_is_noticed(told: Told) -> None:
    (said,) = broken(told, expects=BOB)
    assert f"{BOB} was never told" in said


def bounced(deleted_on: int) -> Told:
    told = Told()
    told.tell(LEFT, 0, bounces=True)
    told.happen("bounced", 0)
    told.tell(BOB, 1, generation=2)
    told.happen("reaped", deleted_on)
    return told


def test_a_bounce_that_moved_the_date_is_well() -> None:
    assert broken(bounced(8), owner=LEFT, expects=BOB) == []


def test_a_bounce_that_did_not_move_the_date_is_noticed() -> None:
    (said,) = broken(bounced(7), owner=LEFT, expects=BOB)
    assert "the date did not move" in said


def test_a_bounce_that_nobody_was_told_of_instead_is_noticed() -> None:
    told = Told()
    told.tell(LEFT, 0, bounces=True)
    told.happen("bounced", 0)
    (said,) = [each for each in broken(told, owner=LEFT) if "nobody" in each]
    assert "nobody was told instead" in said


def test_a_mail_that_should_have_bounced_is_noticed(told: Told) -> None:
    assert broken(told, owner=LEFT) == ["feat-cart: the mail to its owner did not bounce"]


@pytest.mark.parametrize(
    ("told_on", "deleted_on", "well"),
    [
        pytest.param(9, 16, True, id="told in full"),
        pytest.param(10, 16, False, id="told too late"),
        pytest.param(None, 16, False, id="not told"),
    ],
)
def test_an_extended_stack_is_told_again_in_full(
    told_on: int | None, deleted_on: int, well: bool
) -> None:
    told = Told()
    told.tell(ALICE, 0)
    told.happen("extended", 4)
    if told_on is not None:
        told.tell(ALICE, told_on, generation=2)
    told.happen("reaped", deleted_on)
    assert (broken(told, ActionKind.EXTEND) == []) is well


def test_an_extension_that_was_not_granted_is_noticed(told: Told) -> None:
    (said,) = broken(told, ActionKind.KEEP)
    assert "asked for more time at the page and did not get it" in said
