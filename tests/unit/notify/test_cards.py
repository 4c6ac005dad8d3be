from datetime import timedelta

import pytest

from steward.notify.cards import MOST_CARDS, age, parts_of
from tests.factories import NOW
from tests.unit.notify.examples import ACCOUNTS, LINKS, example_digest
from tests.unit.notify.rows import mixed_digest, occasion, open_policy

POLICY = open_policy()


@pytest.mark.parametrize(
    ("size", "compact"),
    [
        pytest.param(MOST_CARDS, 0, id="exactly-50"),
        pytest.param(MOST_CARDS + 1, 1, id="one-more"),
        pytest.param(300, 250, id="300"),
    ],
)
def test_the_50_most_urgent_are_cards_and_the_others_compact(size: int, compact: int) -> None:
    digest = example_digest(size, POLICY)
    parts = parts_of(digest, occasion(links=LINKS))
    told = [card for part in parts for card in (*part.cards, *part.compact)]
    cards = [card for part in parts for card in part.cards]
    assert len(told) - len(cards) == compact
    assert [card.name for card in told] == [row.notice.stack_name for row in digest.rows]
    assert cards == told[:MOST_CARDS]


def test_a_compact_row_can_be_acted_on_as_a_card_can() -> None:
    digest = example_digest(300, POLICY)
    compact = [card for part in parts_of(digest, occasion(links=LINKS)) for card in part.compact]
    for card in compact:
        said = {fact.label for fact in card.facts}
        assert said & {"Deletion", "Blocked", "Deleted"}
        assert "Expiry" in said
        assert card.buttons or said & {"Deleted", "To keep it"}
    assert sum(bool(card.buttons) for card in compact) > 100


def test_a_row_names_its_account_if_that_is_known() -> None:
    digest = mixed_digest(1, POLICY)
    (known,) = parts_of(digest, occasion(accounts=ACCOUNTS))
    (unknown,) = parts_of(digest, occasion())
    assert known.cards[0].place == "payments-dev (222222222222) · eu-west-1 · 10 days old"
    assert unknown.cards[0].place == "222222222222 · eu-west-1 · 10 days old"


def test_a_heading_counts_the_rows_of_both_forms() -> None:
    parts = parts_of(example_digest(300, POLICY), occasion())
    for part in parts:
        assert part.heading.endswith(f" ({len(part.cards) + len(part.compact)})")


@pytest.mark.parametrize(
    ("lived", "words"),
    [
        pytest.param(timedelta(seconds=-5), "0 hours old", id="clocks-that-disagree"),
        pytest.param(timedelta(hours=1), "1 hour old", id="one-hour"),
        pytest.param(timedelta(hours=48, seconds=-1), "47 hours old", id="a-second-before-2-days"),
        pytest.param(timedelta(hours=48), "2 days old", id="exactly-2-days"),
    ],
)
def test_age_is_said_in_hours_and_then_in_days(lived: timedelta, words: str) -> None:
    assert age(NOW - lived, NOW) == words
