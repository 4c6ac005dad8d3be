"""The policy document: what it means when left out, and that every refusal says what to do."""

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.modes import Mode
from steward.domain.policy import Deletion, Limits, Policy
from steward.domain.policy_owners import Owners
from steward.domain.policy_scope import Match, Scope, first_match
from steward.domain.policy_windows import Windows
from tests.factories import make_policy

Document = dict[str, Any]
SCOPE = {"name_patterns": ["feat-*"], "regions": ["eu-west-1"]}
SMALLEST = {"version": 1, "scope": SCOPE, "owners": {"fallback": "platform@example.com"}}


def refusals(document: Document) -> dict[str, str]:
    """Every error by its place in the document; fails when the policy is admitted."""
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(document)
    return {".".join(map(str, each["loc"])): each["msg"] for each in refused.value.errors()}


def changed(place: str, value: object) -> Document:
    """The smallest policy with the value at `place`, a dotted path, set."""
    document: Document = json.loads(json.dumps(SMALLEST))
    *sections, key = place.split(".")
    section = document
    for name in sections:
        section = section.setdefault(name, {})
    section[key] = value
    return document


def test_what_is_left_out_is_long_lived_and_harmless() -> None:
    policy = Policy.model_validate(SMALLEST)
    assert policy.mode is Mode.OBSERVE
    assert policy.scope.match is Match.ANY
    assert policy.scope.exclude.model_dump() == {
        "accounts": [],
        "organizational_units": [],
        "name_patterns": [],
        "tags": {},
    }
    assert (policy.lease.ttl, policy.lease.max_lifetime) == (timedelta(30), timedelta(90))
    assert (policy.lease.ttl_tag, policy.lease.expires_tag) == ("ttl", "expires-at")
    assert policy.lease.renew_on_deploy is True
    assert policy.notices == [timedelta(7), timedelta(3), timedelta(1)]
    assert policy.minimum_notice == timedelta(hours=24)
    assert policy.windows.model_dump() == {
        "timezone": "UTC",
        "weekdays": ["mon", "tue", "wed", "thu"],
        "hours": "09:00-16:00",
        "freeze": [],
    }
    assert policy.limits == Limits(
        reaps_per_sweep=20,
        percent_of_leases=10,
        reaps_per_account=5,
        new_leases=25,
        acknowledged_new_leases=0,
    )
    assert policy.owners.tag_keys == ["owner", "contact", "team"]
    assert policy.deletion == Deletion(
        empty_buckets=False, retain_failed_resources=False, force=False
    )


@pytest.mark.parametrize("place", ["version", "scope", "owners", "scope.regions"])
def test_what_cannot_be_guessed_is_required(place: str) -> None:
    document: Document = json.loads(json.dumps(SMALLEST))
    *sections, key = place.split(".")
    section = document[sections[0]] if sections else document
    del section[key]
    assert refusals(document) == {place: "Field required"}


@pytest.mark.parametrize(
    "place",
    [
        "modes",
        "scope.name_pattern",
        "scope.exclude.account",
        "lease.tll",
        "windows.days",
        "limits.reaps",
        "owners.tags",
        "deletion.forced",
    ],
)
def test_an_unknown_key_is_refused_where_it_stands(place: str) -> None:
    assert refusals(changed(place, 1))[place] == "Extra inputs are not permitted"


def test_an_unknown_key_of_a_freeze_is_refused() -> None:
    freeze = {"first": "2026-12-24", "last": "2026-12-31", "why": "x"}
    document = changed("windows.freeze", [freeze])
    assert refusals(document) == {"windows.freeze.0.why": "Extra inputs are not permitted"}


