"""The floor for functions: the fewest calls that show every function and published version.

One AssumeRole an account, one ListFunctions a page. It knows no dates: it is told what ends.
"""

import json
import os
import sys

from benchmarks.contenders.floor import Scan


def count(accounts: list[str], regions: list[str], runtimes: list[str]) -> dict[str, int]:
    """How many functions, and how many published versions, are on one of `runtimes`."""
    scan, ending = Scan(), frozenset(runtimes)
    found = {"functions": 0, "versions": 0}
    for account in accounts:
        scan.enter(account)
        for region in regions:
            for row in scan.functions(region):
                kind = "functions" if row["Version"] == "$LATEST" else "versions"
                found[kind] += row["Runtime"] in ending
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(count(**json.loads(os.environ["FLOOR"]))))
