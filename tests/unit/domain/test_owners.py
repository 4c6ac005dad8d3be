"""Who is told: tags in order, the contact map, the fallback; and what was passed over."""

import pytest

from steward.domain.owners import Ownership, resolve_owners
from steward.domain.policy import Owners

OWNERS = Owners(
    tag_keys=["owner", "team"],
    email_domains=["example.com"],
    contacts={"payments": "payments@example.com", "Team Cart": "cart@example.com"},
    fallback="platform@example.com",
)
FALLBACK = ("platform@example.com",)


def nobody(key: str, value: str) -> Ownership:
    return Ownership(
        FALLBACK, f"the policy's fallback contact; tag {key}={value} names nobody reachable"
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param(
            {"owner": "dev@example.com"},
            Ownership(("dev@example.com",), "tag owner=dev@example.com"),
            id="address",
        ),
        pytest.param(
            {"owner": " dev@EXAMPLE.com "},
            Ownership(("dev@example.com",), "tag owner=dev@EXAMPLE.com"),
            id="blanks and capitals",
        ),
        pytest.param(
            {"owner": "payments"},
            Ownership(("payments@example.com",), "tag owner=payments"),
            id="contact",
        ),
        pytest.param(
            {"owner": "Team Cart"},
            Ownership(("cart@example.com",), "tag owner=Team Cart"),
            id="contact with a blank",
        ),
        pytest.param(
            {"owner": "a@example.com, payments;b@example.com a@example.com"},
            Ownership(
                ("a@example.com", "payments@example.com", "b@example.com"),
                "tag owner=a@example.com, payments;b@example.com a@example.com",
            ),
            id="several, each once",
        ),
        pytest.param(
            {"team": "payments", "owner": "dev@example.com"},
            Ownership(("dev@example.com",), "tag owner=dev@example.com"),
            id="first key of the policy",
        ),
        pytest.param(
            {"team": "payments", "owner": "x@elsewhere.org"},
            Ownership(
                ("payments@example.com",),
                "tag team=payments; tag owner=x@elsewhere.org names nobody reachable",
            ),
            id="second key, first passed over",
        ),
        pytest.param(
            {"team": "payments", "owner": "  "},
            Ownership(("payments@example.com",), "tag team=payments"),
            id="blank value",
        ),
        pytest.param({}, Ownership(FALLBACK, "the policy's fallback contact"), id="no tag"),
        pytest.param(
            {"owner": "x@elsewhere.org"}, nobody("owner", "x@elsewhere.org"), id="outside"
        ),
        pytest.param({"owner": "nobody"}, nobody("owner", "nobody"), id="no address"),
        pytest.param({"owner": "@@@"}, nobody("owner", "@@@"), id="garbage"),
        pytest.param({"owner": ",;"}, nobody("owner", ",;"), id="separators only"),
        pytest.param(
            {"owner": "x@elsewhere.org,dev@example.com"},
            Ownership(("dev@example.com",), "tag owner=x@elsewhere.org,dev@example.com"),
            id="the reachable one of two",
        ),
        pytest.param(
            {"owner": "a@example.com\nBcc: b@elsewhere.org"},
            Ownership(("a@example.com",), "tag owner=a@example.com\nBcc: b@elsewhere.org"),
            id="header injection",
        ),
    ],
)
def test_the_first_tag_that_names_somebody_counts(
    tags: dict[str, str], expected: Ownership
) -> None:
    assert resolve_owners(tags, OWNERS) == expected


@pytest.mark.parametrize("named", [10, 11])
def test_at_most_ten_are_told(named: int) -> None:
    value = " ".join(f"dev{number}@example.com" for number in range(named))
    addresses = resolve_owners({"owner": value}, OWNERS).addresses
    assert addresses == tuple(f"dev{number}@example.com" for number in range(10))


def test_without_domains_every_address_is_reachable() -> None:
    anywhere = Owners(fallback="platform@example.com")
    assert resolve_owners({"owner": "x@elsewhere.org"}, anywhere).addresses == ("x@elsewhere.org",)


def test_an_oversized_value_reaches_the_fallback() -> None:
    assert resolve_owners({"owner": "x" * 5000 + "@example.com"}, OWNERS).addresses == FALLBACK