EVERY_STACK = "matches every stack; write a pattern like feat-*"
EVERYDAY = "matches everyday stack names; write a pattern like feat-*"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        pytest.param("*", EVERY_STACK, id="bare star"),
        pytest.param("**", EVERY_STACK, id="two stars"),
        pytest.param("?*", EVERY_STACK, id="any name"),
        pytest.param("*-*", EVERY_STACK, id="any name with a hyphen"),
        pytest.param("*_ .*", EVERY_STACK, id="punctuation only"),
        pytest.param("[!-]*", EVERY_STACK, id="set of punctuation"),
        pytest.param("[a-z]*", EVERYDAY, id="any small letter"),
        pytest.param("[A-Z]*", EVERYDAY, id="any capital letter"),
        pytest.param("[!x]*", EVERYDAY, id="all but one letter"),
        pytest.param("*e*", EVERYDAY, id="a frequent letter"),
        pytest.param("*-prod", EVERYDAY, id="an ending of production"),
        pytest.param("*-service", EVERYDAY, id="an everyday ending"),
        pytest.param("ap?", EVERYDAY, id="an everyday name"),
        pytest.param("a[0-9]", EVERYDAY, id="a letter and a digit"),
        pytest.param("*-?-*", EVERY_STACK, id="hyphens and anything"),
        pytest.param("x-*", EVERYDAY, id="one letter and a hyphen"),
    ],
)
def test_a_pattern_without_a_choice_is_refused(pattern: str, why: str) -> None:
    document = changed("scope.name_patterns", ["feat-*", pattern])
    assert refusals(document) == {"scope.name_patterns.1": f"Value error, {pattern!r} {why}"}


@pytest.mark.parametrize("pattern", ["feat-*", "pr-*", "preview-??-*", "*-preview", "feature-*"])
def test_a_pattern_that_chooses_is_admitted(pattern: str) -> None:
    assert Policy.model_validate(changed("scope.name_patterns", [pattern]))


def test_an_exclusion_may_be_as_broad_as_it_likes() -> None:
    policy = Policy.model_validate(changed("scope.exclude", {"name_patterns": ["*"]}))
    assert policy.scope.exclude.name_patterns == ["*"]


VALUE = "Value error, "
REFUSED = [
    pytest.param("version", 2, "version", "Input should be 1", id="unknown version"),
    pytest.param(
        "mode", "delete", "mode", "Input should be 'observe', 'notify' or 'reap'", id="unknown mode"
    ),
    pytest.param(
        "scope.name_patterns",
        [],
        "scope",
        VALUE + "scope selects nothing: give name_patterns, tags, or both",
        id="scope that selects nothing",
    ),
    pytest.param(
        "scope.match",
        "all",
        "scope",
        VALUE + "match: all needs both name_patterns and tags",
        id="all of one thing",
    ),
    pytest.param(
        "scope.tags",
        {"stage": ["*"]},
        "scope.tags",
        VALUE + "tag 'stage' has value '*'; values are compared exactly, list each one",
        id="bare star as a tag value",
    ),
    pytest.param(
        "scope.tags",
        {"stage": ["feature", "pr?"]},
        "scope.tags",
        VALUE + "tag 'stage' has value 'pr?'; values are compared exactly, list each one",
        id="wildcard in a tag value",
    ),
    pytest.param(
        "scope.tags",
        {"stage": ["*beta"]},
        "scope.tags",
        VALUE + "tag 'stage' has value '*beta'; values are compared exactly, list each one",
        id="star in a tag value",
    ),
    pytest.param(
        "lease.ttl",
        "14",
        "lease.ttl",
        VALUE + "'14' is not a duration; write it like 14d, 36h, 2w or 1d12h, "
        "or in ISO 8601 like P14D",
        id="bare number as ttl",
    ),
    pytest.param(
        "lease.ttl",
        "91d",
        "lease",
        VALUE + "ttl 91d is longer than max_lifetime 90d; shorten ttl or lengthen max_lifetime",
        id="ttl beyond the longest life",
    ),
    pytest.param(
        "lease.ttl_tag",
        "expires-at",
        "lease",
        VALUE + "ttl_tag and expires_tag must be two different tag keys",
        id="one tag key for two things",
    ),
    pytest.param(
        "notices",
        ["3d", "7d", "1d"],
        "notices",
        VALUE + "notices [3d, 7d, 1d] must each be shorter than the one before, like [7d, 3d, 1d]",
        id="notices out of order",
    ),
    pytest.param(
        "notices",
        ["7d", "1w"],
        "notices",
        VALUE + "notices [7d, 7d] must each be shorter than the one before, like [7d, 3d, 1d]",
        id="one notice twice",
    ),
    pytest.param(
        "notices",
        ["7d", "23h59m"],
        "",
        VALUE + "the last notice, 23h59m before deletion, is shorter than minimum_notice 1d; "
        "announce earlier",
        id="last notice too late",
    ),
    pytest.param(
        "minimum_notice",
        "59m",
        "",
        VALUE + "minimum_notice 59m is too short; write at least 1h",
        id="grace too short",
    ),
    pytest.param(
        "notices",
        ["91d", "1d"],
        "",
        VALUE + "max_lifetime is shorter than the first notice; lengthen it or announce later",
        id="notice longer than any life",
    ),
    pytest.param(
        "windows.timezone",
        "Europe/Bärlin",
        "windows.timezone",
        VALUE + "'Europe/Bärlin' is no IANA time zone; write one like Europe/Berlin",
        id="unknown zone",
    ),
    pytest.param(
        "windows.timezone",
        "../../etc/passwd",
        "windows.timezone",
        VALUE + "'../../etc/passwd' is no IANA time zone; write one like Europe/Berlin",
        id="path as zone",
    ),
    pytest.param(
        "windows.timezone",
        "Europe",
        "windows.timezone",
        VALUE + "'Europe' is no IANA time zone; write one like Europe/Berlin",
        id="folder as zone",
    ),
    pytest.param(
        "windows.hours",
        "09:00-09:00",
        "windows",
        VALUE + "hours '09:00-09:00' are empty; write 00:00-24:00 for the whole day",
        id="empty window",
    ),
    pytest.param(
        "windows.freeze",
        [{"first": "2026-12-31", "last": "2026-12-30"}],
        "windows.freeze.0",
        VALUE + "the freeze ends 2026-12-30, before it starts 2026-12-31; swap first and last",
        id="freeze backwards",
    ),
    pytest.param(
        "owners",
        {"fallback": "a@elsewhere.org", "email_domains": ["example.com", "example.org"]},
        "owners",
        VALUE + "fallback: a@elsewhere.org is outside email_domains example.com, example.org; "
        "add its domain or take another address",
        id="fallback outside the domains",
    ),
    pytest.param(
        "owners",
        {
            "fallback": "a@example.com",
            "contacts": {"payments": "p@sub.example.com"},
            "email_domains": ["example.com"],
        },
        "owners",
        VALUE + "payments: p@sub.example.com is outside email_domains example.com; "
        "add its domain or take another address",
        id="contact outside the domains",
    ),
]


