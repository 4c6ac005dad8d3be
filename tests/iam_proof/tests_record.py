"""`python -m tests.iam_proof.tests_record FOLDER`: one record of all files."""

import sys
from pathlib import Path

from tests.iam_proof.calls import TESTS, load, save


def main(folder: Path) -> None:
    save(TESTS, (call for file in sorted(folder.glob("*.json")) for call in load(file)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
