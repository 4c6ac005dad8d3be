"""A check in words: one line a finding, as compilers write them."""

from collections.abc import Iterator

from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.findings import Finding, Remark
from steward_cli.runtimes.rules import Level


def text_of(check: Check) -> str:
    """All findings and remarks, file by file in the order of their lines, then the summary."""
    return "".join(f"{line}\n" for line in [*_lines(check), summary(check)])


def summary(check: Check) -> str:
    """What was found, and in how much: no number stands without what was looked at."""
    terms = check.terms
    counted = [
        _number(check.number_of(Level.ERROR), "error"),
        _number(check.number_of(Level.WARNING), "warning"),
        f"{check.not_checked} not checked",
    ]
    looked_at = _number(check.runtimes_read, "runtime")
    where = _number(len(check.templates), "template")
    parts = [f"{', '.join(counted)}: {looked_at} in {where}"]
    if check.passed_over:
        parts.append(f"{_number(check.passed_over, 'other file')} passed over")
    if check.unread:
        parts.append(f"{_number(len(check.unread), 'input')} not read")
    return f"{'; '.join(parts)}; on {terms.today}, by the table of {terms.lifecycle.as_of}"


def _lines(check: Check) -> Iterator[str]:
    for template in check.templates:
        told: list[Finding | Remark] = [*template.findings, *template.remarks]
        for each in sorted(told, key=lambda each: each.place.line):
            yield _line(each)


def _line(told: Finding | Remark) -> str:
    match told:
        case Finding():
            return f"{told.place}: {told.level}: {told.sentence} [{told.rule.id}]"
        case Remark():
            return f"{told.place}: note: {told.resource}: not checked: {told.why}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
