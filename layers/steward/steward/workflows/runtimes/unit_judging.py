"""Judge what the sources show: where each function stands, and each of its published versions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import SeenFunction
from steward.domain.runtimes.reconciliation import Outcome, Reconciled, Versions
from steward.domain.runtimes.records import FindingOnRecord
from steward.domain.runtimes.standing import Look, Looks, Standing, stand
from steward.domain.stacks import Unit
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_doors import Problems
from steward.workflows.runtimes.unit_sights import Sights

type Records = Mapping[tuple[str, str], FindingOnRecord]

_ONE_READ = frozenset({Outcome.NEEDS_LIVE_CHECK, Outcome.CHECK_VERSIONS})


@dataclass(frozen=True, slots=True)
class Subject:
    """One function or version, where it stands, and its finding on record.

    `judged`: what there is to say something about; None when there is nothing left.
    """

    name: str
    version: str
    standing: Standing
    record: FindingOnRecord | None
    judged: SeenFunction | None


@dataclass(frozen=True, slots=True)
class Judge:
    """`in_use`: whether an alias or a trigger points at a version; `read_one`: one live read."""

    unit: Unit
    now: datetime
    calendar: Calendar
    problems: Problems
    in_use: Callable[[str, str], bool]
    read_one: Callable[[str], Look]

    def subjects(self, sights: Sights, records: Records) -> Iterator[Subject]:
        """Every function that a source or a finding names, each followed by its versions."""
        versions: dict[str, set[str]] = {name: set() for name in sights.names()}
        for name, shown in sights.versions.items():
            versions[name] |= shown.keys()
        for name, version in records:
            versions.setdefault(name, set()).add(version)
        for name in sorted(versions):
            yield self._function(sights, name, records)
            for version in sorted(versions[name] - {LATEST}, key=_by_number):
                yield self._version(sights, name, version, records)

    def _function(self, sights: Sights, name: str, records: Records) -> Subject:
        record = records.get((name, LATEST))
        looks = Looks(
            config=sights.config_look(name),
            live=sights.live_look(name),
            pending=sights.pending(name, self.now),
            resolved=sights.resolved(name),
            versions=self._versions_of(sights, name),
        )
        standing = self._stand(looks, record)
        if standing.reconciled.outcome in _ONE_READ and not looks.live.asked:
            looks, standing = self._after_one_read(name, looks, record, standing)
        return self._subject(name, LATEST, standing, record)

    def _after_one_read(
        self, name: str, looks: Looks, record: FindingOnRecord | None, before: Standing
    ) -> tuple[Looks, Standing]:
        look = self.read_one(name)
        if not look.asked:
            self.problems.note(f"function {name}: {before.reconciled.reason}; it was not answered")
            return looks, before
        looks = replace(looks, live=look)
        return looks, self._stand(looks, record)

    def _versions_of(self, sights: Sights, name: str) -> Versions:
        if sights.live is None:
            return Versions.NOT_ASKED
        shown = sights.versions.get(name, {})
        old = [version for version, seen in shown.items() if self.calendar.ends(seen)]
        if not old:
            return Versions.NONE
        used = any(self.in_use(name, version) for version in old)
        return Versions.USED if used else Versions.UNUSED

    def _version(self, sights: Sights, name: str, version: str, records: Records) -> Subject:
        """A version goes with its function, so where that is gone, so is the version."""
        record = records.get((name, version))
        config = sights.config_look(name)
        looks = Looks(
            config=config if config.seen is None else Look(),
            live=sights.version_look(name, version),
        )
        standing = self._stand(looks, record)
        if not looks.latest.asked and record is not None:
            standing = replace(standing, reconciled=_as_it_was(record))
        return self._subject(name, version, standing, record)

    def _stand(self, looks: Looks, record: FindingOnRecord | None) -> Standing:
        return stand(looks, record, self.now, self.calendar.ends)

    def _subject(
        self, name: str, version: str, standing: Standing, record: FindingOnRecord | None
    ) -> Subject:
        judged = standing.seen
        if judged is None and standing.open:
            judged = self._from_record(name, version, record)
        return Subject(name, version, standing, record, judged)

    def _from_record(self, name: str, version: str, record: FindingOnRecord | None) -> SeenFunction:
        """What is known of a function that nobody could show: the runtime of its finding, if any.

        One that only Health names has none, so its runtime is unknown.
        """
        return SeenFunction(
            account_id=self.unit.account_id,
            region=self.unit.region,
            name=name,
            version=version,
            runtime_id=(record.runtime_id if record else "") or None,
        )


def _as_it_was(record: FindingOnRecord) -> Reconciled:
    seen = f"{record.changed_at:%Y-%m-%d}"
    reason = f"published versions were not read in this scan; known like this since {seen}"
    return Reconciled(Outcome.OPEN, True, reason)


def _by_number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (0, version)
