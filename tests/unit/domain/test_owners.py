"""Who is told: the chain link by link, who is passed over, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import Creator
from steward.domain.owners import LONGEST_SOURCE, Clue, Clues, Ownership, resolve_owners
from steward.domain.policy_owners import Owners
from tests.factories import make_account

INNER, OUTER = "ou-abcd-22222222", "ou-abcd-11111111"
OWNERS = Owners(
    tag_keys=["owner", "team"],
    account_tag_keys=["owner", "team"],
    email_domains=["example.com"],
    contacts={"payments": "payments@example.com", "Team Cart": "cart@example.com"},
    organizational_units={INNER: "inner@example.com", OUTER: "outer@example.com"},
    fallback="platform@example.com",
)
FALLBACK = ("platform@example.com",)
ACCOUNT = make_account(ou_path=(OUTER, INNER), tags={"team": "account@example.com"})
# Nothing of it names anybody, so that a test can add the one thing it is about.
NOTHING = Clues(
    tags={},
    creator=Creator("", "CloudTrail has no record of its creation"),
    account=make_account(ou_path=()),
    alternate_contact="",
)
BOUNCED_AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def unreachable(
    *addresses: str, status: DeliveryStatus = DeliveryStatus.BOUNCED
) -> dict[str, Unreachable]:
    return {
        address.casefold(): Unreachable(address, status, "no such user", BOUNCED_AT, BOUNCED_AT)
        for address in addresses
    }


def of(*gone: str, owners: Owners = OWNERS, **clues: Any) -> Ownership:
    return resolve_owners(replace(NOTHING, **clues), owners, unreachable(*gone))


def of_tags(**tags: str) -> Ownership:
    return of(tags=tags)


@pytest.mark.parametrize(
    ("tags", "addresses", "source"),
    [
        pytest.param(
            {"owner": "dev@example.com"},
            ("dev@example.com",),
            "tag owner=dev@example.com",
            id="address",
        ),
        pytest.param(
            {"owner": " dev@EXAMPLE.com "},
            ("dev@example.com",),
            "tag owner=dev@EXAMPLE.com",
            id="blanks and capitals",
        ),
        pytest.param(
            {"owner": "payments"}, ("payments@example.com",), "tag owner=payments", id="contact"
        ),
        pytest.param(
            {"owner": "Team Cart"},
            ("cart@example.com",),
            "tag owner=Team Cart",
            id="contact with a blank",
        ),
        pytest.param(
            {"owner": "Dev One <dev@example.com>"},
            ("dev@example.com",),
            "tag owner=Dev One <dev@example.com>",
            id="address with a name",
        ),
        pytest.param(
            {"owner": "Dev One <dev@example.com>; <two@example.com>"},
            ("dev@example.com", "two@example.com"),
            "tag owner=Dev One <dev@example.com>; <two@example.com>",
            id="several with names",
        ),
        pytest.param(
            {"owner": "a@example.com, payments;b@example.com A@example.com"},
            ("a@example.com", "payments@example.com", "b@example.com"),
            "tag owner=a@example.com, payments;b@example.com A@example.com",
            id="several, each once",
        ),
        pytest.param(
            {"team": "payments", "owner": "dev@example.com"},
            ("dev@example.com",),
            "tag owner=dev@example.com",
            id="first key of the policy",
        ),
        pytest.param(
            {"team": "payments", "owner": "x@elsewhere.org"},
            ("payments@example.com",),
            "tag team=payments; tag owner=x@elsewhere.org names nobody reachable: "
            "x@elsewhere.org is outside email_domains",
            id="second key, first passed over",
        ),
        pytest.param(
            {"team": "payments", "owner": "  "},
            ("payments@example.com",),
            "tag team=payments",
            id="blank value",
        ),
        pytest.param(
            {"owner": "x@elsewhere.org,dev@example.com"},
            ("dev@example.com",),
            "tag owner=x@elsewhere.org,dev@example.com; "
            "passed over: x@elsewhere.org is outside email_domains",
            id="the reachable one of two",
        ),
        pytest.param(
            {"owner": "a@example.com\r\nBcc: b@elsewhere.org"},
            ("a@example.com",),
            "tag owner=a@example.com Bcc: b@elsewhere.org; passed over: Bcc: is neither an e-mail "
            "address nor a contact of the policy, b@elsewhere.org is outside email_domains",
            id="header injection",
        ),
        pytest.param(
            {"owner": "b@example.com a <c@example.com>"},
            ("b@example.com", "c@example.com"),
            "tag owner=b@example.com a <c@example.com>; "
            "passed over: a is neither an e-mail address nor a contact of the policy",
            id="an address is no name of another",
        ),
    ],
)
def test_the_first_tag_that_names_somebody_counts(
    tags: dict[str, str], addresses: tuple[str, ...], source: str
) -> None:
    assert of(tags=tags) == Ownership(addresses, source)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("nobody", id="no address"),
        pytest.param("@@@", id="garbage"),
        pytest.param("dev@", id="no domain"),
        pytest.param("dev@example", id="no top-level domain"),
        pytest.param("de v@elsewhere.org", id="outside"),
        pytest.param("dev@example.com.elsewhere.org", id="domain that only begins so"),
        pytest.param("<script>alert('x')</script>", id="html"),
        pytest.param('"><img src=x onerror=x>@example.com', id="html in the local part"),
        pytest.param("d\u00e9v@example.com", id="local part that mail cannot carry"),
        pytest.param("\U0001f680@example.com", id="emoji"),
        pytest.param("\u202emoc.elpmaxe@ved", id="turned around"),
        pytest.param('"a b"@example.com', id="quoted local part"),
        pytest.param("dev@[192.0.2.1]", id="domain literal"),
        pytest.param("x" * 244 + "@example.com", id="256 characters"),
        pytest.param("x" * 5000 + "@example.com", id="oversized"),
        pytest.param(",;", id="separators only"),
        pytest.param("\x00\x1b[31m", id="control characters"),
        pytest.param("\ud800", id="lone surrogate"),
    ],
)
def test_what_names_nobody_is_passed_over_and_said(value: str) -> None:
    found = of_tags(owner=value)
    assert found.addresses == FALLBACK
    assert found.source.startswith("the policy's fallback contact; tag owner=")
    assert "names nobody reachable" in found.source


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_whatever_people_write_is_told_on_one_bounded_line(
    tag: str, creator: str, contact: str
) -> None:
    found = of(
        tags={"owner": tag}, creator=Creator(creator, "CloudTrail"), alternate_contact=contact
    )
    assert found.source.isprintable() or any(not each.isascii() for each in found.source)
    assert not set("\r\n\x00\u2028\u2029\u202e\u2066") & set(found.source)
    assert len(found.source) <= LONGEST_SOURCE
    found.source.encode()
    assert 1 <= len(found.addresses) <= 10
    for address in found.addresses:
        assert address.endswith("@example.com")
        assert address.isascii()
        assert not set(address) & set(" \r\n<>,;")


def test_a_long_source_is_cut_visibly() -> None:
    source = of(tags={"owner": "x " * 128, "team": "y " * 128}).source
    assert len(source) == LONGEST_SOURCE
    assert source.endswith("…")


def test_of_many_reasons_the_first_are_said_and_the_others_counted() -> None:
    source = of_tags(owner="a b c d e").source
    assert "c is neither" in source
    assert "d is neither" not in source
    assert "2 more; no tag" not in source
    assert ", 2 more; its creator" in source


@pytest.mark.parametrize(("named", "said"), [(10, ""), (50, "40 more, as at most 10 are told")])
def test_at_most_ten_are_told(named: int, said: str) -> None:
    found = of_tags(owner=",".join(f"d{number}@example.com" for number in range(named)))
    assert found.addresses == tuple(f"d{number}@example.com" for number in range(10))
    assert said in found.source


def test_without_domains_every_address_is_reachable() -> None:
    anywhere = Owners(fallback="platform@example.com")
    assert of(owners=anywhere, tags={"owner": "x@elsewhere.org"}).addresses == ("x@elsewhere.org",)


def test_a_domain_beyond_ascii_is_written_as_mail_carries_it() -> None:
    owners = OWNERS.model_copy(update={"email_domains": ["xn--bcher-kva.example.com"]})
    found = of(owners=owners, tags={"owner": "dev@b\u00fccher.example.com"})
    assert found.addresses == ("dev@xn--bcher-kva.example.com",)


ALL: dict[str, Any] = {
    "tags": {"owner": "tag@example.com"},
    "creator": Creator("creator@example.com", "CloudTrail CreateStack by role Developer"),
    "account": ACCOUNT,
    "alternate_contact": "contact@example.com",
}
CHAIN = (
    ("tag@example.com", "tag owner=tag@example.com"),
    (
        "creator@example.com",
        "its creator creator@example.com (CloudTrail CreateStack by role Developer)",
    ),
    ("account@example.com", "account tag team=account@example.com"),
    ("contact@example.com", "the account's operations contact"),
    ("inner@example.com", f"the contact of organizational unit {INNER}"),
    ("outer@example.com", f"the contact of organizational unit {OUTER}"),
    ("platform@example.com", "the policy's fallback contact"),
)


@pytest.mark.parametrize("link", range(len(CHAIN)), ids=[address for address, _ in CHAIN])
def test_each_link_counts_when_all_before_it_cannot_be_reached(link: int) -> None:
    address, found_by = CHAIN[link]
    found = of(*(before for before, _ in CHAIN[:link]), **ALL)
    assert found.addresses == (address,)
    assert found.source == found_by or found.source.startswith(f"{found_by}; ")
    for before, _ in CHAIN[: min(link, 3)]:
        assert f"{before} bounced on 2026-11-23" in found.source


def test_when_nobody_can_be_reached_the_fallback_stands_and_it_is_said() -> None:
    found = of(*(address for address, _ in CHAIN), **ALL)
    assert found.addresses == FALLBACK
    assert found.source.startswith(
        "the policy's fallback contact; it cannot be reached itself: "
        "platform@example.com bounced on 2026-11-23; tag owner=tag@example.com names nobody"
    )


@pytest.mark.parametrize(
    ("clues", "said"),
    [
        pytest.param({}, "no tag owner or team", id="no tag"),
        pytest.param(
            {"creator": Creator("deploy-pipeline", "CloudTrail CreateStack by role Deploy")},
            "its creator cannot be told: deploy-pipeline is no e-mail address "
            "(CloudTrail CreateStack by role Deploy)",
            id="creator is a machine",
        ),
        pytest.param(
            {"creator": Creator("payments", "CloudTrail CreateStack by IAM user")},
            "its creator cannot be told: payments is no e-mail address",
            id="creator named like a contact",
        ),
        pytest.param(
            {"creator": Creator("x@elsewhere.org", "CloudTrail")},
            "its creator cannot be told: x@elsewhere.org is outside email_domains",
            id="creator from outside",
        ),
        pytest.param(
            {},
            "its creator is not known: CloudTrail has no record of its creation",
            id="creator unknown",
        ),
        pytest.param({}, "no account tag owner or team", id="no account tag"),
        pytest.param(
            {"account": make_account(ou_path=(), tags={"owner": "nobody"})},
            "account tag owner=nobody names nobody reachable: nobody is neither",
            id="account tag names nobody",
        ),
        pytest.param({}, "the account has no operations contact", id="no contact"),
        pytest.param(
            {"alternate_contact": "Ops"},
            "the account's operations contact cannot be told: Ops is no e-mail address",
            id="contact is no address",
        ),
        pytest.param({}, "none of its organizational units has a contact", id="no unit"),
        pytest.param(
            {
                "creator": None,
                "unanswered": {Clue.CREATOR: "cloudtrail:LookupEvents failed with Throttling"},
            },
            "its creator is not known: cloudtrail:LookupEvents failed with Throttling",
            id="creator not answered",
        ),
        pytest.param(
            {"alternate_contact": None, "unanswered": {Clue.CONTACT: "denied"}},
            "the account's operations contact is not known: denied",
            id="contact not answered",
        ),
    ],
)
def test_each_link_that_is_passed_over_is_said_with_its_reason(
    clues: dict[str, Any], said: str
) -> None:
    found = of(**clues)
    assert found.addresses == FALLBACK
    assert f"; {said}" in found.source
    assert found.lacks == frozenset()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (DeliveryStatus.BOUNCED, "bounced on 2026-11-23"),
        (DeliveryStatus.SUPPRESSED, "was found on the suppression list on 2026-11-23"),
        (DeliveryStatus.COMPLAINED, "marked a mail as spam on 2026-11-23"),
        (DeliveryStatus.REJECTED, "was refused by Amazon SES on 2026-11-23"),
    ],
)
def test_an_unreachable_owner_is_passed_over_however_it_is_spelled(
    status: DeliveryStatus, said: str
) -> None:
    gone = unreachable("DEV@example.com", status=status)
    found = resolve_owners(replace(NOTHING, tags={"owner": "Dev@Example.com"}), OWNERS, gone)
    assert found.addresses == FALLBACK
    assert (
        f"tag owner=Dev@Example.com names nobody reachable: Dev@example.com {said}" in found.source
    )


def test_of_several_owners_those_who_can_be_reached_are_told() -> None:
    found = of("a@example.com", tags={"owner": "a@example.com b@example.com"})
    assert found.addresses == ("b@example.com",)
    assert "; passed over: a@example.com bounced on 2026-11-23" in found.source


@pytest.mark.parametrize(
    ("clues", "lacks"),
    [
        pytest.param({"tags": {"owner": "dev@example.com"}}, set(), id="a tag is enough"),
        pytest.param({}, {Clue.CREATOR, Clue.CONTACT}, id="nothing is known"),
        pytest.param({"account": ACCOUNT}, {Clue.CREATOR}, id="an account tag comes before"),
        pytest.param(
            {"creator": Creator("dev@example.com", "CloudTrail")}, set(), id="the creator is known"
        ),
        pytest.param(
            {"creator": Creator("machine", "CloudTrail")}, {Clue.CONTACT}, id="it is a machine"
        ),
    ],
)
def test_only_what_comes_before_is_lacking(clues: dict[str, Any], lacks: set[Clue]) -> None:
    found = of(**{"creator": None, "alternate_contact": None, **clues})
    assert found.lacks == lacks
    assert ("not asked yet" in found.source) is bool(lacks)


def test_what_the_policy_does_not_ask_neither_counts_nor_lacks() -> None:
    quiet = OWNERS.model_copy(update={"ask_creator": False, "ask_alternate_contact": False})
    known = of(owners=quiet, **{**ALL, "tags": {}, "account": make_account(ou_path=(OUTER,))})
    assert known.addresses == ("outer@example.com",)
    unknown = of(owners=quiet, creator=None, alternate_contact=None)
    assert (unknown.addresses, unknown.lacks) == (FALLBACK, frozenset())
    assert "creator" not in unknown.source


def test_without_contacts_of_units_none_are_spoken_of() -> None:
    assert "organizational" not in of(owners=Owners(fallback="platform@example.com")).source
