"""The Config aggregator of the organization, which moto does not have: its one query, its sources.

"SelectAggregateResourceConfig", "DescribeConfigurationAggregatorSourcesStatus", AWS Config API
Reference. The query language is not read: the columns are those of `AWS::Lambda::Function` that
Steward asks for.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from moto.awslambda.models import LambdaFunction

from benchmarks.stand_in.functions import latest_functions

MOST_ROWS = 100


@dataclass(slots=True)
class Aggregator:
    """`scattered`: rows of one unit never follow each other, which Config may do and a reader
    likes least. The rows are made when the first page is asked for."""

    scattered: bool = False
    _rows: list[str] = field(default_factory=list)

    def select(self, request: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" not in request:
            self._rows = self._made()
        first = int(request.get("NextToken", "0"))
        end = first + min(request["Limit"], MOST_ROWS)
        more = {"NextToken": str(end)} if end < len(self._rows) else {}
        return {"Results": self._rows[first:end], **more}

    def sources(self, _request: dict[str, Any]) -> dict[str, Any]:
        units = sorted({(each.account_id, each.region) for each in latest_functions()})
        return {
            "AggregatedSourceStatusList": [
                {
                    "SourceId": account,
                    "SourceType": "ACCOUNT",
                    "AwsRegion": region,
                    "LastUpdateStatus": "SUCCEEDED",
                    "LastUpdateTime": time.time(),
                }
                for account, region in units
            ]
        }

    def _made(self) -> list[str]:
        order = _by_name if self.scattered else _by_unit
        return [_row(each) for each in sorted(latest_functions(), key=order)]


def _by_unit(function: LambdaFunction) -> tuple[str, str, str]:
    return function.account_id, function.region, function.function_name


def _by_name(function: LambdaFunction) -> tuple[str, str, str]:
    return function.function_name, function.account_id, function.region


def _row(function: LambdaFunction) -> str:
    return json.dumps(
        {
            "resourceId": function.function_name,
            "resourceName": function.function_name,
            "arn": function.function_arn,
            "accountId": function.account_id,
            "awsRegion": function.region,
            "tags": [
                {"key": key, "value": value, "tag": f"{key}={value}"}
                for key, value in function.tags.items()
            ],
            "configurationItemCaptureTime": function.last_modified,
            "configurationItemStatus": "OK",
            "recordingFrequency": "CONTINUOUS",
            "configuration": {
                "runtime": function.run_time,
                "packageType": function.package_type,
                "architectures": function.architectures,
                "lastModified": function.last_modified,
                "version": "$LATEST",
            },
        }
    )
