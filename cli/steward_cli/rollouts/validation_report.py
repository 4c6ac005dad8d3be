"""The answer of `steward rollouts validate`, for programs."""

from collections.abc import Iterable

from pydantic import BaseModel

from steward.domain.rollouts.results import CheckMode, Phase
from steward_cli.rollouts.checking import Checked, Located
from steward_cli.rollouts.outlook import planned


class ProblemRow(BaseModel):
    """`line` and `column` count from 1, and are null where they are not known."""

    path: str
    why: str
    line: int | None
    column: int | None


class CheckRow(BaseModel):
    """One check that will run."""

    phase: Phase
    name: str
    type: str
    mode: CheckMode
    calls_function: bool


class DocumentRow(BaseModel):
    """One configuration. `parameter`: its logical id where a template has it, else empty."""

    file: str
    parameter: str
    valid: bool
    problems: list[ProblemRow]
    warnings: list[str]
    checks: list[CheckRow]


class UnreadRow(BaseModel):
    """A file that could not be read at all."""

    file: str
    why: str


class ValidationReport(BaseModel):
    """Everything that was asked for."""

    documents: list[DocumentRow]
    unread: list[UnreadRow]


def report_of(checked: Iterable[Checked], unread: Iterable[tuple[str, str]]) -> ValidationReport:
    """The report of what was checked and what could not be read."""
    return ValidationReport(
        documents=[_document(each) for each in checked],
        unread=[UnreadRow(file=file, why=why) for file, why in unread],
    )


def _document(checked: Checked) -> DocumentRow:
    checks = planned(checked.config) if checked.config else ()
    return DocumentRow(
        file=checked.passage.file,
        parameter=checked.passage.parameter,
        valid=not checked.problems,
        problems=[_problem(each) for each in checked.problems],
        warnings=list(checked.warnings),
        checks=[
            CheckRow(
                phase=each.phase,
                name=each.name,
                type=each.type,
                mode=each.mode,
                calls_function=each.calls,
            )
            for each in checks
        ],
    )


def _problem(problem: Located) -> ProblemRow:
    spot = problem.spot
    return ProblemRow(
        path=problem.path,
        why=problem.why,
        line=spot.line if spot else None,
        column=spot.column if spot else None,
    )
