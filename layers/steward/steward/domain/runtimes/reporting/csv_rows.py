"""The report as a table: one row a function or published version, for a spreadsheet.

A cell that a spreadsheet would take for a formula begins with a quote.
"CSV Injection", OWASP.
"""

from datetime import date

from steward.domain.runtimes.results import ReportedFunction

COLUMNS = (
    "account_id",
    "account_name",
    "region",
    "name",
    "version",
    "runtime",
    "package_type",
    "architecture",
    "bucket",
    "state",
    "milestone",
    "day",
    "level",
    "reason",
    "severity_reason",
    "advice",
    "owner",
    "owner_source",
    "owned",
    "stack",
    "origin",
    "in_use",
    "aliases",
    "invocations_90d",
    "internet_facing",
    "smallest_safe_hop",
    "latest",
    "recommended_by_aws",
    "breakers",
    "target_reason",
    "rollback",
    "interim",
    "blocking_layers",
    "pinned",
    "excepted",
    "opened_on",
    "acknowledged",
    "outcome",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(row: ReportedFunction) -> tuple[str, ...]:
    """The cells of `row`, in the order of COLUMNS."""
    values = (
        row.account_id,
        row.account_name,
        row.region,
        row.name,
        row.version,
        row.runtime_id,
        row.package_type,
        row.architecture,
        row.bucket,
        row.state,
        row.milestone,
        row.day,
        row.level,
        row.reason,
        row.severity_reason,
        row.advice,
        row.owner,
        row.owner_source,
        row.owned,
        row.stack,
        row.origin,
        row.in_use,
        row.aliases,
        row.invocations,
        row.internet_facing,
        row.smallest,
        row.latest,
        row.recommended,
        row.breakers,
        row.target_reason,
        row.rollback,
        row.interim,
        row.blocking_layers,
        row.pinned,
        row.excepted,
        row.opened_on,
        row.acknowledged,
        row.outcome,
    )
    return tuple(map(_cell, values))


def _cell(value: str | bool | int | date | tuple[str, ...] | None) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case tuple():
            text = "; ".join(value)
        case _:
            text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
