"""Functions of an organization on 2026-11-23, judged by the rules and the shipped table."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from steward.data.runtime_table import bundled
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.findings import Bucket, find
from steward.domain.runtimes.fitting import Needs
from steward.domain.runtimes.functions import LATEST, Function, Origin
from steward.domain.runtimes.reconciliation import Outcome, Reconciled
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.rows import Known, Outlook, row_of
from steward.domain.runtimes.severity import Exposure
from steward.domain.runtimes.states import RuntimeState
from steward.domain.stacks import Unit
from tests.factories import NOW, make_stack_id

TODAY = NOW.date()
REGIONS = ("eu-west-1", "us-east-1")
TEAMS = ("payments", "search", "checkout", "identity", "logistics", "data", "platform", "mobile")
STAGES = ("dev", "staging", "prod")
PRODUCTS = ("orders", "catalog", "invoices", "login", "tracking", "events", "reports", "push")
JOBS = (
    "api",
    "worker",
    "import",
    "export",
    "webhook",
    "cleanup",
    "resize",
    "notify",
    "authorizer",
    "sync",
)
# How often each is met, in a thousand functions.
_RUNTIMES = {
    "python3.12": 190,
    "nodejs22.x": 170,
    "python3.13": 120,
    "nodejs24.x": 90,
    "nodejs20.x": 85,
    "python3.9": 60,
    "python3.11": 55,
    "java21": 40,
    "python3.10": 30,
    "nodejs18.x": 28,
    "provided.al2023": 26,
    "java17": 22,
    "dotnet8": 20,
    "provided.al2": 16,
    "ruby3.3": 10,
    "python3.8": 9,
    "nodejs16.x": 6,
    "java11": 6,
    "go1.x": 3,
    "ruby3.2": 3,
    "custom": 2,
    "nodejs12.x": 2,
    "php8.4": 1,
}
EXCEPTIONS = (
    GrantedException(
        kind=ScopeKind.STACK,
        scope="data-reports",
        runtime="python3.9",
        reason="the vendor's driver has no wheel for a newer Python before January",
        approver="platform@example.com",
        created=date(2026, 10, 5),
        expires=date(2027, 1, 31),
        granted_in=RuntimeState.DEPRECATED,
        ticket="PLAT-4711",
    ),
    GrantedException(
        kind=ScopeKind.OWNER,
        scope="mobile@example.com",
        runtime="nodejs18.x",
        reason="the app is switched off at the end of the year",
        approver="platform@example.com",
        created=date(2026, 9, 1),
        expires=date(2026, 12, 5),
        granted_in=RuntimeState.DEPRECATED,
    ),
)
_LAYER = "arn:aws:lambda:eu-west-1:999999999999:layer:numeric:41"


@dataclass(frozen=True)
class _Place:
    unit: Unit
    account_name: str
    team: str
    product: str

    @property
    def stack(self) -> str:
        return "" if self.product == "push" else f"{self.team}-{self.product}"


def example_rows(number: int, unread: int = 0) -> Iterator[ReportedFunction]:
    """`number` functions, and versions of some; `unread` more that are not covered."""
    chance = random.Random(2027)
    for index in range(number):
        yield from _lines(index, chance)
    for index in range(unread):
        yield _unread(index)


def _lines(index: int, chance: random.Random) -> Iterator[ReportedFunction]:
    place = _place(index)
    name = f"{place.stack or place.team}-{JOBS[index % len(JOBS)]}-{index:05d}"
    runtime = chance.choices(list(_RUNTIMES), list(_RUNTIMES.values()))[0]
    image = chance.random() < 0.04
    row = _judged(name, None if image else runtime, place, chance)
    yield row
    if row.bucket is Bucket.FINE and chance.random() < 0.05:
        yield _judged(name, "python3.8", place, chance, version=str(chance.randint(1, 40)))


def _place(index: int) -> _Place:
    team = TEAMS[index // 40 % len(TEAMS)]
    stage = STAGES[index % len(STAGES)]
    number = TEAMS.index(team) * len(STAGES) + STAGES.index(stage)
    unit = Unit(f"{210_000_000_000 + 7_654_321 * number}", REGIONS[index // 3 % 4 == 0])
    return _Place(unit, f"{team}-{stage}", team, PRODUCTS[index // 5 % len(PRODUCTS)])


def _judged(
    name: str, runtime: str | None, place: _Place, chance: random.Random, version: str = LATEST
) -> ReportedFunction:
    origin = Origin.FRAMEWORK if name.endswith("7") and not place.stack else Origin.APPLICATION
    layers = {_LAYER: frozenset({"python3.9", "python3.10"})} if chance.random() < 0.03 else {}
    function = Function(
        place.unit,
        name,
        runtime,
        version,
        "Zip" if runtime else "Image",
        f"{place.team}@example.com" if place.stack else "",
        place.stack,
        origin,
        version == LATEST or chance.random() < 0.6,
        Needs(chance.choice(("x86_64", "x86_64", "arm64")), layers=layers),
        _exposure(place, chance),
    )
    finding = find(function, bundled(), EXCEPTIONS, TODAY)
    return row_of(finding, _reconciled(finding.bucket, version), _known(function, place), OUTLOOK)


OUTLOOK = Outlook(bundled(), TODAY, {"python3.9": "python3.13"})


def _exposure(place: _Place, chance: random.Random) -> Exposure:
    called = 0 if chance.random() < 0.12 else chance.randint(1, 2_000_000)
    return Exposure(chance.random() < 0.05, called, bool(place.stack))


def _reconciled(bucket: Bucket, version: str) -> Reconciled:
    if version != LATEST:
        reason = "$LATEST is fine, but a published version on an old runtime is in use"
        return Reconciled(Outcome.VERSION_ONLY, True, reason)
    if bucket in {Bucket.AFFECTED, Bucket.EXCEPTED}:
        return Reconciled(Outcome.OPEN, True, "Lambda runs it on an old runtime")
    return Reconciled(Outcome.FINE, False, "Config shows a new runtime")


def _known(function: Function, place: _Place) -> Known:
    stack_id = make_stack_id(place.stack, place.unit) if place.stack else ""
    aliases = () if function.version == LATEST else ("live",)
    opened = TODAY - timedelta(days=len(function.name) * 3)
    source = "tag owner of the stack" if place.stack else ""
    return Known(place.account_name, source, bool(place.stack), stack_id, aliases, "", opened)


def _unread(index: int) -> ReportedFunction:
    return ReportedFunction(
        account_id="333333333333",
        account_name="legacy-prod",
        region="eu-west-1",
        name=f"billing-batch-{index:03d}",
        runtime_id="python3.8",
        bucket=Bucket.NOT_COVERED,
        state=RuntimeState.CREATE_BLOCKED,
        reason="its account region could not be read; this is how it was on 2026-11-19",
        outcome=Outcome.NOT_COVERED,
        outcome_reason="neither Config nor Lambda was asked",
        owner="billing@example.com",
        owned=True,
        stack="billing-batch",
    )
