"""What the doctor reads of AWS Config. moto keeps aggregators; it has neither the status of their
sources nor counts of resources, so these answers are a stub's, which holds requests and answers to
botocore's model of the service."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.workflows.policies import PolicyInForce
from steward_cli.doctor.findings import Finding, Status
from steward_cli.doctor.hub_stack import DeployedStack
from steward_cli.doctor.patient import Patient
from steward_cli.doctor.reading.inventory import look_at_aggregator, look_at_recorders
from tests.integration.org.installed import POLICY

NAME = "everyone"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONE, TWO = "222222222222", "333333333333"
OF_ORGANIZATION = {"RoleArn": "arn:aws:iam::111111111111:role/config", "AllAwsRegions": True}
OF_ONE_REGION = {"RoleArn": "arn:aws:iam::111111111111:role/config", "AwsRegions": ["us-east-1"]}
WELL = {"LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": NOW - timedelta(hours=1)}
# The organization's list of accounts, of no region.
WHOLE = {"SourceId": "o-abcde12345", "SourceType": "ORGANIZATION"} | WELL
ASKED = {"ConfigurationAggregatorName": NAME}
COUNTED = ASKED | {"GroupByKey": "ACCOUNT_ID"}
STATUS = "describe_configuration_aggregator_sources_status"
COUNTS = "get_aggregate_discovered_resource_counts"


class Config:
    """One client in two: what moto has is moto's, the rest is stubbed."""

    def __init__(self) -> None:
        self.kept = boto3.client("config")
        self.exceptions = self.kept.exceptions
        self.describe_configuration_aggregators = self.kept.describe_configuration_aggregators
        self._stubbed: Any = boto3.client("config")
        self.stub = Stubber(self._stubbed)
        self.stub.activate()

    def get_paginator(self, operation: str) -> Any:
        return self._stubbed.get_paginator(operation)

    def get_aggregate_discovered_resource_counts(self, **asked: Any) -> Any:
        return self._stubbed.get_aggregate_discovered_resource_counts(**asked)

    def aggregate(self, **source: Any) -> None:
        self.kept.put_configuration_aggregator(ConfigurationAggregatorName=NAME, **source)

    def sources(self, *rows: dict[str, Any]) -> None:
        """Each on a page of its own."""
        asked: dict[str, Any] = ASKED | {"Limit": 100}
        for number, row in enumerate(rows, 1):
            more = {"NextToken": str(number)} if number < len(rows) else {}
            self.stub.add_response(STATUS, {"AggregatedSourceStatusList": [row]} | more, asked)
            asked = asked | more

    def counts(self, *groups: tuple[str, int]) -> None:
        """Each on a page of its own."""
        asked: dict[str, Any] = COUNTED
        for number, (account, count) in enumerate(groups, 1):
            more = {"NextToken": str(number)} if number < len(groups) else {}
            rows = [{"GroupName": account, "ResourceCount": count}]
            answer = {"TotalDiscoveredResources": count, "GroupedResourceCounts": rows}
            self.stub.add_response(COUNTS, answer | more, asked)
            asked = asked | more


@dataclass(frozen=True)
class Subject(Patient):
    """An installation with an aggregator, as far as these checks look at it."""

    config: Config = field(default_factory=Config)

    @property
    def stack(self) -> DeployedStack:
        parameters = {"ConfigAggregatorName": NAME}
        return DeployedStack("steward", "CREATE_COMPLETE", parameters=parameters)

    @property
    def policy(self) -> PolicyInForce:
        return PolicyInForce(policy := Policy.model_validate(POLICY), policy.fingerprint)

    @property
    def accounts(self) -> tuple[Account, ...]:
        return Account(ONE), Account(TWO)

    def client(self, service: str, region: str = "") -> Any:
        assert (service, region) == ("config", "")
        return self.config


@pytest.fixture
def subject() -> Iterator[Subject]:
    nowhere: Any = None
    with mock_aws():
        made = Subject(nowhere, "steward", NOW)
        yield made
        made.config.stub.assert_no_pending_responses()


