"""Say all there is to say of one function: whose it is, who would notice, and what to change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from steward.domain.owners import Ownership
from steward.domain.runtimes.findings import Bucket, Finding
from steward.domain.runtimes.fitting import Needs
from steward.domain.runtimes.functions import LATEST, Function
from steward.domain.runtimes.inventory import SeenFunction
from steward.domain.runtimes.origin import origin_of
from steward.domain.runtimes.records import FindingOnRecord
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.rows import Known, row_of, unresolved
from steward.domain.runtimes.severity import UNEXPOSED, Exposure
from steward.domain.runtimes.standing import WITH_FINDING, known_place
from steward.workflows.runtimes.owners import STACK_ID_TAG, FunctionOwners, Home, Stacks
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_facts import Inquiry
from steward.workflows.runtimes.unit_judging import Subject
from steward.workflows.runtimes.unit_sights import Sights

_ONLY_HEALTH = "Health has it as affected, and its runtime could not be read"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a function belongs. `exists`: whether a source shows it now."""

    tags: Mapping[str, str]
    home: Home
    owner: str
    source: str
    owned: bool
    exists: bool


@dataclass(frozen=True, slots=True)
class Describer:
    """`weekly`: Lambda is read whole, and so is what is asked of every function."""

    account_name: str
    calendar: Calendar
    inquiry: Inquiry
    stacks: Stacks
    owners: FunctionOwners
    sights: Sights
    weekly: bool

    def count_invocations(self, subjects: Iterable[Subject]) -> None:
        """Count those of all that a finding is about, in as few calls as there may be."""
        self.inquiry.count(
            (each.name, each.version)
            for each in subjects
            if each.judged and self._exists(each) and self.calendar.ends(each.judged)
        )

    def describe(self, subject: Subject) -> tuple[Finding, ReportedFunction] | None:
        """The finding and its line; None when there is nothing left to say anything about."""
        if subject.judged is None:
            return None
        place = self._place(subject)
        finding = self._finding(subject, subject.judged, place)
        reconciled = subject.standing.reconciled
        if finding.bucket is Bucket.CUSTOM:
            reconciled = unresolved(reconciled)
        known = self._known(subject, finding, place)
        return finding, row_of(finding, reconciled, known, self.calendar.outlook())

    def _finding(self, subject: Subject, seen: SeenFunction, place: Place) -> Finding:
        is_asked = place.exists and self.calendar.ends(seen)
        function = Function(
            unit=seen.unit,
            name=seen.name,
            runtime_id=seen.runtime_id,
            version=seen.version,
            package_type=seen.package_type,
            owner=place.owner,
            stack=place.home.name,
            origin=origin_of(seen.name, place.tags),
            in_use=not is_asked or self._in_use(seen),
            needs=self._needs(seen) if is_asked else _shown_needs(seen),
            exposure=self._exposure(seen, place) if is_asked else UNEXPOSED,
        )
        finding = self.calendar.find(function)
        is_nameless = subject.standing.seen is None and not seen.runtime_id
        return _told_by_health(finding) if is_nameless else finding

    def _in_use(self, seen: SeenFunction) -> bool:
        if seen.version == LATEST:
            return True
        return self.inquiry.is_used(seen.name, seen.version) or bool(
            self.inquiry.invoked(seen.name, seen.version)
        )

    def _needs(self, seen: SeenFunction) -> Needs:
        is_from_config = self.sights.live is None and seen.version == LATEST
        asks = is_from_config and self.calendar.snap_start_matters(seen)
        return self.inquiry.needs_of(seen, asks_snap_start=asks)

    def _exposure(self, seen: SeenFunction, place: Place) -> Exposure:
        return Exposure(
            internet_facing=self.inquiry.has_url(seen.name),
            invocations=self.inquiry.invoked(seen.name, seen.version),
            stack_deployed=STACK_ID_TAG in place.tags,
        )

    def _known(self, subject: Subject, finding: Finding, place: Place) -> Known:
        record, function = subject.record, finding.function
        opened_on = record.opened_at.date() if record else self.calendar.today
        is_version = function.version != LATEST
        return Known(
            account_name=self.account_name,
            owner_source=place.source,
            owned=place.owned,
            stack_id=place.home.stack_id,
            aliases=(
                self.inquiry.aliases_to(function.name, function.version)
                if is_version and place.exists
                else ()
            ),
            pinned=self._pinned(finding, place),
            opened_on=opened_on if finding.bucket in WITH_FINDING else None,
        )

    def _pinned(self, finding: Finding, place: Place) -> str:
        function = finding.function
        is_zip = function.version == LATEST and function.package_type == "Zip"
        if not is_zip or not place.exists:
            return ""
        is_asked = self.weekly or finding.bucket in WITH_FINDING
        return self.inquiry.pinned(function.name) if is_asked else ""

    def _exists(self, subject: Subject) -> bool:
        if subject.standing.seen is not None:
            return True
        looks = (self.sights.config_look(subject.name), self.sights.live_look(subject.name))
        return any(look.seen is not None for look in looks)

    def _place(self, subject: Subject) -> Place:
        """Where nobody tells the tags, what the ledger knows of it stands."""
        exists = self._exists(subject)
        tags = self.sights.tags_of(subject.name) if exists else None
        if tags is None and subject.record is not None:
            return self._place_on_record(subject.record, exists=exists)
        tags = tags or {}
        home = self.stacks.home_of(tags)
        owners = self.owners.of(tags, home)
        return Place(tags, home, _joined(owners), owners.source, _is_owned(owners), exists)

    def _place_on_record(self, record: FindingOnRecord, *, exists: bool) -> Place:
        owner, stack = known_place(record)
        owned = bool(owner) and not self.owners.is_fallback(owner)
        source = f"as it was known on {record.changed_at:%Y-%m-%d}; its tags could not be read"
        return Place({}, Home(stack), owner, source, owned, exists)


def _joined(owners: Ownership) -> str:
    return ", ".join(owners.addresses)


def _is_owned(owners: Ownership) -> bool:
    return bool(owners.addresses) and not owners.by_fallback


def _shown_needs(seen: SeenFunction) -> Needs:
    """What the source shows of them by itself."""
    return Needs(seen.architecture, seen.snap_start, seen.package_type)


def _told_by_health(finding: Finding) -> Finding:
    return replace(finding, state=replace(finding.state, reason=_ONLY_HEALTH))
