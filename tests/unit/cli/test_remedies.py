"""What would change a decision, each with the exact tag; and that the tags do what they promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.decisions import decide
from steward.domain.expiry import expiry_of
from steward.domain.leases import LeaseState
from steward.domain.stacks import Account, Protection, Stack
from steward_cli.remedies import Remedy, remedies
from tests.factories import CREATED, NOW, make_account, make_lease, make_policy, make_stack

POLICY = make_policy()
LEASE = make_lease()


def found(stack: Stack, account: Account | None = None) -> list[Remedy]:
    return list(remedies(stack, LEASE, account or make_account(), POLICY, NOW))


def tagged(stack: Stack, tag: str) -> Stack:
    key, _, value = tag.partition("=")
    return replace(stack, tags={**stack.tags, key: value})


def test_a_leased_stack_is_offered_a_date_a_ttl_and_keep() -> None:
    tags = [remedy.tag for remedy in found(make_stack()) if remedy.tag]
    assert [tag.partition("=")[0] for tag in tags] == ["expires-at", "ttl", "steward:keep"]


def test_the_date_offered_moves_the_expiry_as_promised() -> None:
    stack = make_stack()
    date = next(each.tag for each in found(stack) if each.tag.startswith("expires-at="))
    assert expiry_of(tagged(stack, date), CREATED, POLICY).at > LEASE.expires_at


def test_the_keep_tag_offered_exempts_the_stack() -> None:
    stack = make_stack()
    keep = next(each.tag for each in found(stack) if each.tag.startswith("steward:keep"))
    decision = decide(tagged(stack, keep), LEASE, make_account(), POLICY, NOW)
    assert decision.lease is not None
    assert decision.lease.state is LeaseState.EXEMPT


def test_the_oldest_stack_cannot_be_extended_any_more() -> None:
    lease = replace(LEASE, expires_at=CREATED + timedelta(days=60))
    told = [each.what for each in remedies(make_stack(), lease, make_account(), POLICY, NOW)]
    assert told[0].startswith("it cannot be extended beyond")
    assert not any("deploy it again" in each for each in told)


def test_a_date_tag_overrules_the_ttl_so_no_ttl_is_offered() -> None:
    stack = make_stack(tags={"stage": "feature", "expires-at": "2026-12-01"})
    assert not [each for each in found(stack) if each.tag.startswith("ttl=")]


@pytest.mark.parametrize(
    ("stack", "account", "told"),
    [
        pytest.param(
            make_stack(tags={"stage": "feature", "steward:keep": "yes"}),
            make_account(),
            "remove the tag steward:keep",
            id="kept",
        ),
        pytest.param(
            make_stack(protection=Protection.ON),
            make_account(),
            "turn termination protection off",
            id="protected",
        ),
        pytest.param(
            make_stack(parent_id="arn:parent"), make_account(), "nothing: this kind", id="nested"
        ),
        pytest.param(
            make_stack("payments", tags={}),
            make_account(),
            "a name like feat-*, pr-* or a tag stage=feature, stage=ephemeral, stage=preview",
            id="out-of-scope",
        ),
    ],
)
def test_a_stack_that_is_not_leased_is_told_what_would_lease_it(
    stack: Stack, account: Account, told: str
) -> None:
    (remedy,) = found(stack, account)
    assert told in remedy.what
    assert not remedy.commands


def test_an_excluded_account_is_a_matter_of_the_policy() -> None:
    policy = make_policy(
        scope={
            "name_patterns": ["feat-*"],
            "regions": ["eu-west-1"],
            "exclude": {"accounts": [make_account().account_id]},
        }
    )
    (remedy,) = remedies(make_stack(), None, make_account(), policy, NOW)
    assert "change of the policy's scope" in remedy.what


def test_a_region_outside_is_a_matter_of_the_policy() -> None:
    policy = make_policy(scope={"name_patterns": ["feat-*"], "regions": ["us-east-1"]})
    (remedy,) = remedies(make_stack(), None, make_account(), policy, NOW)
    assert "eu-west-1 is not in scope.regions" in remedy.what


def test_both_name_and_tag_are_wanted_when_the_policy_matches_all() -> None:
    scope = {
        "match": "all",
        "name_patterns": ["feat-*"],
        "tags": {"stage": ["feature"]},
        "regions": ["eu-west-1"],
    }
    (remedy,) = remedies(make_stack(tags={}), None, make_account(), make_policy(scope=scope), NOW)
    assert "a name like feat-* and a tag stage=feature" in remedy.what


def test_a_tag_comes_with_commands_that_set_it() -> None:
    commands = [each for remedy in found(make_stack()) for each in remedy.commands]
    assert any(each.startswith("sam deploy --tags") for each in commands)
