"""How a plan looks: every width shows everything, and what others wrote does no harm."""

from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from steward.domain.stacks import Unit
from steward_cli.ages import short_age
from steward_cli.gaps import gap_lines
from steward_cli.plan_report import PlannedStack
from steward_cli.plan_table import print_stacks
from tests.factories import CREATED, NOW

REASON = "expired, told and due: expires Tue 2026-12-01 09:52 CET by the policy's ttl 14d"


def planned(**overrides: object) -> PlannedStack:
    row: dict[str, object] = {
        "account_id": "222222222222",
        "account_name": "payments-dev",
        "region": "eu-west-1",
        "stack_name": "feat-cart",
        "stack_id": "arn:stack",
        "status": "CREATE_COMPLETE",
        "created_at": CREATED,
        "expires_at": NOW,
        "action": "reap",
        "reason": REASON,
        "until": None,
        "notice": "",
        "lease_state": "marked",
        "owners": (),
        "owner_source": "",
        "warning": "",
        "outside": "",
    }
    return PlannedStack.model_validate(row | overrides)


def shown(*stacks: PlannedStack, width: int = 120, terminal: bool = True) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system=None)
    print_stacks(stacks, NOW, ZoneInfo("Europe/Berlin"), console)
    return out.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [40, 80, 110, 160])
def test_a_terminal_of_any_width_shows_every_word(width: int) -> None:
    text = words(shown(planned(), width=width))
    for part in ("payments-dev", "eu-west-1", "feat-cart", "10d", "2026-11-23", "reap"):
        assert part in text
    assert sorted(REASON.split()) == sorted(word for word in text.split() if word in REASON.split())


def test_a_narrow_terminal_has_the_reason_on_lines_of_its_own() -> None:
    first, *rest = shown(planned(), width=80).splitlines()
    assert words(first) == "payments-dev eu-west-1 feat-cart 10d 2026-11-23 reap"
    assert words(" ".join(rest)) == REASON


def test_a_pipe_gets_one_line_however_long() -> None:
    long = planned(reason=REASON * 9)
    heading, row = shown(long, width=80, terminal=False).splitlines()
    assert words(heading) == "ACCOUNT REGION STACK AGE EXPIRES ACTION REASON"
    assert row.endswith(REASON * 9)


def test_columns_line_up() -> None:
    heading, first, second = shown(
        planned(stack_name="a"), planned(stack_name="b" * 40), terminal=False
    ).splitlines()
    column = heading.index("EXPIRES")
    assert first[column:].startswith("2026-11-23")
    assert second[column:].startswith("2026-11-23")


def test_a_stack_out_of_scope_has_neither_date_nor_action() -> None:
    row = planned(outside="out of scope: no", expires_at=None, action="keep", reason="no")
    assert words(shown(row, terminal=False)).endswith("10d - - no")


def test_markup_and_escapes_in_names_stay_text() -> None:
    row = planned(
        account_name="[red]prod[/red]",
        stack_name="feat-\x1b]0;title\x07",
        reason="tag \x1b[31mx\x1b[0m\u202e\nreap",
    )
    text = shown(row, terminal=False)
    assert "[red]prod[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    ("age", "written"),
    [
        pytest.param(timedelta(0), "0h", id="just-born"),
        pytest.param(timedelta(hours=47, minutes=59), "47h", id="hours-within-two-days"),
        pytest.param(timedelta(hours=48), "2d", id="days-from-the-second"),
        pytest.param(-timedelta(hours=5), "0h", id="from-the-future"),
    ],
)
def test_an_age_is_short(age: timedelta, written: str) -> None:
    assert short_age(NOW - age, NOW) == written


def test_a_gap_of_several_regions_is_told_once() -> None:
    units = [Unit("222222222222", region) for region in ("us-east-1", "eu-west-1")]
    other = Unit("111111111111", "eu-west-1")
    gaps = {unit: f"unit {unit}: denied" for unit in units} | {other: "throttled"}
    assert list(gap_lines(gaps)) == [
        "111111111111 (eu-west-1): throttled",
        "222222222222 (eu-west-1, us-east-1): unit 222222222222: denied",
    ]
