"""Templates and a lifecycle table for the tests, and the check of one by the other."""

from datetime import date, timedelta

from steward.domain.runtimes.lifecycle import Lifecycle, OperatingSystem, Runtime
from steward_cli.runtimes.findings import Template
from steward_cli.runtimes.judging import Terms, judged
from steward_cli.runtimes.reading import read_nodes
from steward_cli.runtimes.uses import uses_of

FILE = "template.yaml"
WARN_DAYS = 180
DEPRECATED = date(2026, 1, 31)
CREATE_BLOCK = date(2026, 3, 1)
UPDATE_BLOCK = date(2026, 4, 1)
DAY = timedelta(days=1)


def runtime(runtime_id: str, version: int, **facts: object) -> Runtime:
    known = {"id": runtime_id, "family": "python", "version": (3, version)}
    return Runtime.model_validate({**known, "os": OperatingSystem.AL2023, **facts})


ENDS = {"deprecated": DEPRECATED, "create_block": CREATE_BLOCK, "update_block": UPDATE_BLOCK}
TABLE = Lifecycle(
    as_of=date(2025, 12, 1),
    runtimes={
        row.id: row
        for row in (
            runtime("python3.9", 9, os=OperatingSystem.AL2, latest="python3.14", **ENDS),
            runtime("python3.10", 10, deprecated=DEPRECATED, latest="python3.14"),
            runtime("python3.12", 12, deprecated=date(2028, 10, 31), latest="python3.14"),
            runtime("python3.14", 14, deprecated=date(2029, 6, 30)),
            runtime("python3.15", 15, ga=False),
            runtime("python3.8", 8, package_types=("Image",), deprecated=date(2029, 1, 1)),
            Runtime(id="custom", family="custom"),
            Runtime(id="provided.al2023", family="provided", os=OperatingSystem.AL2023),
        )
    },
)


def checked(text: str, today: date = UPDATE_BLOCK, warn_days: int = WARN_DAYS) -> Template:
    """What is said of the template `text` on `today`, by the table of the tests."""
    return judged(FILE, uses_of(read_nodes(text)), Terms(TABLE, today, warn_days))


def function(runtime: str, kind: str = "AWS::Lambda::Function", more: str = "") -> str:
    """A template with one function `Orders`, whose runtime stands on line 5."""
    return f"""\
Resources:
  Orders:
    Type: {kind}
    Properties:
      Runtime: {runtime}
{more}"""


def read_in(template: Template) -> dict[str, str]:
    """How the template comes to each runtime it names."""
    findings = {each.runtime_id: each.via for each in template.findings}
    return findings | {each.runtime_id: each.via for each in template.passed}
