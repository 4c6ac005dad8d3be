"""A hub that scans runtimes: its bucket and queues, an organization, and what a plan left there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from functions.runtime_planner import app
from steward.aws.report_store import ReportStore
from steward.data.runtime_table import bundled
from steward.domain.policy import Policy
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.lifecycle import Lifecycle
from steward.domain.runtimes.places import MANIFEST, lifecycle_key, plan_key
from steward.domain.runtimes.plans import ScanDates, ScanPlan
from steward.domain.runtimes.reporting.manifest import Manifest
from steward.domain.stacks import Unit
from steward.messages import ReportWork, RuntimeUnitWork
from steward.workflows.runtimes.planning_units import is_its_day
from tests.factories import make_policy
from tests.integration.digest_hub import aws
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.runtime_sources import HOUR, FakeConfig, FakeHealth, source
from tests.integration.functions.samples import sample

BUCKET = "reports"
_PLACES = [f"{area}-{side}" for area in ("eu", "us", "ap", "sa") for side in ("west", "east")]
REGIONS = ("eu-west-1", "us-east-1")
DELAY = 60


@dataclass
class Scans:
    """The planner and its surroundings. `dev`, `prod`: two member accounts of the organization."""

    hub: Hub
    config: FakeConfig
    health: FakeHealth
    store: ReportStore
    planner: Function
    units_url: str
    reports_url: str
    dev: str
    prod: str

    def plan(self, event: Any = None) -> Any:
        """Invoke the planner; without an event by the sample's schedule."""
        return self.planner(sample("schedule") if event is None else event)

    def day_after(self, days: int = 1) -> Any:
        """The schedule of a later day."""
        at = SWEPT_AT.replace(day=SWEPT_AT.day + days)
        self.hub.clock = at
        self.config.sources = [each | {"LastUpdateTime": at - HOUR} for each in self.config.sources]
        return self.plan(sample("schedule") | {"time": at.isoformat()})

    def works(self) -> list[RuntimeUnitWork]:
        """Take the units' messages off their queue, in the order of the units."""
        bodies = self.hub.queued(self.units_url)
        return sorted(map(RuntimeUnitWork.model_validate, bodies), key=lambda each: each.unit)

    def work(self, unit: Unit) -> RuntimeUnitWork:
        (found,) = [each for each in self.works() if each.unit == unit]
        return found

    def reports(self) -> list[ReportWork]:
        """What was sent to the reports queue, which holds it back."""
        sent = self.hub.exchange.sent("SendMessage")
        assert {params["QueueUrl"] for params in sent} <= {self.reports_url}
        return [ReportWork.model_validate_json(params["MessageBody"]) for params in sent]

    def written(self, scan_id: str) -> ScanPlan:
        return ScanPlan.model_validate_json(self._document(plan_key(scan_id)))

    def dates(self, scan_id: str) -> ScanDates:
        return ScanDates.model_validate_json(self._document(lifecycle_key(scan_id)))

    def capability(self, scan_id: str, name: CapabilityName) -> Capability:
        (found,) = [each for each in self.written(scan_id).capabilities if each.name is name]
        return found

    def lines(self, key: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.store.lines(key)]

    def files(self) -> list[str]:
        return list(self.store.keys(""))

    def contents(self) -> dict[str, bytes | None]:
        return {key: self.store.read(key) for key in self.files()}

    def had_a_report(self, *known: dict[str, Any]) -> None:
        """As on every day but the first; `known`: the units that it had something to say of."""
        manifest = Manifest.model_validate({"units": known})
        self.store.write(MANIFEST, manifest.model_dump_json().encode(), "application/json")

    def deploy(self, **overrides: Any) -> Policy:
        policy = make_policy(**overrides)
        self.hub.appconfig.deploy(policy)
        return policy

    def _document(self, key: str) -> bytes:
        body = self.store.read(key)
        assert body is not None, f"{key} was not written"
        return body

    def quiet(self) -> Unit:
        """A unit, with a fresh source, that has not its day to be read live."""
        return self._unit(its_day=False)

    def on_its_day(self) -> Unit:
        """One that has."""
        return self._unit(its_day=True)

    def _unit(self, *, its_day: bool) -> Unit:
        """moto makes account ids up, so the region is chosen to fit, from as many as it takes."""
        regions = (f"{place}-{number}" for place in _PLACES for number in range(1, 10))
        units = (Unit(self.dev, region) for region in regions)
        unit = next(unit for unit in units if is_its_day(unit, SWEPT_AT) is its_day)
        self.config.sources.append(source(unit.account_id, unit.region, SWEPT_AT - HOUR))
        return unit

    @cached_property
    def everywhere(self) -> list[Unit]:
        return units((HUB, self.dev, self.prod))


def units(accounts: Sequence[str], regions: Sequence[str] = REGIONS) -> list[Unit]:
    return sorted(Unit(account_id, region) for account_id in accounts for region in regions)


def _pythons() -> Lifecycle:
    """Enough of the shipped table: moto copies all it holds at each transaction."""
    rows = {name: row for name, row in bundled().runtimes.items() if row.family == "python"}
    return bundled().model_copy(update={"runtimes": rows})


def open_scans(hub: Hub) -> Scans:
    """Build it on `hub`, inside mock_aws: a policy in force, sources that know nothing."""
    hub.monkeypatch.setattr("steward.workflows.runtimes.planning_reading.bundled", _pythons)
    s3 = aws().client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    units_url = hub.sqs.create_queue(QueueName="runtime-units")["QueueUrl"]
    reports_url = hub.sqs.create_queue(QueueName="runtime-reports")["QueueUrl"]
    _set_environment(hub, units_url, reports_url)
    config, health = FakeConfig(), FakeHealth()
    hub.exchange.fakes |= {"config": config, "health": health}
    dev, prod = _organization()
    config.sources = [
        source(unit.account_id, unit.region, SWEPT_AT - HOUR) for unit in units((HUB, dev, prod))
    ]
    hub.appconfig.deploy(make_policy())
    planner = hub.function(app)
    store = ReportStore(s3, BUCKET)
    return Scans(hub, config, health, store, planner, units_url, reports_url, dev, prod)


def _organization() -> tuple[str, str]:
    client = aws().client("organizations")
    client.create_organization(FeatureSet="ALL")
    made = [
        client.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"]
        for name in ("dev", "prod", "closed")
    ]
    client.close_account(AccountId=made[2]["AccountId"])
    return made[0]["AccountId"], made[1]["AccountId"]


def _set_environment(hub: Hub, units_url: str, reports_url: str) -> None:
    environment = {
        "RUNTIME_UNITS_QUEUE_URL": units_url,
        "RUNTIME_REPORTS_QUEUE_URL": reports_url,
        "REPORTS_BUCKET": BUCKET,
        "CONFIG_AGGREGATOR": "organization",
        "REPORT_DELAY_SECONDS": str(DELAY),
    }
    for name, value in environment.items():
        hub.monkeypatch.setenv(name, value)
