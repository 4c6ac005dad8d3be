"""Versions as Lambda shows them, checked against its model."""

from datetime import timedelta
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.aws.function_versions import (
    VersionGone,
    alias_concurrency,
    read_version,
    routed_versions,
)
from steward.domain.rollouts.version_facts import Concurrency
from tests.unit.aws.scripted import Scripted

ROLE = "arn:aws:iam::111122223333:role/shop"
LAYER = "arn:aws:lambda:eu-west-1:111122223333:layer:shared:7"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:dead"
ASKED = {"FunctionName": "shop", "Qualifier": "4"}
ROW: dict[str, Any] = {"Version": "4", "Role": ROLE, "Timeout": 30, "MemorySize": 512}


def test_all_that_a_rollout_judges_is_read() -> None:
    row = ROW | {
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "Runtime": "python3.13",
        "PackageType": "Zip",
        "Handler": "app.handler",
        "CodeSha256": "abc=",
        "Architectures": ["arm64"],
        "DeadLetterConfig": {"TargetArn": QUEUE},
        "Environment": {"Variables": {"TABLE": "orders", "TOKEN": "hunter2"}},
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
        "Layers": [{"Arn": LAYER}],
    }
    with Scripted("lambda").answers("get_function_configuration", row, ASKED) as aws:
        facts = read_version(aws.client, "shop", "4")
    assert (facts.name, facts.role, facts.timeout) == ("shop:4", ROLE, timedelta(seconds=30))
    assert (facts.memory_mb, facts.runtime_id, facts.handler) == (512, "python3.13", "app.handler")
    assert (facts.dead_letter, facts.architecture, facts.layers) == (QUEUE, "arm64", (LAYER,))
    assert facts.network == {"subnet-1", "sg-1"}
    assert facts.is_ready
    assert not facts.is_getting_ready


def test_of_the_environment_only_names_are_kept() -> None:
    row = ROW | {"Environment": {"Variables": {"TOKEN": "hunter2"}}}
    with Scripted("lambda").answers("get_function_configuration", row) as aws:
        facts = read_version(aws.client, "shop", "4")
    assert facts.environment_keys == frozenset({"TOKEN"})
    assert "hunter2" not in repr(facts)


def test_an_environment_that_cannot_be_decrypted_is_not_an_empty_one() -> None:
    row = ROW | {"Environment": {"Error": {"ErrorCode": "AccessDenied", "Message": "no key"}}}
    with Scripted("lambda").answers("get_function_configuration", row) as aws:
        assert read_version(aws.client, "shop", "4").environment_keys is None


@pytest.mark.parametrize(
    ("row", "ready", "getting_ready"),
    [
        pytest.param({}, True, False, id="not-told"),
        pytest.param({"State": "Pending"}, False, True, id="pending"),
        pytest.param({"State": "Failed"}, False, False, id="failed"),
        pytest.param({"State": "Inactive"}, False, False, id="inactive"),
        pytest.param(
            {"State": "Active", "LastUpdateStatus": "InProgress"}, False, True, id="updating"
        ),
        pytest.param(
            {"State": "Active", "LastUpdateStatus": "Failed"}, False, False, id="update-failed"
        ),
    ],
)
def test_a_version_is_ready_or_gets_ready(
    row: dict[str, Any], ready: bool, getting_ready: bool
) -> None:
    with Scripted("lambda").answers("get_function_configuration", ROW | row) as aws:
        facts = read_version(aws.client, "shop", "4")
    assert (facts.is_ready, facts.is_getting_ready) == (ready, getting_ready)


def test_a_deleted_version_is_gone() -> None:
    with (
        Scripted("lambda").refuses(
            "get_function_configuration", "ResourceNotFoundException"
        ) as aws,
        pytest.raises(VersionGone, match="shop:4 does not exist"),
    ):
        read_version(aws.client, "shop", "4")


def test_a_missing_permission_says_whose_role_to_look_at() -> None:
    with (
        Scripted("lambda").refuses("get_function_configuration", "AccessDeniedException") as aws,
        pytest.raises(NotAllowed, match=r"org/members/hooks\.yaml"),
    ):
        read_version(aws.client, "shop", "4")


def test_provisioned_concurrency_of_the_alias_is_read() -> None:
    row = {
        "Status": "IN_PROGRESS",
        "RequestedProvisionedConcurrentExecutions": 5,
        "AvailableProvisionedConcurrentExecutions": 2,
    }
    asked = {"FunctionName": "shop", "Qualifier": "live"}
    with Scripted("lambda").answers("get_provisioned_concurrency_config", row, asked) as aws:
        found = alias_concurrency(aws.client, "shop", "live")
    assert found == Concurrency("IN_PROGRESS", requested=5, available=2)


def test_an_alias_may_have_none() -> None:
    code = "ProvisionedConcurrencyConfigNotFoundException"
    with Scripted("lambda").refuses("get_provisioned_concurrency_config", code) as aws:
        assert alias_concurrency(aws.client, "shop", "live") is None


def test_an_alias_may_be_gone() -> None:
    with (
        Scripted("lambda").refuses(
            "get_provisioned_concurrency_config", "ResourceNotFoundException"
        ) as aws,
        pytest.raises(VersionGone, match="shop:live"),
    ):
        alias_concurrency(aws.client, "shop", "live")


def test_an_alias_routes_to_its_own_version_first() -> None:
    row = {"FunctionVersion": "3", "RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}}
    with Scripted("lambda").answers("get_alias", row) as aws:
        assert routed_versions(aws.client, "shop", "live") == ("3", "4")
