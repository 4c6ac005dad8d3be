"""The Config aggregator of the organization: its advanced query, and the state of its sources.

ministack 1.5.33 has neither. Sources: SelectAggregateResourceConfig and
DescribeConfigurationAggregatorSourcesStatus, AWS Config API Reference. The query language is not
emulated: the one expression that was told is answered, any other is invalid.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.emulator_server.clock import TravellingClock
from local.emulator_server.modelled.config_rows import selected
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.recorders import Recorders
from local.emulator_server.modelled.service import ModelledService, RefusedCallError
from local.emulator_server.pinned import private

BAD_TOKEN = "InvalidNextTokenException"
ROWS_OF_A_PAGE = 25
SOURCES_OF_A_PAGE = 100
SELECT = re.compile(r"\s*SELECT\s+(?P<columns>.+?)\s+WHERE\s", re.DOTALL)
Fields = dict[str, Any]
Request = Mapping[str, Any]


@dataclass(frozen=True)
class Aggregator:
    """`account` and `region`: where it is. `regions`: what it aggregates, of every account."""

    name: str
    account: str
    region: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    expression: str
    organization: str
    statuses: dict[tuple[str, str], Fields] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        found = SELECT.match(self.expression)
        if found is None:
            raise ValueError(f"no SELECT ... WHERE ...: {self.expression!r}")
        return [column.strip() for column in found["columns"].split(",")]


class Aggregators:
    def __init__(self, recorders: Recorders, clock: TravellingClock) -> None:
        self._recorders = recorders
        self._clock = clock
        self._known: dict[tuple[str, str, str], Aggregator] = {}
        self._odd_rows: list[str] = []
        self.service = ModelledService(
            "config",
            {
                "SelectAggregateResourceConfig": self._select,
                "DescribeConfigurationAggregatorSourcesStatus": self._sources,
            },
        )

    def put(self, document: Mapping[str, Any]) -> None:
        lists = {name: tuple(document[name]) for name in ("accounts", "regions")}
        aggregator = Aggregator(**{**document, **lists})
        if not aggregator.columns:
            raise ValueError("the expression selects nothing")
        self._known[aggregator.account, aggregator.region, aggregator.name] = aggregator

    def set_source(self, account: str, region: str, status: Fields) -> None:
        """`status`: fields of AggregatedSourceStatus that differ from a source that is fine."""
        for aggregator in self._known.values():
            aggregator.statuses[account, region] = status

    def add_odd_row(self, row: str) -> None:
        """A row as it is, valid or not, after all others."""
        self._odd_rows.append(row)

    def _select(self, request: Request) -> Fields:
        aggregator = self._of(request)
        if request["Expression"] != aggregator.expression:
            what = "only the expression that the product sends is emulated"
            raise RefusedCallError("InvalidExpressionException", what)
        columns = aggregator.columns
        rows = [
            json.dumps(selected(row, columns))
            for row in self._recorders.rows()
            if row["accountId"] in aggregator.accounts and row["awsRegion"] in aggregator.regions
        ]
        size = request.get("Limit") or request.get("MaxResults") or ROWS_OF_A_PAGE
        page, token = page_of([*rows, *self._odd_rows], request, size, BAD_TOKEN)
        fields = [{"Name": column} for column in columns]
        return {"Results": page, "QueryInfo": {"SelectFields": fields}} | _next(token)

    def _sources(self, request: Request) -> Fields:
        aggregator = self._of(request)
        wanted = request.get("UpdateStatus")
        found = [
            source
            for source in _statuses(aggregator, self._clock.now())
            if wanted is None or source["LastUpdateStatus"] in wanted
        ]
        size = request.get("Limit") or SOURCES_OF_A_PAGE
        page, token = page_of(found, request, size, BAD_TOKEN)
        return {"AggregatedSourceStatusList": page} | _next(token)

    def _of(self, request: Request) -> Aggregator:
        account = private("ministack.core.responses", "get_account_id")()
        region = private("ministack.core.responses", "get_region")()
        name = request["ConfigurationAggregatorName"]
        found = self._known.get((account, region, name))
        if found is None:
            what = f"The configuration aggregator {name} does not exist."
            raise RefusedCallError("NoSuchConfigurationAggregatorException", what)
        return found


def _statuses(aggregator: Aggregator, now: datetime) -> list[Fields]:
    """The organization itself is a source as well, of no region."""
    fine = {"LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": now}
    whole = {"SourceId": aggregator.organization, "SourceType": "ORGANIZATION"} | fine
    return [whole] + [
        {"SourceId": account, "SourceType": "ACCOUNT", "AwsRegion": region}
        | fine
        | _told(aggregator.statuses.get((account, region), {}))
        for account in aggregator.accounts
        for region in aggregator.regions
    ]


def _told(status: Fields) -> Fields:
    at = status.get("LastUpdateTime")
    return status | ({"LastUpdateTime": datetime.fromisoformat(at)} if at else {})


def _next(token: str) -> Fields:
    return {"NextToken": token} if token else {}