@pytest.mark.parametrize(("place", "value", "where", "what"), REFUSED)
def test_a_refusal_says_what_where_and_what_to_do(
    place: str, value: object, where: str, what: str
) -> None:
    assert refusals(changed(place, value)) == {where: what}


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        pytest.param("scope.regions", [], "scope.regions", id="no region"),
        pytest.param("scope.regions", ["*"], "scope.regions.0", id="star as region"),
        pytest.param("scope.regions", ["eu-west-1", "Frankfurt"], "scope.regions.1", id="city"),
        pytest.param("scope.regions", ["eu-west-1\n"], "scope.regions.0", id="line end"),
        pytest.param("scope.tags", {"stage": []}, "scope.tags.stage", id="tag without values"),
        pytest.param("scope.tags", {"": ["x"]}, "scope.tags..[key]", id="empty tag key"),
        pytest.param("scope.tags", {"s": [""]}, "scope.tags.s.0", id="empty tag value"),
        pytest.param("scope.name_patterns", [""], "scope.name_patterns.0", id="empty pattern"),
        pytest.param("scope.name_patterns", ["f" * 129], "scope.name_patterns.0", id="oversized"),
        pytest.param(
            "scope.organizational_units", ["prod"], "scope.organizational_units.0", id="OU"
        ),
        pytest.param("scope.exclude.accounts", ["1234"], "scope.exclude.accounts.0", id="account"),
        pytest.param("windows.weekdays", [], "windows.weekdays", id="no weekday"),
        pytest.param("windows.weekdays", ["monday"], "windows.weekdays.0", id="weekday in full"),
        pytest.param("windows.hours", "9-16", "windows.hours", id="hours without minutes"),
        pytest.param("windows.hours", "09:00-24:30", "windows.hours", id="beyond midnight"),
        pytest.param("windows.hours", "24:00-09:00", "windows.hours", id="opens at 24:00"),
        pytest.param("notices", [], "notices", id="no notice"),
        pytest.param("notices", [f"{day}d" for day in range(9, 0, -1)], "notices", id="nine"),
        pytest.param("limits.reaps_per_sweep", 0, "limits.reaps_per_sweep", id="cap of zero"),
        pytest.param("limits.reaps_per_sweep", 1001, "limits.reaps_per_sweep", id="no cap"),
        pytest.param("limits.percent_of_leases", 0, "limits.percent_of_leases", id="0 percent"),
        pytest.param("limits.percent_of_leases", 101, "limits.percent_of_leases", id="101"),
        pytest.param("limits.reaps_per_account", 0, "limits.reaps_per_account", id="account 0"),
        pytest.param("limits.reaps_per_account", 1001, "limits.reaps_per_account", id="account"),
        pytest.param("limits.new_leases", -1, "limits.new_leases", id="fewer than none"),
        pytest.param("limits.new_leases", 100_001, "limits.new_leases", id="any number"),
        pytest.param(
            "limits.acknowledged_new_leases", -1, "limits.acknowledged_new_leases", id="ack"
        ),
        pytest.param("owners.fallback", "nobody", "owners.fallback", id="no address"),
        pytest.param("owners.fallback", "a@b", "owners.fallback", id="no domain"),
        pytest.param("owners.fallback", "a@b.c,d@e.f", "owners.fallback", id="two addresses"),
        pytest.param("owners.tag_keys", [], "owners.tag_keys", id="no owner tag"),
        pytest.param("owners.email_domains", ["Example.com"], "owners.email_domains.0", id="caps"),
        pytest.param("owners.email_domains", ["com"], "owners.email_domains.0", id="top level"),
        pytest.param("owners.contacts", {"": "a@b.cd"}, "owners.contacts..[key]", id="nameless"),
        pytest.param("lease.ttl_tag", "", "lease.ttl_tag", id="no ttl tag"),
    ],
)
def test_a_value_of_another_shape_is_refused_where_it_stands(
    place: str, value: object, where: str
) -> None:
    assert list(refusals(changed(place, value))) == [where]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param("minimum_notice", "1h", id="shortest grace"),
        pytest.param("notices", ["7d", "1d"], id="last notice as long as the grace"),
        pytest.param("notices", ["90d", "1d"], id="notice as long as the longest life"),
        pytest.param("notices", [f"{day}d" for day in range(8, 0, -1)], id="eight notices"),
        pytest.param("lease.ttl", "90d", id="ttl as long as the longest life"),
        pytest.param("windows.hours", "00:00-24:00", id="whole day"),
        pytest.param("windows.hours", "23:59-00:00", id="last minute"),
        pytest.param("windows.freeze", [{"first": "2026-12-24", "last": "2026-12-24"}], id="day"),
        pytest.param("limits.reaps_per_sweep", 1000, id="highest cap"),
        pytest.param("limits.percent_of_leases", 100, id="all leases"),
        pytest.param("limits.percent_of_leases", 1, id="one percent"),
        pytest.param("limits.reaps_per_account", 1000, id="highest cap of an account"),
        pytest.param("limits.reaps_per_account", 1, id="lowest cap of an account"),
        pytest.param("limits.new_leases", 100_000, id="many new leases"),
        pytest.param("limits.new_leases", 0, id="no new leases"),
        pytest.param("scope.regions", ["us-gov-west-1", "eusc-de-east-1"], id="other partitions"),
        pytest.param("scope.organizational_units", ["r-abcd", "ou-abcd-12345678"], id="root, OU"),
        pytest.param("scope.name_patterns", ["f" * 128], id="longest pattern"),
        pytest.param("scope.tags", {"stage": ["XL", "a-b.c"]}, id="any plain tag value"),
    ],
)
def test_the_edge_of_what_is_allowed_is_admitted(place: str, value: object) -> None:
    assert Policy.model_validate(changed(place, value))


