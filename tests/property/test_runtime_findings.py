"""Whatever the sources show from scan to scan, or fail to: nothing closes without proof, and the
lines of a scan and the ledger tell the same."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from steward.data.runtime_table import bundled
from steward.domain.runtimes.functions import LATEST, Function
from steward.domain.runtimes.inventory import HealthSight, SeenFunction
from steward.domain.runtimes.records import FindingOnRecord
from steward.domain.runtimes.severity import DEFAULTS
from steward.domain.runtimes.standing import NOBODY_LOOKED, WITH_FINDING, Look, finding_change
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_doors import Problems
from steward.workflows.runtimes.unit_judging import Judge, Subject
from steward.workflows.runtimes.unit_sights import Sights
from tests.factories import UNIT

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
OLD, UNKNOWN, NEW = "python3.9", "cobol85", "python3.14"
NAMES = ("orders", "shop")
VERSION = "1"

type Shown = dict[str, str | None]

runtimes = st.sampled_from([OLD, UNKNOWN, NEW, None])
everything = st.fixed_dictionaries(dict.fromkeys(NAMES, runtimes))
# What a source shows of each function; None where it has no answer at all.
maybe = st.none() | everything
statuses = st.sampled_from(["", "PENDING", "RESOLVED"])


@dataclass(frozen=True)
class Scan:
    """`config`, `live`, `versions`: what each shows; None: it failed or was not asked.

    `one_read`: what one read of a function answers, if the account lets it. `stale`: for how long
    Health has had its status.
    """

    config: Shown | None
    live: Shown | None
    versions: Shown
    one_read: Shown | None
    health: dict[str, str]
    stale: timedelta
    used: bool


scans = st.builds(
    Scan,
    config=maybe,
    live=maybe,
    versions=everything,
    one_read=maybe,
    health=st.fixed_dictionaries(dict.fromkeys(NAMES, statuses)),
    stale=st.sampled_from([timedelta(hours=1), timedelta(hours=73)]),
    used=st.booleans(),
).filter(lambda scan: scan.config is not None or scan.live is not None)


def seen(name: str, runtime: str, version: str = LATEST) -> SeenFunction:
    return SeenFunction(
        account_id=UNIT.account_id,
        region=UNIT.region,
        name=name,
        version=version,
        runtime_id=runtime,
    )


def table(shown: Shown | None) -> dict[str, SeenFunction] | None:
    if shown is None:
        return None
    return {name: seen(name, runtime) for name, runtime in shown.items() if runtime}


@dataclass
class World:
    """A unit's findings over several scans, and who looked at what in the last one."""

    records: dict[tuple[str, str], FindingOnRecord] = field(default_factory=dict)
    live_reads: dict[str, Look] = field(default_factory=dict)

    def calendar(self, at: datetime) -> Calendar:
        return Calendar(bundled(), {}, (), at.date(), DEFAULTS, lambda _alias: None)

    def judge(self, scan: Scan, at: datetime) -> list[Subject]:
        self.live_reads.clear()

        def read_one(name: str) -> Look:
            if scan.one_read is None:
                return NOBODY_LOOKED
            runtime = scan.one_read[name]
            self.live_reads[name] = Look(True, seen(name, runtime) if runtime else None)
            return self.live_reads[name]

        judge = Judge(UNIT, at, self.calendar(at), Problems(), lambda *_: scan.used, read_one)
        return list(judge.subjects(self.sights(scan, at), self.records))

    def sights(self, scan: Scan, at: datetime) -> Sights:
        versions: dict[str, dict[str, SeenFunction]] = {}
        for name, runtime in scan.versions.items():
            is_told = runtime and scan.live is not None and scan.live[name]
            if is_told and (runtime != NEW or (name, VERSION) in self.records):
                versions[name] = {VERSION: seen(name, str(runtime), VERSION)}
        health = {
            name: [
                HealthSight(
                    account_id=UNIT.account_id,
                    region=UNIT.region,
                    name=name,
                    event_arn="arn:aws:health",
                    status=status,
                    updated_at=at - scan.stale,
                )
            ]
            for name, status in scan.health.items()
            if status
        }
        return Sights(
            config=table(scan.config), live=table(scan.live), versions=versions, health=health
        )

    def take(self, subject: Subject, at: datetime) -> bool:
        """Do to the records what is decided; whether it is in a bucket with a finding."""
        finding = None
        if subject.judged is not None:
            function = Function(
                UNIT, subject.name, subject.judged.runtime_id, version=subject.version
            )
            finding = self.calendar(at).find(function)
        change = finding_change(subject.record, finding, subject.standing, at)
        if change is not None:
            self.records.pop((subject.name, subject.version), None)
            if change.after is not None:
                self.records[subject.name, subject.version] = change.after
        return finding is not None and finding.bucket in WITH_FINDING