def source(account: str, **differs: Any) -> dict[str, Any]:
    place = {"SourceId": account, "SourceType": "ACCOUNT", "AwsRegion": "eu-west-1"}
    return place | WELL | differs


def says(found: Finding, status: Status, words: str) -> None:
    assert found.status is status, found
    assert words in found.why


def test_an_aggregator_of_everything_with_fresh_sources_is_well(subject: Subject) -> None:
    subject.config.aggregate(OrganizationAggregationSource=OF_ORGANIZATION)
    subject.config.sources(WHOLE, source(ONE), source(TWO))
    says(look_at_aggregator(subject), Status.OK, "holds fresh copies of 2 account regions")


def test_an_organization_that_config_cannot_list_is_named(subject: Subject) -> None:
    subject.config.aggregate(OrganizationAggregationSource=OF_ORGANIZATION)
    subject.config.sources(WHOLE | {"LastUpdateStatus": "FAILED"}, source(ONE))
    says(look_at_aggregator(subject), Status.WARN, f"1 source of {NAME} failing: o-abcde12345")


def test_an_aggregator_that_is_not_there_is_a_failure(subject: Subject) -> None:
    says(look_at_aggregator(subject), Status.FAIL, f"there is no Config aggregator {NAME}")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param(
            {"OrganizationAggregationSource": OF_ONE_REGION},
            "does not copy from eu-west-1",
            id="a region of the policy is missing",
        ),
        pytest.param(
            {"AccountAggregationSources": [{"AccountIds": [ONE], "AllAwsRegions": True}]},
            "copies from single accounts, so new ones are missing",
            id="not of the organization",
        ),
    ],
)
def test_an_aggregator_of_less_is_a_warning(
    subject: Subject, kind: dict[str, Any], words: str
) -> None:
    subject.config.aggregate(**kind)
    subject.config.sources(source(ONE))
    says(look_at_aggregator(subject), Status.WARN, words)


@pytest.mark.parametrize(
    ("differs", "seen"),
    [
        pytest.param(
            {
                "LastUpdateStatus": "FAILED",
                "LastErrorCode": "AccessDenied",
                "LastErrorMessage": "no role",
            },
            "FAILED: AccessDenied: no role",
            id="failing",
        ),
        pytest.param({"LastUpdateStatus": "OUTDATED"}, "OUTDATED", id="outdated"),
        pytest.param({"LastUpdateTime": NOW - timedelta(days=9)}, "SUCCEEDED", id="old"),
    ],
)
def test_a_source_that_lags_is_named_and_the_others_are_not(
    subject: Subject, differs: dict[str, Any], seen: str
) -> None:
    subject.config.aggregate(OrganizationAggregationSource=OF_ORGANIZATION)
    subject.config.sources(source(ONE, **differs), source(TWO))
    found = look_at_aggregator(subject)
    says(found, Status.WARN, f"1 source of {NAME} failing: {ONE} eu-west-1")
    assert [each.value for each in found.evidence] == [seen]


def test_an_aggregator_whose_sources_may_not_be_read_is_a_failure(subject: Subject) -> None:
    subject.config.aggregate(OrganizationAggregationSource=OF_ORGANIZATION)
    subject.config.stub.add_client_error(STATUS, "AccessDeniedException", "not authorized")
    found = look_at_aggregator(subject)
    says(found, Status.FAIL, "AccessDeniedException: not authorized")
    assert "config:DescribeConfigurationAggregatorSourcesStatus" in found.mend


@pytest.mark.parametrize(
    ("groups", "status", "words"),
    [
        pytest.param([(ONE, 7), (TWO, 3)], Status.OK, "records in all 2 accounts", id="all"),
        pytest.param([(ONE, 7)], Status.WARN, f"no resource of {TWO}", id="one is missing"),
        pytest.param([(ONE, 7), (TWO, 0)], Status.WARN, f"no resource of {TWO}", id="one is empty"),
    ],
)
def test_an_account_of_which_config_knows_nothing_has_no_recorder(
    subject: Subject, groups: list[tuple[str, int]], status: Status, words: str
) -> None:
    subject.config.counts(*groups)
    says(look_at_recorders(subject), status, words)