def test_all_wants_and_takes_both_names_and_tags() -> None:
    tags = {"stage": ["feature"]}
    with_both = Scope.model_validate({**SCOPE, "match": "all", "tags": tags})
    assert with_both.match is Match.ALL
    with pytest.raises(ValidationError, match="needs both"):
        Scope.model_validate({"regions": ["eu-west-1"], "match": "all", "tags": tags})


def test_tags_alone_select() -> None:
    assert Scope.model_validate({"regions": ["eu-west-1"], "tags": {"stage": ["feature"]}})


def test_a_loaded_policy_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        make_policy().mode = Mode.REAP  # type: ignore[misc]  # that it is refused is the test


def test_windows_read_their_hours_and_zone() -> None:
    windows = Windows(timezone="Europe/Berlin", hours="09:30-16:45")
    assert (windows.opens, windows.closes) == (time(9, 30), time(16, 45))
    assert windows.zone.key == "Europe/Berlin"
    assert Windows(hours="20:00-24:00").closes == time(0)


def test_windows_know_their_weekdays() -> None:
    windows = Windows(weekdays=["mon", "sun"])
    allowed = [windows.allows_day(date(2026, 11, 23 + offset)) for offset in range(7)]
    assert allowed == [True, False, False, False, False, False, True]


@pytest.mark.parametrize(
    ("address", "permitted"),
    [
        pytest.param("a@example.com", True, id="inside"),
        pytest.param("a@EXAMPLE.com", True, id="in capitals"),
        pytest.param("a@sub.example.com", False, id="of a subdomain"),
        pytest.param("a@notexample.com", False, id="of a look-alike"),
    ],
)
def test_addresses_are_held_to_the_domains(address: str, permitted: bool) -> None:
    owners = Owners(fallback="platform@example.com", email_domains=["example.com"])
    assert owners.permits(address) is permitted
    assert Owners(fallback="platform@example.com").permits(address)


