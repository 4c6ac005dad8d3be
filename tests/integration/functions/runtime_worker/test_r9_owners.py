"""R9: who has to change a function, and how that is known."""

from typing import Any

import pytest

from tests.factories import make_policy, make_stack_id
from tests.integration.functions.runtime_units import Units, shown

POLICY = "aaaaaaaaaaaa"
STACK = make_stack_id("orders")
APPLICATION = "arn:aws:resource-groups:eu-west-1:222222222222:group/Shop/0abc1def"
STACK_TAGS = {
    "aws:cloudformation:stack-name": "orders",
    "aws:cloudformation:stack-id": STACK,
}


def owners(**changes: Any) -> dict[str, Any]:
    return {
        "email_domains": ["example.com"],
        "contacts": {"Shop": "shop@example.com", "payments": "payments@example.com"},
        "fallback": "platform@example.com",
    } | changes


@pytest.mark.parametrize(
    ("function_tags", "stack_tags", "account_tags", "policy", "owner", "source"),
    [
        pytest.param(
            {"owner": "a@example.com"},
            {"owner": "b@example.com"},
            {"owner": "c@example.com"},
            {},
            "a@example.com",
            "function tag owner=a@example.com",
            id="function-tag",
        ),
        pytest.param(
            {"team": "payments"},
            {"owner": "b@example.com"},
            {},
            {},
            "payments@example.com",
            "function tag team=payments",
            id="function-tag-of-a-lower-key",
        ),
        pytest.param(
            {"owner": "nobody we know"},
            {"owner": "b@example.com"},
            {},
            {},
            "b@example.com",
            "stack tag owner=b@example.com; function tag owner=nobody we know names nobody",
            id="stack-tag",
        ),
        pytest.param(
            {"awsApplication": APPLICATION},
            {},
            {"owner": "c@example.com"},
            {},
            "shop@example.com",
            "application tag awsApplication=Shop",
            id="application",
        ),
        pytest.param(
            {"awsApplication": APPLICATION.replace("Shop", "Unknown")},
            {},
            {"owner": "c@example.com"},
            {},
            "c@example.com",
            "account tag owner=c@example.com",
            id="application-without-a-contact",
        ),
        pytest.param(
            {},
            {},
            {},
            {"organizational_units": {"ou-ab12-11111111": "unit@example.com"}},
            "unit@example.com",
            "the contact of organizational unit ou-ab12-11111111",
            id="organizational-unit",
        ),
        pytest.param(
            {}, {}, {}, {}, "platform@example.com", "the policy's fallback", id="fallback"
        ),
    ],
)
def test_r9_the_first_that_names_somebody_reachable_owns_it(
    units: Units,
    function_tags: dict[str, str],
    stack_tags: dict[str, str],
    account_tags: dict[str, str],
    policy: dict[str, Any],
    owner: str,
    source: str,
) -> None:
    units.hub.put_in_force(make_policy(owners=owners(**policy)), POLICY)
    units.hub.members.add("orders", StackId=STACK, tags=stack_tags)
    function = shown("orders", "python3.9", tags=STACK_TAGS | function_tags)
    account = {
        "account_id": "222222222222",
        "ou_path": ["ou-ab12-11111111"],
        "tags": account_tags,
    }
    units.scan(function, policy=POLICY, account=account)
    row = units.row("orders")
    assert row.owner == owner
    assert row.owner_source.startswith(source)
    assert "Unknown" not in row.owner_source
    assert row.owned is (owner != "platform@example.com")


def test_r9_who_cannot_be_reached_is_passed_over(units: Units) -> None:
    units.hub.put_in_force(make_policy(owners=owners(email_domains=[])), POLICY)
    tags = {"owner": "not an address", "contact": "b@example.com, c@example.com"}
    units.scan(shown("orders", "python3.9", tags=tags), policy=POLICY)
    assert units.row("orders").owner == "b@example.com, c@example.com"
    assert units.row("orders").owned


def test_r9_somebody_who_is_named_owns_it_even_if_it_is_the_fallback(units: Units) -> None:
    tags = {"owner": "platform@example.com"}
    units.scan(shown("orders", "python3.9", tags=tags))
    assert (units.row("orders").owner, units.row("orders").owned) == ("platform@example.com", True)


def test_r9_tags_that_lambda_has_come_from_the_tagging_api(units: Units) -> None:
    units.function("orders", "python3.9")
    units.answers.tags["orders"] = {"owner": "a@example.com"}
    units.scan(in_config=False)
    assert units.row("orders").owner == "a@example.com"
    assert len(units.hub.exchange.sent("GetResources")) == 1


def test_r9_an_owner_is_not_lost_on_a_day_without_tags(units: Units) -> None:
    units.function("orders", "python3.9")
    units.answers.tags["orders"] = STACK_TAGS | {"owner": "a@example.com"}
    units.hub.members.add("orders", StackId=STACK)
    units.scan(in_config=False)
    units.hub.exchange.refuse("GetResources", "AccessDeniedException")
    units.hub.exchange.calls.clear()
    header = units.scan(day=1, in_config=False)
    row = units.row("orders")
    assert (row.owner, row.owned, row.stack) == ("a@example.com", True, "orders")
    assert "its tags could not be read" in row.owner_source
    assert "tags of functions that Config does not show" in header.problems[0]


def test_r9_stacks_are_listed_once_for_all_functions_of_a_unit(units: Units) -> None:
    units.hub.members.add("orders", StackId=STACK, tags={"owner": "b@example.com"})
    units.scan(*(shown(f"orders-{n}", "python3.9", tags=STACK_TAGS) for n in range(30)))
    assert {row.owner for row in units.rows()} == {"b@example.com"}
    assert len(units.hub.exchange.sent("DescribeStacks")) == 1
