"""What one scan reads: the inventory's sources, the catalog, and the dates that follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from steward.aws.config_inventory import aggregator_sources, functions_in_config
from steward.aws.health import health_sights
from steward.aws.report_store import ReportStore
from steward.aws.sessions import Sessions
from steward.aws.version_catalog import CatalogWord, version_catalog
from steward.data.runtime_table import bundled
from steward.domain.policy import Policy
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.places import MANIFEST
from steward.domain.runtimes.plans import ScanDates, ScanPlan, SourceAge
from steward.domain.runtimes.records import DateOnRecord
from steward.messages import RuntimeUnitWork, Scan
from steward.workflows.runtimes.dates import look_at_dates
from steward.workflows.runtimes.planning_ages import ages
from steward.workflows.runtimes.planning_catalog import catalog_word
from steward.workflows.runtimes.planning_documents import (
    dates_of,
    known_units,
    passed_over,
    plan_of,
)
from steward.workflows.runtimes.planning_problems import Problems
from steward.workflows.runtimes.planning_reach import Reach
from steward.workflows.runtimes.planning_seen import SeenFiles
from steward.workflows.runtimes.planning_sources import Told, ask_config, ask_health, not_asked
from steward.workflows.runtimes.planning_units import Basis, works_of
from steward.workflows.runtimes.planning_wish import Wish


@dataclass(frozen=True, slots=True)
class DatesToTell:
    """The dates document, and what is to be put on record once it was left."""

    document: ScanDates
    changed: tuple[DateOnRecord, ...]


class ScanReader:
    """Reads for one scan and writes the files of its units."""

    def __init__(
        self, scan: Scan, wish: Wish, reach: Reach, sessions: Sessions, store: ReportStore
    ) -> None:
        self._scan = scan
        self._wish = wish
        self._reach = reach
        self._sessions = sessions
        self._store = store
        self._problems = Problems()
        self._today = scan.scanned_at.date()
        ask = self._ask_catalog if wish.ask else None
        self._word, self._catalog = catalog_word(ask, store, scan.scanned_at, self._problems)

    def basis(self, aggregator: str) -> Basis:
        """Ask Config and Health, if the wish is to; their rows become files of the units."""
        if not self._wish.ask:
            config, health = not_asked(CapabilityName.CONFIG), not_asked(CapabilityName.HEALTH)
        else:
            config, health = self._config(aggregator), self._health()
        manifest = self._store.read(MANIFEST)
        known = known_units(manifest, self._problems) if manifest else frozenset()
        first = manifest is None
        return Basis(self._wish, self._reach, config, health, first, known)

    def works(self, basis: Basis) -> tuple[RuntimeUnitWork, ...]:
        return tuple(works_of(self._scan, basis))

    def dates(self, policy: Policy | None, on_record: Sequence[DateOnRecord]) -> DatesToTell:
        """The dates that count today, compared with those on record."""
        overrides = policy.runtimes.dates if policy else []
        claims = [
            *(claim for override in overrides for claim in override.claims()),
            *(self._word.claims if self._word else ()),
        ]
        seen = look_at_dates(bundled(), claims, self._reach.regions, self._today, on_record)
        recommended = self._word.recommended if self._word else {}
        document = dates_of(self._scan, claims, recommended, seen, self._today, self._store)
        return DatesToTell(document, seen.changed)

    def plan(self, basis: Basis, works: Sequence[RuntimeUnitWork], policy: Capability) -> ScanPlan:
        """What was planned, once all was read."""
        return plan_of(
            self._scan,
            works,
            passed_over(self._reach, basis.config, basis.health),
            (basis.config.capability, basis.health.capability, self._catalog, policy),
            self._ages(basis),
            self._problems.said(),
        )

    def _ages(self, basis: Basis) -> tuple[SourceAge, ...]:
        health = basis.health if self._wish.ask else None
        return ages(bundled().as_of, self._word, basis.config, health, self._scan.scanned_at)

    def _ask_catalog(self) -> CatalogWord:
        return version_catalog(self._sessions.health(), self._today)

    def _config(self, aggregator: str) -> Told:
        client = self._sessions.config()
        return ask_config(
            lambda: aggregator_sources(client, aggregator),
            lambda: functions_in_config(client, aggregator),
            self._files("config"),
            self._wish.units,
        )

    def _health(self) -> Told:
        client = self._sessions.health()
        return ask_health(lambda: health_sights(client), self._files("health"), self._wish.units)

    def _files(self, source: str) -> SeenFiles:
        scan_id = self._scan.scan_id
        return SeenFiles(self._store, scan_id, source, self._reach, self._problems)
