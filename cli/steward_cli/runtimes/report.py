"""What `steward runtimes check` found, as the JSON document it prints.

docs/guide/cli.md describes it.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from steward.domain.runtimes.targets import Hop, Targets
from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.findings import Finding, Remark
from steward_cli.runtimes.rules import Level


class Part(BaseModel):
    """A part of the report; dates are days in UTC."""

    model_config = ConfigDict(frozen=True)


class Target(Part):
    """`until`: its own deprecation; null while that is not scheduled."""

    runtime: str
    until: date | None
    look_at: tuple[str, ...]


class Found(Part):
    """The dates are null for a runtime the table does not know, and while not scheduled."""

    file: str
    line: int
    column: int
    resource: str
    runtime: str
    level: Literal["error", "warning"]
    rule: str
    state: str
    via: str
    deprecated: date | None
    create_block: date | None
    update_block: date | None
    happens: str
    change: str
    smallest: Target | None
    latest: Target | None
    passed_over: tuple[str, ...]
    rollback: str


class NotChecked(Part):
    file: str
    line: int
    resource: str
    why: str


class NotRead(Part):
    file: str
    why: str
    todo: str


class CheckReport(Part):
    """`whole` is false when an input could not be read."""

    format: Literal["steward.runtimes.check/1"] = "steward.runtimes.check/1"
    at: date
    table_as_of: date
    warn_days: int
    whole: bool
    errors: int
    warnings: int
    runtimes_read: int
    templates: tuple[str, ...]
    files_passed_over: int
    findings: tuple[Found, ...]
    not_checked: tuple[NotChecked, ...] = Field(default=())
    not_read: tuple[NotRead, ...] = Field(default=())


def report_of(check: Check) -> CheckReport:
    """`check` as a document."""
    terms = check.terms
    remarks = (remark for template in check.templates for remark in template.remarks)
    return CheckReport(
        at=terms.today,
        table_as_of=terms.lifecycle.as_of,
        warn_days=terms.warn_days,
        whole=not check.unread,
        errors=check.number_of(Level.ERROR),
        warnings=check.number_of(Level.WARNING),
        runtimes_read=check.runtimes_read,
        templates=tuple(template.file for template in check.templates),
        files_passed_over=check.passed_over,
        findings=tuple(_found(finding) for finding in check.findings),
        not_checked=tuple(_not_checked(remark) for remark in remarks),
        not_read=tuple(NotRead(file=e.file, why=e.why, todo=e.todo) for e in check.unread),
    )


def _found(finding: Finding) -> Found:
    runtime, targets = finding.runtime, finding.targets or Targets(None, None, "")
    return Found(
        file=finding.place.file,
        line=finding.place.line,
        column=finding.place.column,
        resource=finding.resource,
        runtime=finding.runtime_id,
        level=finding.level.value,
        rule=finding.rule.id,
        state=finding.state.state,
        via=finding.via,
        deprecated=runtime.deprecated if runtime else None,
        create_block=runtime.create_block if runtime else None,
        update_block=runtime.update_block if runtime else None,
        happens=finding.happens,
        change=finding.change,
        smallest=_target(targets.smallest),
        latest=_target(targets.latest),
        passed_over=targets.passed_over,
        rollback=targets.rollback,
    )


def _target(hop: Hop | None) -> Target | None:
    return Target(runtime=hop.runtime_id, until=hop.until, look_at=hop.breakers) if hop else None


def _not_checked(remark: Remark) -> NotChecked:
    place = remark.place
    return NotChecked(file=place.file, line=place.line, resource=remark.resource, why=remark.why)
