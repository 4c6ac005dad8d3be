"""A finding as the report's line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from steward.domain.runtimes.advice import Option, interim_options
from steward.domain.runtimes.findings import Finding
from steward.domain.runtimes.fitting import why_short
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.reconciliation import Reconciled
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.targets import Targets, targets_for

_NOT_RESOLVED = (
    "CUSTOM_UNRESOLVED: the runtime alias behind it cannot be read; share it with the hub account, "
    "or ask its publisher for its dates"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a function beside its finding."""

    account_name: str = ""
    owner_source: str = ""
    owned: bool = False
    stack_id: str = ""
    aliases: tuple[str, ...] = ()
    pinned: str = ""
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The dates a row is written under. `recommended`: by runtime, what AWS recommends instead."""

    lifecycle: Lifecycle
    today: date
    recommended: Mapping[str, str]


def row_of(
    finding: Finding, reconciled: Reconciled, known: Known, outlook: Outlook
) -> ReportedFunction:
    """The line of one function or version."""
    function, state, severity = finding.function, finding.state, finding.severity
    targets = finding.targets or Targets(None, None, "")
    runtime = outlook.lifecycle.runtime(function.runtime_id or "")
    return ReportedFunction(
        account_id=function.unit.account_id,
        account_name=known.account_name,
        region=function.unit.region,
        name=function.name,
        version=function.version,
        runtime_id=function.runtime_id,
        package_type=function.package_type,
        architecture=function.needs.architecture,
        bucket=finding.bucket,
        state=state.state,
        reason=state.reason,
        milestone=state.milestone,
        day=state.day,
        level=severity.level,
        severity_reason=severity.reason,
        advice=severity.advice,
        outcome=reconciled.outcome,
        outcome_reason=reconciled.reason,
        owner=function.owner,
        owner_source=known.owner_source,
        owned=known.owned,
        stack=function.stack,
        stack_id=known.stack_id,
        origin=function.origin,
        in_use=function.in_use,
        aliases=known.aliases,
        invocations=function.exposure.invocations,
        internet_facing=function.exposure.internet_facing,
        smallest=targets.smallest.runtime_id if targets.smallest else "",
        latest=targets.latest.runtime_id if targets.latest else "",
        recommended=_recommended(function.runtime_id or "", targets, outlook),
        breakers=_breakers(targets),
        target_reason=targets.reason,
        passed_over=targets.passed_over,
        rollback=targets.rollback,
        interim=tuple(_interim(finding, runtime, outlook)),
        blocking_layers=tuple(_blocking_layers(finding, runtime, outlook)),
        pinned=known.pinned,
        excepted=finding.ruling.reason if finding.ruling else "",
        remind=finding.ruling.remind if finding.ruling else False,
        opened_on=known.opened_on,
    )


def unresolved(reconciled: Reconciled) -> Reconciled:
    """What there is to say of a customer-managed runtime whose dates nobody tells."""
    return Reconciled(reconciled.outcome, reconciled.open, _NOT_RESOLVED)


def _recommended(runtime_id: str, targets: Targets, outlook: Outlook) -> str:
    """Only where it is none of the two that are offered anyway."""
    said = outlook.recommended.get(runtime_id, "")
    offered = {hop.runtime_id for hop in (targets.smallest, targets.latest) if hop}
    return "" if targets.reason == "" or said in {runtime_id, *offered} else said


def _breakers(targets: Targets) -> tuple[str, ...]:
    hop = targets.smallest or targets.latest
    return hop.breakers if hop else ()


def _interim(finding: Finding, runtime: Runtime | None, outlook: Outlook) -> Iterator[str]:
    if runtime is None or finding.targets is None or finding.targets.smallest:
        return
    if why_short(runtime, outlook.today):
        needs = finding.function.needs
        options = interim_options(runtime, outlook.lifecycle, outlook.today, needs)
        yield from map(_told, options)


def _told(option: Option) -> str:
    who = "AWS" if option.aws_tells else "nobody but Steward"
    return f"{option.way}: {option.what}; needs {option.needs}; {who} announces its end"


def _blocking_layers(finding: Finding, runtime: Runtime | None, outlook: Outlook) -> Iterator[str]:
    """Layers that are not made for the runtime the function would go to without any layers."""
    layers = finding.function.needs.layers
    if runtime is None or finding.targets is None or not any(layers.values()):
        return
    bare = replace(finding.function.needs, layers={})
    targets = targets_for(runtime, outlook.lifecycle, outlook.today, bare)
    hop = targets.smallest or targets.latest
    if hop:
        yield from (
            name for name, made_for in layers.items() if made_for and hop.runtime_id not in made_for
        )
