"""The outbox of runtimes on moto: what is one notice, and in which order all are read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.wire import Wire
from tests.runtime_records import make_runtime_notice

CLAIM = timedelta(minutes=15)
SENT_AT = NOW + timedelta(hours=1)
TO_DEV = {"dev@example.com": "m-1"}


@pytest.fixture
def notice(ledger: Ledger) -> RuntimeNotice:
    notice = make_runtime_notice()
    assert ledger.queue_news(notice)
    return notice


def stored(ledger: Ledger) -> RuntimeNotice:
    (found,) = ledger.runtime_notices()
    return found


def test_the_same_group_and_key_again_is_the_same_notice(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    assert not ledger.queue_news(replace(notice, headline="another word"))
    assert stored(ledger) == notice
    assert ledger.queue_news(replace(notice, key="create block/2027-02-01/60"))
    assert ledger.queue_news(replace(notice, group="|application|carts"))


@pytest.mark.parametrize(("group", "key"), [("a|b", "c"), ("a", "b|c"), ("a|b|c", "")])
def test_a_group_and_a_key_never_run_together(ledger: Ledger, group: str, key: str) -> None:
    for others in (("a|b", "c"), ("a", "b|c"), ("a|b|c", "")):
        if others != (group, key):
            ledger.queue_news(make_runtime_notice(group=others[0], key=others[1]))
    assert ledger.queue_news(make_runtime_notice(group=group, key=key))


def test_who_waits_longest_comes_first(ledger: Ledger) -> None:
    for hours, place in ((2, "b"), (1, "a"), (3, "c")):
        queued_at = NOW - timedelta(hours=hours)
        ledger.queue_news(make_runtime_notice(group=place, queued_at=queued_at))
    assert [each.group for each in ledger.runtime_notices()] == ["c", "b", "a"]
    opened = [each for each in ledger.open_runtime_notices() if isinstance(each, RuntimeNotice)]
    assert [each.group for each in opened] == ["c", "b", "a"]


def test_all_notices_are_read_page_by_page(ledger: Ledger, wire: Wire) -> None:
    functions = tuple(f"{index:04d}-{'x' * 100}" for index in range(200))
    for index in range(60):
        ledger.queue_news(make_runtime_notice(group=f"{index}", functions=functions))
    wire.clear()
    assert len(ledger.runtime_notices()) == 60
    assert wire.sent["Query"] > 1
    assert wire.sent.keys() == {"Query"}
