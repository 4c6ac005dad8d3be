"""R11: an exception has a reason and an end, is bound to one runtime, and reopens by itself."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.runtimes.exceptions import (
    Excepted,
    GrantedException,
    ScopeKind,
    is_for,
    ruling,
    ruling_for,
    why_not_granted,
)
from steward.domain.runtimes.states import RuntimeState, runtime_state
from tests.unit.domain.runtimes.samples import TODAY, days, make_lifecycle, make_runtime

ARN = "arn:aws:lambda:eu-west-1:222222222222:function:orders-get"
FUNCTION = Excepted(ARN, "orders", "orders@example.com", "222222222222", "python3.9")
BLOCK = TODAY + days(100)
ENDING = make_runtime(
    deprecated=TODAY - days(30), create_block=TODAY + days(70), update_block=BLOCK
)
EXPIRES = TODAY + days(60)


def grant(**facts: Any) -> GrantedException:
    defaults: dict[str, Any] = {
        "kind": ScopeKind.STACK,
        "scope": "orders",
        "runtime": "python3.9",
        "reason": "the vendor ships in January",
        "approver": "ana@example.com",
        "created": TODAY,
        "expires": EXPIRES,
        "granted_in": RuntimeState.DEPRECATED,
    }
    return GrantedException(**{**defaults, **facts})


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        pytest.param({"expires": None}, "expires", id="no expiry"),
        pytest.param({"expires": TODAY}, "write a later day", id="ends as it begins"),
        pytest.param({"expires": TODAY + days(181)}, "write 2027-05-22 or earlier", id="181 days"),
        pytest.param({"reason": " "}, "reason", id="no reason"),
        pytest.param({"approver": ""}, "approver", id="no approver"),
        pytest.param(
            {"second_approver": " Ana@example.com "},
            "name another second_approver",
            id="one person twice",
        ),
        pytest.param({"runtime": ""}, "runtime", id="no runtime"),
        pytest.param({"kind": "team"}, "kind", id="unknown scope"),
        pytest.param({"forever": True}, "forever", id="unknown key"),
    ],
)
def test_r11_a_bad_exception_is_refused(facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        grant(**facts)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        pytest.param({"expires": BLOCK}, "", id="up to the update block"),
        pytest.param(
            {"expires": BLOCK + days(1)},
            "expires 2027-03-04 is past python3.9's update block on 2027-03-03; "
            "write an earlier day, or name a second approver",
            id="a day past the update block",
        ),
        pytest.param(
            {"expires": TODAY + days(180), "second_approver": "ben@example.com"},
            "",
            id="180 days with a second approver",
        ),
        pytest.param(
            {"runtime": "python9.9"},
            "python9.9 is not in the lifecycle table; write the runtime of the function",
            id="unknown runtime",
        ),
    ],
)
def test_r11_nobody_grants_past_the_update_block_alone(facts: dict[str, Any], refusal: str) -> None:
    assert why_not_granted(grant(**facts), make_lifecycle(ENDING)) == refusal


def test_r11_a_runtime_without_an_update_block_has_nothing_to_outlast() -> None:
    table = make_lifecycle(make_runtime(update_block=None))
    assert why_not_granted(grant(expires=TODAY + days(180)), table) == ""


@pytest.mark.parametrize(
    ("kind", "scope", "covered"),
    [
        (ScopeKind.ARN, ARN, True),
        (ScopeKind.ARN, f"{ARN}:3", False),
        (ScopeKind.STACK, "orders", True),
        (ScopeKind.STACK, "order", False),
        (ScopeKind.OWNER, "orders@example.com", True),
        (ScopeKind.OWNER, "orders", False),
        (ScopeKind.ACCOUNT, "222222222222", True),
        (ScopeKind.ACCOUNT, "333333333333", False),
    ],
)
def test_r11_it_is_for_what_it_names(kind: ScopeKind, scope: str, covered: bool) -> None:
    assert is_for(grant(kind=kind, scope=scope), FUNCTION) is covered


def test_r11_it_does_not_cover_another_runtime_of_the_same_function() -> None:
    later = Excepted(ARN, "orders", "orders@example.com", "222222222222", "python3.10")
    assert not is_for(grant(), later)


@pytest.mark.parametrize(
    ("today", "holds", "remind"),
    [
        pytest.param(TODAY - days(1), False, False, id="before it begins"),
        pytest.param(TODAY, True, False, id="the first day"),
        pytest.param(EXPIRES - days(15), True, False, id="15 days before its end"),
        pytest.param(EXPIRES - days(14), True, True, id="14 days before its end"),
        pytest.param(EXPIRES - days(1), True, True, id="the last day"),
        pytest.param(EXPIRES, False, False, id="its end"),
        pytest.param(EXPIRES + days(1), False, False, id="after its end"),
    ],
)
def test_r11_it_holds_for_its_days(today: date, holds: bool, remind: bool) -> None:
    found = ruling(grant(), ENDING, runtime_state(ENDING, TODAY), today)
    assert (found.holds, found.remind) == (holds, remind)
    assert found.reason


def test_r11_the_next_milestone_reopens_it() -> None:
    on_block = TODAY + days(70)
    long = grant(expires=TODAY + days(90))
    assert ruling(long, ENDING, runtime_state(ENDING, on_block - days(1)), on_block).holds
    found = ruling(long, ENDING, runtime_state(ENDING, on_block), on_block)
    assert not found.holds
    assert found.reason.startswith("its exception was granted while it was DEPRECATED")


def test_r11_drawing_near_is_no_milestone() -> None:
    coming = make_runtime()
    state = runtime_state(coming, coming.deprecated or TODAY)
    near = runtime_state(coming, TODAY + days(30))
    assert near.state is RuntimeState.DEPRECATING
    assert ruling(grant(granted_in=RuntimeState.SUPPORTED), coming, near, TODAY).holds
    assert not ruling(grant(granted_in=RuntimeState.SUPPORTED), coming, state, TODAY).holds


def test_r11_an_update_block_moved_before_its_end_reopens_it() -> None:
    sooner = make_runtime(
        deprecated=TODAY - days(30), create_block=None, update_block=EXPIRES - days(1)
    )
    state = runtime_state(sooner, TODAY)
    found = ruling(grant(), sooner, state, TODAY)
    assert not found.holds
    assert "goes past the update block, now on 2027-01-21" in found.reason
    assert ruling(grant(second_approver="ben@example.com"), sooner, state, TODAY).holds


def test_r11_the_exception_that_holds_longest_counts() -> None:
    state = runtime_state(ENDING, TODAY)
    over = grant(created=TODAY - days(9), expires=TODAY, reason="over")
    short, long = grant(expires=TODAY + days(1), reason="short"), grant(reason="long")
    found = ruling_for(FUNCTION, [over, short, long], ENDING, state, TODAY)
    assert found is not None
    assert found.holds
    assert "long" in found.reason
    ended = ruling_for(FUNCTION, [over], ENDING, state, TODAY)
    assert ended is not None
    assert not ended.holds
    assert ruling_for(FUNCTION, [grant(scope="billing")], ENDING, state, TODAY) is None
