"""Steers what the embedded organization says of Lambda runtimes, beside the functions themselves.

What is put has the shape in which AWS answers it, with instants as ISO 8601 text, and is checked
against the models of these services: what breaks them is refused with HTTP 400.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from local.loopback_http import call_json

type Recorder = Literal["on", "absent", "stopped"]
type Fields = Mapping[str, Any]


@dataclass(frozen=True)
class RuntimeControl:
    endpoint: str

    def put_health_event(
        self,
        event: Fields,
        *,
        description: str = "",
        metadata: Mapping[str, str] | None = None,
        entities: Sequence[Fields] = (),
        entity_failures: Sequence[Fields] = (),
        detail_failures: Sequence[Fields] = (),
    ) -> None:
        """An event of the organization view; the same ARN again replaces it.

        `event`: OrganizationEvent. `entities`: AffectedEntity. The failures are those for which
        DescribeAffectedEntities and DescribeEventDetails answer in their `failedSet`.
        """
        body = {
            "event": dict(event),
            "description": description,
            "metadata": dict(metadata or {}),
            "entities": [*entities],
            "entity_failures": [*entity_failures],
            "detail_failures": [*detail_failures],
        }
        self._put("health-event", body)

    def set_version_catalog(self, lifecycles: Sequence[Fields]) -> None:
        """What DescribeServiceLifecycle answers: ServiceLifecycle each."""
        self._put("version-catalog", [*lifecycles])

    def set_support_plan(self, *, present: bool) -> None:
        self._put("support-plan", {"present": present})

    def throttle_health(self, calls: int) -> None:
        """The next calls to Health get ThrottlingException."""
        self._put("health-throttle", {"calls": calls})

    def set_recorder(self, account: str, region: str, state: Recorder) -> None:
        """`absent`: Config has no row of the unit. `stopped`: its rows stay as they are now."""
        self._put("config-recorder", {"account": account, "region": region, "state": state})

    def let_config_lag(self, account: str, region: str, name: str) -> None:
        """The row of one function stays as it is now."""
        self._put("config-lag", {"account": account, "region": region, "name": name})

    def let_config_catch_up(self, account: str, region: str, name: str) -> None:
        self._put("config-catch-up", {"account": account, "region": region, "name": name})

    def put_aggregator(
        self,
        name: str,
        place: tuple[str, str],
        accounts: Sequence[str],
        regions: Sequence[str],
        expression: str,
        organization: str,
    ) -> None:
        """An aggregator of an organization. `place`: its own account and region. `expression`: the
        only one that it answers."""
        body = {
            "name": name,
            "account": place[0],
            "region": place[1],
            "accounts": [*accounts],
            "regions": [*regions],
            "expression": expression,
            "organization": organization,
        }
        self._put("config-aggregator", body)

    def set_source_status(self, account: str, region: str, status: Fields) -> None:
        """Where a source differs from one that is fine: fields of AggregatedSourceStatus."""
        body = {"account": account, "region": region, "status": dict(status)}
        self._put("config-source", body)

    def add_odd_config_row(self, row: str) -> None:
        """A row that no recorder would write, after all others, as it is."""
        self._put("config-odd-row", {"row": row})

    def put_canary(self, account: str, region: str, canary: Fields) -> None:
        self._put("canary", {"account": account, "region": region, "canary": dict(canary)})

    def set_canary_versions(self, versions: Sequence[Fields]) -> None:
        """What DescribeRuntimeVersions answers everywhere: RuntimeVersion each."""
        self._put("canary-versions", [*versions])

    def put_runtime_alias(self, alias: Fields) -> None:
        """An alias of a customer-managed runtime, as GetRuntimeAlias answers it."""
        self._put("runtime-alias", dict(alias))

    def _put(self, path: str, body: object) -> None:
        call_json(f"{self.endpoint}/_local/{path}", "PUT", body)