CHANGES: list[tuple[str, Callable[[], Policy]]] = [
    ("mode", lambda: make_policy().with_mode(Mode.NOTIFY)),
    ("ttl", lambda: make_policy(lease={"ttl": "15d", "max_lifetime": "60d"})),
    ("limits", lambda: make_policy(limits={"reaps_per_sweep": 1})),
]


@pytest.mark.parametrize("change", [pytest.param(make, id=name) for name, make in CHANGES])
def test_another_policy_has_another_fingerprint_and_the_same_scope(
    change: Callable[[], Policy],
) -> None:
    policy, other = make_policy(), change()
    assert policy.fingerprint != other.fingerprint
    assert policy.scope.fingerprint == other.scope.fingerprint


def test_a_policy_with_another_mode_is_the_same_but_for_the_mode() -> None:
    policy = make_policy()
    known_before = policy.fingerprint
    lowered = policy.with_mode(Mode.OBSERVE)
    assert lowered.mode is Mode.OBSERVE
    assert lowered.fingerprint != known_before
    assert lowered.with_mode(Mode.REAP).fingerprint == known_before
    assert policy.mode is Mode.REAP


def test_another_scope_has_another_fingerprint() -> None:
    wider = make_policy(scope={"name_patterns": ["pr-*"], "regions": ["eu-west-1"]})
    assert wider.scope.fingerprint != make_policy().scope.fingerprint


def test_a_fingerprint_survives_writing_and_reading_and_the_order_of_keys() -> None:
    policy = make_policy()
    document = json.loads(policy.model_dump_json())
    again = Policy.model_validate(dict(reversed(document.items())))
    assert again.fingerprint == policy.fingerprint
    assert len(policy.fingerprint) == 12
    assert int(policy.fingerprint, 16) >= 0


def test_a_new_release_does_not_make_an_old_policy_a_new_one() -> None:
    assert Policy.model_validate(SMALLEST).fingerprint == "17adda794b41"


@pytest.mark.parametrize(
    ("name", "matched"),
    [
        pytest.param("feat-a", "feat-*", id="first"),
        pytest.param("pr-1", "pr-*", id="second"),
        pytest.param("Feat-a", None, id="heeds case"),
        pytest.param("my-feat-a", None, id="whole name"),
    ],
)
def test_the_first_pattern_that_matches_is_named(name: str, matched: str | None) -> None:
    assert first_match(name, ["feat-*", "pr-*"]) == matched
