"""Config's aggregator and AWS Health as a hub meets them; moto has neither.

Answers pass botocore's model on their way (see the exchange).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.functions.exchange import Call, Refused

EVENT_ARN = "arn:aws:health:eu-west-1::event/LAMBDA/AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT/abc"


def config_row(account_id: str, region: str, name: str, **changes: Any) -> str:
    """One row of the aggregator, a JSON text of its own as AWS sends it."""
    row = {
        "resourceId": name,
        "resourceName": name,
        "arn": f"arn:aws:lambda:{region}:{account_id}:function:{name}",
        "accountId": account_id,
        "awsRegion": region,
        "tags": [{"key": "owner", "value": "dev@example.com", "tag": "owner=dev@example.com"}],
        "recordingFrequency": "CONTINUOUS",
        "configuration": {"runtime": "python3.9", "packageType": "Zip", "architectures": ["arm64"]},
    }
    return json.dumps(row | changes)


def source(account_id: str, region: str, updated: datetime, **changes: Any) -> dict[str, Any]:
    """How far one account and region has come into the aggregator."""
    row = {
        "SourceId": account_id,
        "SourceType": "ACCOUNT",
        "AwsRegion": region,
        "LastUpdateStatus": "SUCCEEDED",
        "LastUpdateTime": updated,
    }
    return {key: value for key, value in (row | changes).items() if value != ""}


@dataclass
class FakeConfig:
    """The organization's aggregator, or none. `page`: rows a page, whatever is asked for."""

    rows: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    page: int = 100
    missing: bool = False

    def __call__(self, call: Call) -> dict[str, Any]:
        if self.missing:
            raise Refused("NoSuchConfigurationAggregatorException", "no such aggregator")
        if call.operation == "DescribeConfigurationAggregatorSourcesStatus":
            return {"AggregatedSourceStatusList": self.sources}
        start = int(call.params.get("NextToken") or 0)
        after = start + self.page
        more = {"NextToken": str(after)} if after < len(self.rows) else {}
        return {"Results": self.rows[start:after], **more}


@dataclass
class FakeHealth:
    """Health's organization view and version catalog. `refused`: the code of every answer."""

    functions: list[tuple[str, str, str]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    catalog: dict[str, dict[str, datetime]] = field(default_factory=dict)
    refused: str = ""

    def __call__(self, call: Call) -> dict[str, Any]:
        if self.refused:
            raise Refused(self.refused, "refused by the test")
        match call.operation:
            case "DescribeServiceLifecycle":
                return {"serviceLifecycles": [_lifecycle(*each) for each in self.catalog.items()]}
            case "DescribeEventsForOrganization":
                return {"events": [_event()] if self.functions else []}
            case "DescribeAffectedAccountsForOrganization":
                return {"affectedAccounts": sorted({each[0] for each in self.functions})}
            case "DescribeEventDetailsForOrganization":
                return {"successfulSet": [], "failedSet": []}
            case "DescribeAffectedEntitiesForOrganization":
                filters = call.params["organizationEntityAccountFilters"]
                return {"entities": self._entities(filters), "failedSet": self.failed}
            case operation:
                raise AssertionError(f"nobody should ask Health for {operation}")

    def _entities(self, filters: Sequence[Any]) -> list[dict[str, Any]]:
        asked = {each["awsAccountId"] for each in filters}
        return [_entity(*each) for each in self.functions if each[0] in asked]


def _event() -> dict[str, Any]:
    return {
        "arn": EVENT_ARN,
        "service": "LAMBDA",
        "eventTypeCode": "AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT",
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "region": "eu-west-1",
        "lastUpdatedTime": datetime(2026, 11, 20, tzinfo=UTC),
        "statusCode": "upcoming",
    }


def _entity(account_id: str, region: str, name: str) -> dict[str, Any]:
    return {
        "entityArn": f"arn:aws:health:{region}:{account_id}:entity/{name}",
        "eventArn": EVENT_ARN,
        "entityValue": f"arn:aws:lambda:{region}:{account_id}:function:{name}",
        "awsAccountId": account_id,
        "lastUpdatedTime": datetime(2026, 11, 20, tzinfo=UTC),
        "statusCode": "PENDING",
    }


def _lifecycle(runtime_id: str, days: dict[str, datetime]) -> dict[str, Any]:
    return {
        "service": "LAMBDA",
        "version": runtime_id,
        "title": f"{runtime_id} Lambda Runtime",
        "recommendedVersion": "python3.14",
        "lifecycleEvents": [
            {"lifecycleEventType": kind, "date": day, "regions": ["all"]}
            for kind, day in days.items()
        ],
    }


HOUR = timedelta(hours=1)
