from datetime import timedelta

import pytest

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.owners import Clues, resolve_owners
from steward.notify.attributes import attributes_of, team_of
from steward.notify.message import NoticeMessage, notice_message
from tests.factories import NOW, make_account, make_policy
from tests.unit.notify.rows import blocked_row, marked_lease

LONG_NAME = "team of " + "x" * 240
OWNERS = make_policy(
    owners={
        "tag_keys": ["owner", "team"],
        "account_tag_keys": ["squad"],
        "contacts": {
            "payments": "payments@example.com",
            "payments; eu": "eu@example.com",
            LONG_NAME: "long@example.com",
        },
        "fallback": "platform@example.com",
    }
).owners


def message(team: str = "") -> NoticeMessage:
    found = notice_message(blocked_row(marked_lease()), (), {}, make_policy(), NOW)
    return found.model_copy(update={"team": team})


def clues(tags: dict[str, str], account_tags: dict[str, str] | None = None) -> Clues:
    return Clues(tags, None, make_account(tags=account_tags or {}), None)


def test_attributes_name_what_can_be_filtered_by() -> None:
    assert attributes_of(message("payments"), "dev@example.com") == {
        "kind": "blocked",
        "severity": "warning",
        "team": "payments",
        "account": "222222222222",
        "owner": "dev@example.com",
    }


def test_what_is_empty_is_left_out() -> None:
    assert attributes_of(message(), "").keys() == {"kind", "severity", "account"}


@pytest.mark.parametrize(
    ("team", "sent"),
    [
        pytest.param("x" * 256, "x" * 256, id="256-characters"),
        pytest.param("zahlungen 🎉 שלום", "zahlungen 🎉 שלום", id="emoji-and-other-scripts"),
        pytest.param("a\r\nb\x00c\x1b", "a  b c ", id="control-characters"),
        pytest.param("a\ud800", "a ", id="a-lone-surrogate"),
        pytest.param(
            'with "quotes" \\ and [brackets]', 'with "quotes" \\ and [brackets]', id="json"
        ),
    ],
)
def test_a_team_of_any_name_is_a_valid_attribute(team: str, sent: str) -> None:
    assert attributes_of(message(team))["team"] == sent


@pytest.mark.parametrize("team", [" ", "\r\n", "\x00"])
def test_a_team_of_blanks_is_no_team(team: str) -> None:
    assert "team" not in attributes_of(message(team))


def test_an_owner_is_in_lower_case_however_the_tag_spells_it() -> None:
    assert attributes_of(message(), "Dev@Example.com")["owner"] == "dev@example.com"


@pytest.mark.parametrize(
    ("source", "team"),
    [
        pytest.param("tag owner=payments", "payments", id="by-a-contact"),
        pytest.param("tag team=payments; tag owner=x names nobody", "payments", id="then-more"),
        pytest.param("tag owner=payments; eu", "payments; eu", id="the-longest-contact-wins"),
        pytest.param("tag owner=payments-old", "", id="a-name-that-only-begins-so"),
        pytest.param("tag owner=dev@example.com", "", id="by-an-address"),
        pytest.param("the policy's fallback contact", "", id="fallback"),
    ],
)
def test_team_is_the_contact_that_the_owner_was_found_by(source: str, team: str) -> None:
    assert team_of(source, OWNERS) == team


@pytest.mark.parametrize(
    ("asked", "team"),
    [
        pytest.param(clues({"owner": "payments"}), "payments", id="the-stacks-tag"),
        pytest.param(clues({"owner": "nobody", "team": "payments"}), "payments", id="second-tag"),
        pytest.param(clues({"owner": LONG_NAME}), LONG_NAME, id="a-name-too-long-to-be-shown"),
        pytest.param(clues({}, {"squad": "payments"}), "payments", id="the-accounts-tag"),
        pytest.param(clues({"owner": "dev@example.com"}), "", id="an-address"),
        pytest.param(clues({}), "", id="nobody"),
    ],
)
def test_the_team_is_read_from_how_owners_are_found(asked: Clues, team: str) -> None:
    assert team_of(resolve_owners(asked, OWNERS, {}).source, OWNERS) == team


def test_a_team_that_cannot_be_reached_is_not_the_team() -> None:
    address = "payments@example.com"
    later = NOW + timedelta(days=14)
    gone = {address: Unreachable(address, DeliveryStatus.BOUNCED, "no such user", NOW, later)}
    found = resolve_owners(clues({"owner": "payments"}), OWNERS, gone)
    assert found.addresses == ("platform@example.com",)
    assert team_of(found.source, OWNERS) == ""
