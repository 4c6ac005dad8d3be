"""Entry point that the emulator's own Python executes, by path and in isolated mode.

Usage: `python -I local/emulator_server/__main__.py <folder>` with the settings of
`local.emulator_environment` in the environment. `<folder>` is deleted when the starter dies.
"""

import sys
from pathlib import Path


def main(folder: Path) -> None:
    # Appended, not inserted: nothing of this repository may shadow what the emulator imports.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from local.emulator_server.guard import die_with_the_starter
    from local.emulator_server.server import serve

    die_with_the_starter(folder)
    serve(folder)


if __name__ == "__main__":
    starting_folder = Path(sys.argv.pop())
    main(starting_folder)
