"""Runs the operator's command in this process, as a shell would."""

from dataclasses import dataclass

from typer.testing import CliRunner

from steward_cli.main import app


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


def steward(*arguments: str, stdin: str | None = None) -> Answer:
    """Run `steward ARGUMENTS`; what would end in a traceback is raised."""
    result = CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)
