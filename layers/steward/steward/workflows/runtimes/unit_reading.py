"""Read what the sources show of one unit: the planner's files, then Lambda itself where asked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from steward.aws.function_tags import function_tags
from steward.aws.functions import list_versions, read_function
from steward.aws.report_store import ReportStore
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import HealthSight, SeenFunction, Unreadable
from steward.domain.runtimes.lifecycle import CUSTOM
from steward.domain.runtimes.places import seen_key
from steward.domain.runtimes.records import FindingOnRecord
from steward.domain.runtimes.standing import NOBODY_LOOKED, Look
from steward.messages import RuntimeUnitWork
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_doors import SHUT, Doors
from steward.workflows.runtimes.unit_sights import Sights, Tags


class LambdaShut(Exception):
    """Lambda cannot be read in a unit that Config does not cover: nothing is known of it.

    `affected`: how many functions Health names there.
    """

    def __init__(self, why: str, affected: int) -> None:
        super().__init__(why)
        self.affected = affected


_ONE = "functions that only Lambda can decide on"


@dataclass(slots=True)
class SightReader:
    """Reads all sources of one unit, each once."""

    work: RuntimeUnitWork
    store: ReportStore
    doors: Doors
    calendar: Calendar
    _tags: list[Mapping[str, Tags] | None] = field(default_factory=list, init=False)

    def read(self, records: Collection[FindingOnRecord]) -> Sights:
        """What there is to see; raise LambdaShut when that is nothing."""
        sights = Sights(read_tags=self._all_tags)
        if self.work.in_config:
            sights.config = {each.name: each for each in self._shown_by_config()}
        for line in self._lines("health", self.work.health_parts):
            sight = HealthSight.model_validate_json(line)
            sights.health.setdefault(sight.name, []).append(sight)
        if self.work.live or not self.work.in_config:
            self._read_lambda(sights, {(each.name, each.version) for each in records})
        return sights

    def read_one(self, name: str) -> Look:
        """What Lambda says of one function now; nobody looked when it does not answer."""
        return self.doors.ask(_ONE, lambda: self._looked_at(name), NOBODY_LOOKED)

    def _looked_at(self, name: str) -> Look:
        seen = read_function(self.doors.functions(), self.work.unit, name)
        return Look(asked=True, seen=None if seen is None else self.calendar.named(seen))

    def _shown_by_config(self) -> Iterator[SeenFunction]:
        for line in self._lines("config", self.work.config_parts):
            seen = SeenFunction.model_validate_json(line)
            if seen.version == LATEST:
                yield self._with_alias(seen) if seen.runtime_id == CUSTOM else seen

    def _with_alias(self, seen: SeenFunction) -> SeenFunction:
        """Config does not record which alias a customer-managed runtime comes from."""
        if not seen.custom_alias:
            live = self.read_one(seen.name).seen
            return live.model_copy(update={"tags": seen.tags}) if live else seen
        return self.calendar.named(seen)

    def _lines(self, source: str, parts: int) -> Iterator[str]:
        for part in range(parts):
            key = seen_key(self.work.scan.scan_id, self.work.unit, source, part)
            yield from self.store.lines(key)

    def _read_lambda(self, sights: Sights, on_record: Collection[tuple[str, str]]) -> None:
        try:
            self._list(sights, on_record)
        except SHUT as error:
            if not self.work.in_config:
                raise LambdaShut(str(error), len(sights.health)) from error
            sights.live, sights.versions, sights.versions_read = None, {}, 0
            self.doors.shut("published versions", error)

    def _list(self, sights: Sights, on_record: Collection[tuple[str, str]]) -> None:
        """A list that breaks off counts as none: what it did not come to is not absent."""
        sights.live = {}
        for row in list_versions(self.doors.functions(), self.work.unit):
            if isinstance(row, Unreadable):
                self.doors.problems.note(str(row))
                continue
            seen = self.calendar.named(row)
            if seen.version == LATEST:
                sights.live[seen.name] = seen
                continue
            sights.versions_read += 1
            if self.calendar.ends(seen) or (seen.name, seen.version) in on_record:
                sights.versions.setdefault(seen.name, {})[seen.version] = seen

    def _all_tags(self) -> Mapping[str, Tags] | None:
        if not self._tags:
            what = "tags of functions that Config does not show"
            self._tags.append(self.doors.ask(what, self._asked_tags, None))
        return self._tags[0]

    def _asked_tags(self) -> Mapping[str, Tags] | None:
        return function_tags(self.doors.tagging())
