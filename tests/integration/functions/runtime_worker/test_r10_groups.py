"""R10: the root stack and the origin that put functions into one work item."""

import pytest

from steward.domain.runtimes.functions import Origin
from tests.factories import make_stack_id
from tests.integration.functions.runtime_units import Units, shown


def stack_tags(name: str) -> dict[str, str]:
    return {
        "aws:cloudformation:stack-name": name,
        "aws:cloudformation:stack-id": make_stack_id(name),
    }


def test_r10_functions_of_nested_stacks_belong_to_the_root(units: Units) -> None:
    root = units.hub.members.add("shop", tags={"owner": "root@example.com"})
    middle = units.hub.members.add("shop-Api-1", ParentId=root, RootId=root, tags={})
    units.hub.members.add("shop-Api-1-Auth-2", ParentId=middle, RootId=root, tags={})
    units.scan(shown("auth", "python3.9", tags=stack_tags("shop-Api-1-Auth-2")))
    row = units.row("auth")
    assert (row.stack, row.stack_id) == ("shop", root)
    assert row.owner == "root@example.com"


def test_r10_a_stack_that_cannot_be_read_keeps_its_tags_name(units: Units) -> None:
    units.hub.exchange.refuse("DescribeStacks", "AccessDenied")
    header = units.scan(shown("auth", "python3.9", tags=stack_tags("shop-Api-1")))
    row = units.row("auth")
    assert (row.stack, row.stack_id) == ("shop-Api-1", make_stack_id("shop-Api-1"))
    assert "root stacks and their tags: not known" in header.problems[0]


def test_r10_a_stack_that_is_gone_keeps_its_tags_name(units: Units) -> None:
    units.scan(shown("left", "python3.9", tags=stack_tags("shop")))
    assert (units.row("left").stack, units.header().problems) == ("shop", ())


def test_r10_instances_of_a_stack_set_are_one_place(units: Units) -> None:
    name = "StackSet-baseline-0123abcd-89ab-4cde-8f01-23456789abcd"
    units.hub.members.add(name, tags={})
    units.scan(shown("guard", "python3.9", tags=stack_tags(name)))
    assert units.row("guard").stack == "StackSet-baseline"


def test_r10_without_a_stack_there_is_none(units: Units) -> None:
    units.scan(shown("orders-api", "python3.9"))
    assert (units.row("orders-api").stack, units.row("orders-api").stack_id) == ("", "")
    assert units.hub.exchange.sent("DescribeStacks") == []


def test_r10_canaries_and_frameworks_are_told_apart_from_applications(units: Units) -> None:
    names = {
        "cwsyn-checkout-0123abcd": Origin.CANARY,
        "shop-LogRetentionaae0aa3c5b4d-1A2B": Origin.FRAMEWORK,
        "aws-controltower-NotificationForwarder": Origin.FRAMEWORK,
        "orders-api": Origin.APPLICATION,
    }
    units.scan(*(shown(name, "nodejs18.x") for name in names))
    assert {row.name: row.origin for row in units.rows()} == names


@pytest.mark.parametrize("live", [True, False], ids=["weekly", "daily"])
def test_canaries_are_read_weekly_and_owned_as_their_function_is(units: Units, live: bool) -> None:
    units.function("cwsyn-checkout-0123", "nodejs18.x")
    units.answers.canaries = [
        {
            "Name": "checkout",
            "RuntimeVersion": "syn-nodejs-puppeteer-7.0",
            "EngineArn": "arn:aws:lambda:eu-west-1:222222222222:function:cwsyn-checkout-0123:4",
        },
        {"Name": "stopped", "RuntimeVersion": "syn-nodejs-puppeteer-9.1"},
    ]
    tags = stack_tags("shop") | {"owner": "dev@example.com"}
    header = units.scan(shown("cwsyn-checkout-0123", "nodejs18.x", tags=tags), live=live)
    assert len(header.canaries) == (2 if live else 0)
    if live:
        first, second = header.canaries
        assert (first.owner, first.stack) == ("dev@example.com", "shop")
        assert (first.latest, str(first.ends)) == ("syn-nodejs-puppeteer-9.1", "2026-01-22")
        assert (second.owner, second.ends) == ("", None)
