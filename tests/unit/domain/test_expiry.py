"""When a stack expires and by whose word: its date, its ttl, the policy, the cap."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.expiry import expiry_of
from tests.factories import CREATED, make_policy, make_stack

DAY = timedelta(days=1)
POLICY = make_policy()
BAD_TTL = (
    "tag ttl: 'soon' is not a duration; write it like 14d, 36h, 2w or 1d12h, "
    "or in ISO 8601 like P14D"
)
BAD_DATE = (
    "tag expires-at: 'later' is not a date; write it in ISO 8601 like 2027-01-31 "
    "or 2027-01-31T18:00:00+01:00"
)


@pytest.mark.parametrize(
    ("tags", "at", "source", "warning"),
    [
        pytest.param(
            {}, CREATED + 14 * DAY, "the policy's ttl 14d after its creation", "", id="policy"
        ),
        pytest.param(
            {"ttl": " 2w1d "},
            CREATED + 15 * DAY,
            "its tag ttl=2w1d after its creation",
            "",
            id="ttl tag",
        ),
        pytest.param(
            {"expires-at": " 2026-12-24 "},
            datetime(2026, 12, 24, 23, tzinfo=UTC),
            "its tag expires-at=2026-12-24",
            "",
            id="date tag",
        ),
        pytest.param(
            {"expires-at": "2026-12-24", "ttl": "1h"},
            datetime(2026, 12, 24, 23, tzinfo=UTC),
            "its tag expires-at=2026-12-24",
            "",
            id="date beats ttl",
        ),
        pytest.param(
            {"expires-at": "2020-01-01T00:00Z"},
            datetime(2020, 1, 1, tzinfo=UTC),
            "its tag expires-at=2020-01-01T00:00Z",
            "",
            id="past date",
        ),
        pytest.param(
            {"ttl": "soon"},
            CREATED + 14 * DAY,
            "the policy's ttl 14d after its creation",
            BAD_TTL,
            id="unreadable ttl",
        ),
        pytest.param(
            {"expires-at": "later"},
            CREATED + 14 * DAY,
            "the policy's ttl 14d after its creation",
            BAD_DATE,
            id="unreadable date",
        ),
        pytest.param(
            {"expires-at": "later", "ttl": "1h"},
            CREATED + 14 * DAY,
            "the policy's ttl 14d after its creation",
            BAD_DATE,
            id="unreadable date and short ttl",
        ),
        pytest.param(
            {"expires-at": "later", "ttl": "14d"},
            CREATED + 14 * DAY,
            "its tag ttl=14d after its creation",
            BAD_DATE,
            id="unreadable date and ttl like the policy's",
        ),
        pytest.param(
            {"expires-at": "later", "ttl": "20d"},
            CREATED + 20 * DAY,
            "its tag ttl=20d after its creation",
            BAD_DATE,
            id="unreadable date and long ttl",
        ),
        pytest.param(
            {"expires-at": "later", "ttl": "soon"},
            CREATED + 14 * DAY,
            "the policy's ttl 14d after its creation",
            f"{BAD_DATE}; {BAD_TTL}",
            id="both unreadable",
        ),
        pytest.param(
            {"expires-at": ""},
            CREATED + 14 * DAY,
            "the policy's ttl 14d after its creation",
            BAD_DATE.replace("later", ""),
            id="empty date",
        ),
        pytest.param(
            {"ttl": "60d"},
            CREATED + 60 * DAY,
            "its tag ttl=60d after its creation",
            "",
            id="exactly the cap",
        ),
        pytest.param(
            {"ttl": "60d1m"},
            CREATED + 60 * DAY,
            "its tag ttl=60d1m after its creation, capped at creation + 60d",
            "",
            id="a minute past the cap",
        ),
        pytest.param(
            {"expires-at": "9999-12-31"},
            CREATED + 60 * DAY,
            "its tag expires-at=9999-12-31, capped at creation + 60d",
            "",
            id="for ever",
        ),
        pytest.param(
            {"ttl": "14285w"},
            CREATED + 60 * DAY,
            "its tag ttl=14285w after its creation, capped at creation + 60d",
            "",
            id="longest ttl",
        ),
        pytest.param(
            {"expires-at": "later", "ttl": "99d"},
            CREATED + 60 * DAY,
            "its tag ttl=99d after its creation, capped at creation + 60d",
            BAD_DATE,
            id="capped with a warning",
        ),
    ],
)
def test_the_owners_word_counts_up_to_the_cap(
    tags: dict[str, str], at: datetime, source: str, warning: str
) -> None:
    expiry = expiry_of(make_stack(tags=tags), CREATED, POLICY)
    assert (expiry.at, expiry.source, expiry.warning) == (at, source, warning)


def test_a_deploy_renews_the_ttl() -> None:
    expiry = expiry_of(make_stack(), CREATED + 5 * DAY, POLICY)
    assert expiry.at == CREATED + 19 * DAY
    assert expiry.source == "the policy's ttl 14d after its last deploy"


def test_a_deploy_does_not_renew_when_the_policy_says_no() -> None:
    policy = make_policy(lease={"ttl": "14d", "max_lifetime": "60d", "renew_on_deploy": False})
    expiry = expiry_of(make_stack(), CREATED + 5 * DAY, policy)
    assert expiry.at == CREATED + 14 * DAY
    assert expiry.source == "the policy's ttl 14d after its creation"


def test_a_deploy_does_not_renew_beyond_the_cap() -> None:
    expiry = expiry_of(make_stack(), CREATED + 46 * DAY + timedelta(seconds=1), POLICY)
    assert expiry.at == CREATED + 60 * DAY
    assert expiry.source.endswith("its last deploy, capped at creation + 60d")


def test_a_date_is_not_moved_by_a_deploy() -> None:
    stack = make_stack(tags={"expires-at": "2026-11-20T00:00Z"})
    expiry = expiry_of(stack, CREATED + 5 * DAY, POLICY)
    assert expiry.at == datetime(2026, 11, 20, tzinfo=UTC)


def test_the_policy_names_the_tags() -> None:
    policy = make_policy(
        lease={"ttl": "14d", "max_lifetime": "60d", "ttl_tag": "life", "expires_tag": "until"}
    )
    ignored = {"ttl": "1h", "expires-at": "2020-01-01"}
    assert expiry_of(make_stack(tags=ignored), CREATED, policy).at == CREATED + 14 * DAY
    assert expiry_of(make_stack(tags={"life": "1d"}), CREATED, policy).at == CREATED + DAY
    until = expiry_of(make_stack(tags={"until": "2026-11-20T00:00Z"}), CREATED, policy)
    assert until.at == datetime(2026, 11, 20, tzinfo=UTC)


def test_a_date_without_a_time_ends_in_the_policys_zone() -> None:
    policy = make_policy(windows={"timezone": "Asia/Tokyo"})
    expiry = expiry_of(make_stack(tags={"expires-at": "2026-12-24"}), CREATED, policy)
    assert expiry.at == datetime(2026, 12, 24, 15, tzinfo=UTC)
