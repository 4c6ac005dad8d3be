"""Digests with notices of runtimes as they are in an ordinary week: always the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.domain.runtimes.severity import Level
from steward.notify.digest import Digest, digest_for
from steward.notify.render import Mail, render_digest
from steward.notify.runtimes.rows import RuntimeRow
from tests.factories import NOW
from tests.runtime_records import TODAY, make_runtime_notice
from tests.unit.notify.examples import ACCOUNTS, LINKS, example_digest
from tests.unit.notify.rows import OWNER, open_policy

UPDATE_BLOCK = date(2027, 3, 3)
BOUNCED = "bob@example.com: not mailed before 2026-12-01T09:00:00Z: bounced (user unknown)"


def runtime_row(note: str = "", today: date = TODAY, **overrides: Any) -> RuntimeRow:
    return RuntimeRow(make_runtime_notice(**overrides), today, note)


def every_kind() -> list[RuntimeRow]:
    return [
        runtime_row(),
        runtime_row(
            group="dev@example.com|application|222222222222/legacy",
            place="222222222222/legacy",
            level=Level.BREACH,
            milestone=None,
            day=None,
            headline="python2.7: update block since 2022-05-30",
            remedy="change python2.7 in the functions of 222222222222/legacy to python3.12",
            runtimes=("python2.7",),
            count=23,
            functions=tuple(f"legacy-{index:02d}" for index in range(12)),
        ),
        runtime_row(BOUNCED, **_silent()),
        runtime_row(**_reminder()),
        runtime_row(**_unknown()),
        runtime_row(**_moved()),
    ]


def _silent() -> dict[str, Any]:
    return {
        "kind": RuntimeNoticeKind.ESCALATED,
        "group": "bob@example.com|application|search",
        "place": "search",
        "audience": Audience.PLATFORM,
        "headline": "search of bob@example.com: CRITICAL: no answer for 6 days",
        "milestone": Milestone.UPDATE_BLOCK,
        "day": UPDATE_BLOCK,
        "remedy": "change nodejs18.x in the template of stack search to nodejs22.x",
        "runtimes": ("nodejs18.x",),
    }


def _reminder() -> dict[str, Any]:
    return {
        "kind": RuntimeNoticeKind.REMINDER,
        "group": "exception|stack|carts|python3.9",
        "key": "reminder|2026-12-04",
        "place": "stack carts",
        "headline": "the exception for python3.9 ends on 2026-12-04, in 11 days",
        "remedy": "change python3.9, or ask cto@example.com for another exception",
        "level": Level.MEDIUM,
        "milestone": None,
        "day": date(2026, 12, 4),
        "settles": (),
        "count": 1,
        "functions": ("carts-api",),
        "units": (),
        "breakers": (),
        "details": ("switched off in January",),
    }


def _unknown() -> dict[str, Any]:
    return {
        "kind": RuntimeNoticeKind.UNKNOWN,
        "group": "unknown runtimes",
        "key": "unknown|python4.0",
        "place": "runtime table",
        "audience": Audience.PLATFORM,
        "level": Level.NONE,
        "headline": "python4.0 is not in the lifecycle table of 2026-11-01; update the table",
        "remedy": "upgrade Steward, or write its dates into the policy's runtimes.dates",
        "units": (),
        "settles": (),
        "count": 1,
        "functions": ("try-it",),
        "runtimes": ("python4.0",),
        "milestone": None,
        "day": None,
        "breakers": (),
        "details": (),
    }


def _moved() -> dict[str, Any]:
    return _unknown() | {
        "kind": RuntimeNoticeKind.DATES,
        "group": "dates",
        "key": "python3.9/create block",
        "headline": "python3.9: create block moved from 2027-01-11 to 2027-02-01, 21 days later, "
        "says the version catalog",
        "count": 0,
        "functions": (),
        "remedy": "nothing is to be done; notices follow the new date from here on",
        "runtimes": ("python3.9",),
    }


def regression_row() -> RuntimeRow:
    """In no ordinary week."""
    return runtime_row(
        kind=RuntimeNoticeKind.REGRESSION,
        key="regression|2026-11-23",
        headline="new on python3.9 since the last report",
        count=1,
        functions=("orders-put (python3.9, 222222222222/eu-west-1)",),
        units=("222222222222/eu-west-1",),
        settles=(),
    )


def many(size: int) -> Iterator[RuntimeRow]:
    for index in range(size):
        group = f"dev@example.com|application|stack-{index:03d}"
        day = TODAY + timedelta(days=index)
        yield RuntimeRow(
            make_runtime_notice(group=group, place=f"stack-{index:03d}", day=day), TODAY
        )


def example_runtimes(stacks: int, rows: list[RuntimeRow]) -> Digest:
    return replace(digest_for(OWNER, [], rows), rows=example_digest(stacks, open_policy()).rows)


def runtime_mail(stacks: int, rows: list[RuntimeRow]) -> Mail:
    return render_digest(example_runtimes(stacks, rows), open_policy(), NOW, LINKS, ACCOUNTS)
