"""Checkov over all templates: `python -m tests.template.checkov` prints what has no reason.

checkov_reasons.yaml lists findings that stay, with the reason; what it lists must be found.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / ".tools" / "security" / "bin" / "checkov"
REASONS = Path(__file__).parent / "checkov_reasons.yaml"


class Finding(NamedTuple):
    check: str
    file: str
    resource: str
    says: str


def main() -> int:
    templates = [ROOT / "template.yaml", *sorted((ROOT / "org").rglob("*.yaml"))]
    problems = unexplained(findings(templates), read_reasons())
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return 1 if problems else 0


def findings(templates: Iterable[Path]) -> list[Finding]:
    """Every failed check. Checkov ends with 1 when there are some."""
    files = [str(path.relative_to(ROOT)) for path in templates]
    command: list[str | Path] = [CHECKOV, "--framework", "cloudformation", "--output", "json"]
    command += ["--quiet", "--compact", "--skip-download", "--file", *files]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        message = f"{CHECKOV} printed no report: run `make setup`. It says: {done.stderr[-500:]}"
        raise RuntimeError(message) from error
    return [
        Finding(failed["check_id"], failed["file_path"], failed["resource"], failed["check_name"])
        for part in (report if isinstance(report, list) else [report])
        for failed in part["results"]["failed_checks"]
    ]


def read_reasons(path: Path = REASONS) -> list[Mapping[str, Any]]:
    reasons: list[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return reasons


def unexplained(found: list[Finding], reasons: list[Mapping[str, Any]]) -> list[str]:
    """Findings without a reason, and reasons without a finding."""
    return [*_without_reason(found, reasons), *_without_finding(found, reasons)]


def _without_reason(found: list[Finding], reasons: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in found:
        if not any(_speaks_of(reason, pattern, each) for reason, pattern in _patterns(reasons)):
            yield (
                f"{each.file}: {each.resource}: {each.check} {each.says}: mend it, or say in "
                f"tests/template/{REASONS.name} why not"
            )


def _without_finding(found: list[Finding], reasons: list[Mapping[str, Any]]) -> Iterator[str]:
    for reason, pattern in _patterns(reasons):
        if not any(_speaks_of(reason, pattern, each) for each in found):
            yield (
                f"tests/template/{REASONS.name}: {reason['check']} no longer fails for {pattern}: "
                "take it out"
            )


def _patterns(reasons: list[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for reason in reasons:
        if len(str(reason.get("reason", ""))) < 15:
            raise ValueError(f"{REASONS.name}: {dict(reason)} has no reason in words")
        for pattern in reason["resources"]:
            yield reason, pattern


def _speaks_of(reason: Mapping[str, Any], pattern: str, finding: Finding) -> bool:
    return reason["check"] == finding.check and fnmatchcase(finding.resource, pattern)


if __name__ == "__main__":
    sys.exit(main())
