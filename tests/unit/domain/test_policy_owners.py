"""What the policy says of owners: whom it names, and in which time zone they read."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.policy import Policy
from tests.factories import make_policy

OWNERS: dict[str, Any] = {"email_domains": ["example.com"], "fallback": "platform@example.com"}
UNIT = "ou-abcd-11111111"


def with_owners(**fields: Any) -> Policy:
    return make_policy(owners=OWNERS | fields)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        pytest.param("alice@example.com", "Asia/Kolkata", id="her own"),
        pytest.param("ALICE@Example.com", "Asia/Kolkata", id="her own, however it is spelled"),
        pytest.param("bob@example.com", "America/New_York", id="his domain's"),
        pytest.param("bob@other.example", "Europe/Berlin", id="the windows'"),
        pytest.param("", "Europe/Berlin", id="nobody's"),
    ],
)
def test_an_owner_reads_in_their_time_zone(address: str, zone: str) -> None:
    zones = {"alice@example.com": "Asia/Kolkata", "example.com": "America/New_York"}
    assert with_owners(time_zones=zones).zone_for(address).key == zone


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"time_zones": {"example.com": "Mars/Base"}}, "no IANA time zone", id="zone"),
        pytest.param({"time_zones": {"not one": "UTC"}}, "pattern", id="whose zone"),
        pytest.param(
            {"organizational_units": {"Development": "a@example.com"}}, "pattern", id="ou"
        ),
        pytest.param(
            {"organizational_units": {UNIT: "a@elsewhere.example"}},
            f"{UNIT}: a@elsewhere.example is outside email_domains example.com",
            id="ou contact outside",
        ),
        pytest.param(
            {"contacts": {"fallback": "a@elsewhere.example"}}, "fallback: a@else", id="contact"
        ),
        pytest.param({"ask_creator": "perhaps"}, "ask_creator", id="neither yes nor no"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        with_owners(**fields)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "section",
    [
        pytest.param({"delivery_wait": "14h"}, id="delivery_wait"),
        pytest.param({"owners": OWNERS | {"ask_creator": True}}, id="ask_creator"),
        pytest.param({"owners": OWNERS | {"time_zones": {}}}, id="time_zones"),
        pytest.param(
            {"owners": OWNERS | {"account_tag_keys": ["owner", "contact", "team"]}},
            id="account_tag_keys",
        ),
    ],
)
def test_a_default_that_is_written_out_makes_no_other_policy(section: dict[str, Any]) -> None:
    assert make_policy(**section).fingerprint == make_policy().fingerprint


@pytest.mark.parametrize(
    "section",
    [
        pytest.param({"delivery_wait": "15h"}, id="delivery_wait"),
        pytest.param({"owners": OWNERS | {"ask_creator": False}}, id="ask_creator"),
        pytest.param({"owners": OWNERS | {"time_zones": {"a.example": "UTC"}}}, id="time_zones"),
        pytest.param({"owners": OWNERS | {"account_tag_keys": []}}, id="account_tag_keys"),
    ],
)
def test_another_value_survives_writing_and_makes_another_policy(section: dict[str, Any]) -> None:
    policy = make_policy(**section)
    assert policy.fingerprint != make_policy().fingerprint
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize(
    ("minimum", "wait", "grace"),
    [
        pytest.param("24h", "14h", timedelta(hours=24), id="the notice is longer"),
        pytest.param("2h", "14h", timedelta(hours=14), id="the wait for a bounce is longer"),
    ],
)
def test_a_deletion_waits_for_notice_and_bounce(minimum: str, wait: str, grace: timedelta) -> None:
    assert make_policy(minimum_notice=minimum, delivery_wait=wait).grace == grace
