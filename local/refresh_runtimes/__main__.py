"""`make refresh-runtimes`: merge what the installed packages know into the table, show the change.

Offline. `--checked DATE` says that somebody compared the table with the page "Lambda runtimes" of
the AWS Lambda Developer Guide on that day; only this makes the table younger.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from difflib import unified_diff
from pathlib import Path

from local.refresh_runtimes.differences import differences, known_differences
from local.refresh_runtimes.document import table_text
from local.refresh_runtimes.merging import Look, merged
from local.refresh_runtimes.peers import Peers, installed_peers
from steward.data.runtime_table import NAME
from steward.domain.runtimes.lifecycle import Lifecycle

TABLE = Path(__file__).parents[2] / "layers" / "steward" / "steward" / "data" / NAME


def refresh(path: Path, peers: Peers, look: Look) -> str:
    """Write the table at `path` anew; return what changed and what still differs from cfn-lint."""
    before = path.read_text("utf-8")
    table = merged(Lifecycle.model_validate_json(before), peers, look)
    after = table_text(Lifecycle.model_validate(table.model_dump()))
    path.write_text(after, encoding="utf-8")
    return "".join([*_change(before, after), *_still_different(table, peers)])


def _change(before: str, after: str) -> list[str]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    changed = list(unified_diff(old, new, f"{NAME} before", f"{NAME} now"))
    return changed or [f"{NAME}: nothing new\n"]


def _still_different(table: Lifecycle, peers: Peers) -> list[str]:
    found, known = differences(table, peers), known_differences()
    return [
        *(f"DIFFERENT, give a reason: {each}\n" for each in sorted(found - known)),
        *(f"no longer different, take it off: {each}\n" for each in sorted(known - found)),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make refresh-runtimes", description=__doc__)
    parser.add_argument("--checked", type=date.fromisoformat, metavar="DATE")
    asked = parser.parse_args(arguments)
    today = datetime.now(UTC).date()
    if asked.checked is not None and asked.checked > today:
        parser.error(f"--checked {asked.checked} has not come yet; today is {today} in UTC")
    sys.stdout.write(refresh(TABLE, installed_peers(), Look(today, asked.checked)))


if __name__ == "__main__":
    main()
