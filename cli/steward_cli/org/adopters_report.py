"""What `steward org adopters` answers, as text and as JSON."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.text import Text

from steward.domain.stacks import Unit
from steward_cli.counting import number
from steward_cli.org.adopters import Group, UnitAdopters
from steward_cli.row_table import print_rows


class Adopter(BaseModel):
    """A deployment group. `hooks` is empty and `undecided` says why when that is not known."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    region: str
    application: str
    deployment_group: str
    hooks: tuple[str, ...]
    undecided: str


class UnreadUnit(BaseModel):
    model_config = ConfigDict(frozen=True)

    account_id: str
    region: str
    why: str


class AdoptersReport(BaseModel):
    """`none`: every unit that has hooks was read, and no deployment group uses or may use one.

    `without_hooks`: units that were not read either, and have no hooks of the stack set.
    """

    model_config = ConfigDict(frozen=True)

    units: int
    adopters: tuple[Adopter, ...]
    not_read: tuple[UnreadUnit, ...]
    without_hooks: tuple[UnreadUnit, ...]
    none: bool


def adopters_report(
    found: Iterable[UnitAdopters], hooked: frozenset[Unit] | None = None
) -> AdoptersReport:
    """In the order of accounts, regions and names. `hooked`: None when hooks may be anywhere."""
    units = sorted(found, key=lambda each: each.unit)
    adopters = tuple(_adopter(group) for each in units for group in each.groups)
    unread = [each for each in units if each.not_read]
    counts = [each for each in unread if hooked is None or each.unit in hooked]
    return AdoptersReport(
        units=len(units),
        adopters=adopters,
        not_read=_unread(counts),
        without_hooks=_unread(each for each in unread if each not in counts),
        none=not adopters and not counts,
    )


def _unread(units: Iterable[UnitAdopters]) -> tuple[UnreadUnit, ...]:
    return tuple(
        UnreadUnit(account_id=each.unit.account_id, region=each.unit.region, why=each.not_read)
        for each in units
    )


def _adopter(group: Group) -> Adopter:
    return Adopter(
        account_id=group.unit.account_id,
        region=group.unit.region,
        application=group.application,
        deployment_group=group.name,
        hooks=tuple(sorted(group.hooks)),
        undecided=group.undecided,
    )


def show_adopters(report: AdoptersReport, console: Console) -> None:
    """A row for each deployment group, or one sentence."""
    if not report.adopters:
        unread = len(report.not_read) + len(report.without_hooks)
        read = number(report.units - unread, "account region")
        console.print(f"no deployment group uses a rollout hook in {read} that could be read")
        return
    headings = ("ACCOUNT", "REGION", "APPLICATION", "DEPLOYMENT GROUP", "USES")
    rows = [
        (Text(each.account_id), Text(each.region), Text(each.application), _name(each))
        for each in report.adopters
    ]
    said = [each.undecided or ", ".join(each.hooks) for each in report.adopters]
    print_rows(headings, rows, said, console)


def _name(adopter: Adopter) -> Text:
    return Text(adopter.deployment_group)
