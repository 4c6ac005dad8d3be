"""ministack with a travelling clock, a status journal, isolated functions and a control path."""

from importlib import import_module
from pathlib import Path

from local.emulator_server import change_sets, describe_stacks, graveyard, iam
from local.emulator_server.clock import TravellingClock
from local.emulator_server.control import Control
from local.emulator_server.isolation import isolate_functions
from local.emulator_server.journal import StatusJournal


def serve(folder: Path) -> None:
    """Run until killed; every replaced name is checked before the first request."""
    clock = TravellingClock()
    journal = StatusJournal(clock)
    clock.install()
    journal.install()
    graveyard.install()
    describe_stacks.install()
    change_sets.install()
    iam.install()
    isolate_functions(folder)
    Control(clock, journal).install()
    import_module("ministack.app").main()