histories = st.lists(scans, min_size=1, max_size=6)


@given(histories)
def test_a_finding_closes_only_on_a_live_read_or_on_two_absences(history: list[Scan]) -> None:
    world = World()
    for day, scan in enumerate(history):
        at = START + timedelta(days=day)
        before = dict(world.records)
        for subject in world.judge(scan, at):
            world.take(subject, at)
        for (name, version), record in before.items():
            if (name, version) in world.records:
                continue
            proof = scan.live[name] if scan.live is not None else None
            if version != LATEST and scan.live is not None and proof:
                proof = scan.versions[name]
            look = world.live_reads.get(name)
            if version == LATEST and look is not None and look.seen is not None:
                proof = look.seen.runtime_id
            assert proof == NEW or record.absences + 1 >= 2, (name, version, scan)


@given(histories)
def test_what_lambda_runs_on_an_old_runtime_is_on_record_from_then_on(history: list[Scan]) -> None:
    world = World()
    for day, scan in enumerate(history):
        at = START + timedelta(days=day)
        for subject in world.judge(scan, at):
            world.take(subject, at)
        for name, runtime in (scan.live or {}).items():
            if runtime in {OLD, UNKNOWN}:
                assert world.records[name, LATEST].runtime_id == runtime


@given(histories)
def test_the_lines_of_a_scan_and_the_ledger_tell_the_same(history: list[Scan]) -> None:
    world = World()
    for day, scan in enumerate(history):
        at = START + timedelta(days=day)
        subjects = world.judge(scan, at)
        affected = {(each.name, each.version) for each in subjects if world.take(each, at)}
        assert affected == world.records.keys()


@given(histories)
def test_every_function_that_any_source_shows_has_a_line(history: list[Scan]) -> None:
    """But for those that a newer word has gone: Lambda's over Config's, Config's over Health's."""
    world = World()
    for day, scan in enumerate(history):
        at = START + timedelta(days=day)
        subjects = world.judge(scan, at)
        judged = {each.name for each in subjects if each.version == LATEST and each.judged}
        newest = scan.live if scan.live is not None else scan.config
        for name, runtime in (newest or {}).items():
            gone = name in world.live_reads and world.live_reads[name].seen is None
            if runtime and not gone:
                assert name in judged
        for each in subjects:
            world.take(each, at)


@given(histories)
def test_a_scan_done_twice_is_one_scan(history: list[Scan]) -> None:
    world = World()
    for day, scan in enumerate(history):
        at = START + timedelta(days=day)
        for subject in world.judge(scan, at):
            world.take(subject, at)
        once = dict(world.records)
        for subject in world.judge(scan, at):
            world.take(subject, at)
        assert world.records == once


@given(scans)
def test_the_same_sights_again_are_no_news(scan: Scan) -> None:
    """Unless something is missing, which counts."""
    world = World()
    for subject in world.judge(scan, START):
        world.take(subject, START)
    known = dict(world.records)
    for subject in world.judge(scan, START + timedelta(hours=1)):
        world.take(subject, START + timedelta(hours=1))
    for key, record in known.items():
        after = world.records.get(key)
        assert (
            after is None
            or replace(after, absences=0) == replace(record, absences=0)
            or (after.absences > record.absences)
        )
