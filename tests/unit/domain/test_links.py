"""Signed links: what Steward wrote is read back, and nothing else is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.links import (
    Link,
    LinkAction,
    Rejected,
    RejectedBecause,
    SigningKey,
    key_id_of,
    link_id,
    read_link,
    recipient_hash,
    sign,
)
from tests.factories import NOW, make_stack_id

KEY = SigningKey("0123abcd", b"the key that signs today, long enough")
BEFORE = SigningKey("fedc9876", b"the key that signed until yesterday, so")
LINK = Link(
    stack_id=make_stack_id(),
    generation=3,
    action=LinkAction.EXTEND,
    longest=NOW + timedelta(days=50),
    recipient=recipient_hash("dev@example.com"),
    expires_at=NOW + timedelta(days=37),
)
TOKEN = sign(LINK, KEY)
INVALID = Rejected(RejectedBecause.INVALID)
SECOND = timedelta(seconds=1)


def test_a_token_says_what_was_signed() -> None:
    assert read_link(TOKEN, [KEY], NOW) == LINK


def test_signing_again_gives_the_same_token() -> None:
    assert sign(LINK, KEY) == TOKEN


def test_a_token_needs_no_quoting_in_a_url() -> None:
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(LINK, stack_id=make_stack_id("feat-cart-2")), id="another-stack"),
        pytest.param(
            replace(LINK, stack_id=make_stack_id(incarnation=2)), id="redeployed-under-its-name"
        ),
        pytest.param(replace(LINK, generation=4), id="generation"),
        pytest.param(replace(LINK, action=LinkAction.KEEP), id="action"),
        pytest.param(replace(LINK, longest=LINK.longest + SECOND), id="longest"),
        pytest.param(replace(LINK, recipient=recipient_hash("eve@example.com")), id="recipient"),
        pytest.param(replace(LINK, expires_at=LINK.expires_at + SECOND), id="expires-at"),
    ],
)
def test_every_field_is_under_the_signature(changed: Link) -> None:
    other = sign(changed, KEY)
    assert read_link(other, [KEY], NOW) == changed
    grafted = ".".join([*other.split(".")[:3], TOKEN.split(".")[3]])
    assert read_link(grafted, [KEY], NOW) == INVALID


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_no_character_can_be_changed(place: int) -> None:
    for character in ("A", "B", "-", "_", ".", "=", "%", "\u0391", "\ud800", "\0"):
        if TOKEN[place] != character:
            forged = TOKEN[:place] + character + TOKEN[place + 1 :]
            assert read_link(forged, [KEY], NOW) == INVALID, character


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_token_cut_short_is_invalid(length: int) -> None:
    assert read_link(TOKEN[:length], [KEY], NOW) == INVALID


@pytest.mark.parametrize("more", [*"=.\n\r \0A", "==", ".x", ",t=1", "\u200b", TOKEN])
def test_a_token_with_something_added_is_invalid(more: str) -> None:
    assert read_link(TOKEN + more, [KEY], NOW) == INVALID
    assert read_link(more + TOKEN, [KEY], NOW) == INVALID


def test_a_link_is_good_until_the_second_it_expires() -> None:
    assert read_link(TOKEN, [KEY], LINK.expires_at - SECOND) == LINK
    assert read_link(TOKEN, [KEY], LINK.expires_at) == Rejected(RejectedBecause.EXPIRED)


def test_a_forged_token_is_invalid_whatever_date_it_claims() -> None:
    late = sign(replace(LINK, expires_at=NOW - SECOND), SigningKey(KEY.key_id, b"another secret"))
    assert read_link(late, [KEY], NOW) == INVALID


def test_links_of_the_key_before_stay_good_when_the_key_is_rotated() -> None:
    old = sign(LINK, BEFORE)
    assert read_link(old, [KEY, BEFORE], NOW) == LINK
    assert read_link(TOKEN, [KEY, BEFORE], NOW) == LINK
    assert read_link(old, [KEY], NOW) == INVALID


def test_one_key_does_not_sign_under_the_name_of_another() -> None:
    swapped = sign(LINK, replace(KEY, key_id=BEFORE.key_id))
    assert read_link(swapped, [KEY, BEFORE], NOW) == INVALID


@pytest.mark.parametrize("secret", [b"", b"no key"])
def test_without_a_key_nothing_is_accepted(secret: bytes) -> None:
    assert read_link(sign(LINK, SigningKey("", secret)), [], NOW) == INVALID
    assert read_link(sign(LINK, SigningKey("0123abcd", secret)), [], NOW) == INVALID


def test_dates_are_kept_to_the_second_and_never_rounded_up() -> None:
    exact = replace(LINK, longest=LINK.longest + timedelta(microseconds=999_999))
    assert read_link(sign(exact, KEY), [KEY], NOW) == LINK


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)]
)
def test_any_date_of_the_calendar_is_read_back(moment: datetime) -> None:
    link = replace(LINK, longest=moment)
    assert read_link(sign(link, KEY), [KEY], NOW) == link


def test_what_a_key_of_ours_signed_for_something_else_is_no_link() -> None:
    """As a later version may, that writes another payload."""
    from steward.domain import links

    for payload in ("", "e30", "W10", "bnVsbA", "IQ", "eyJzIjoxfQ", "A", "eyJ4IjoxZTk5OX0"):
        head = f"v1.{KEY.key_id}.{payload}"
        mac = links._mac(head.encode(), KEY).decode()
        assert read_link(f"{head}.{mac}", [KEY], NOW) == INVALID


@given(st.text(st.characters() | st.sampled_from("v1.=-_"), max_size=3000))
def test_no_text_is_taken_for_a_link(text: str) -> None:
    assert read_link(text, [KEY, BEFORE], NOW) == INVALID
    assert isinstance(key_id_of(text), str)
    assert len(link_id(text)) == 32


@given(st.lists(st.tuples(st.integers(0, len(TOKEN) - 1), st.sampled_from(printable)), min_size=1))
def test_no_mutation_of_a_token_is_accepted(changes: list[tuple[int, str]]) -> None:
    forged = list(TOKEN)
    for place, character in changes:
        forged[place] = character
    read = read_link("".join(forged), [KEY, BEFORE], NOW)
    assert read == (LINK if "".join(forged) == TOKEN else INVALID)


@pytest.mark.parametrize(
    ("token", "key_id"),
    [
        pytest.param(TOKEN, KEY.key_id, id="token"),
        pytest.param("", "", id="empty"),
        pytest.param("v2" + TOKEN[2:], "", id="another-version"),
        pytest.param("v1.0123abcde.e30.x", "", id="too-long-a-key-id"),
        pytest.param("v1.0123abcd", "", id="nothing-else"),
        pytest.param("v1.0123abcd." + "A" * 3000 + ".x", "", id="too-long"),
    ],
)
def test_the_key_a_token_claims(token: str, key_id: str) -> None:
    assert key_id_of(token) == key_id


def test_an_address_is_the_same_recipient_in_any_case() -> None:
    assert recipient_hash("Dev@Example.COM") == recipient_hash("dev@example.com")
    assert len(recipient_hash("dev@example.com")) == 16


def test_two_tokens_have_two_names_in_the_ledger() -> None:
    assert link_id(TOKEN) != link_id(sign(replace(LINK, action=LinkAction.KEEP), KEY))
