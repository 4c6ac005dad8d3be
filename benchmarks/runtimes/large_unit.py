"""Memory of the real worker in one unit with many functions, from Config and from Lambda."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.cloud import stand_in
from benchmarks.runtimes.hub import Hub
from benchmarks.shape import HOME_REGION, SCANNED, FunctionShape

ENDING = 5


@dataclass(frozen=True, slots=True)
class LargeScan:
    """Peaks of two cold workers. `pages`: how often the second called ListFunctions."""

    functions: int
    config_bytes: int
    live_bytes: int
    pages: int


def measure_large_units(home: Path, functions: int) -> list[LargeScan]:
    """A small unit and one with `functions`, of which as many end."""
    with stand_in(home) as cloud:
        accounts = cloud.found_organization(1)
        hub = Hub.opened(cloud, home, accounts, (HOME_REGION,))
        return [_measure(hub, size) for size in (SCANNED.functions, functions)]


def _measure(hub: Hub, functions: int) -> LargeScan:
    shape = FunctionShape(functions, ENDING, regions=(HOME_REGION,))
    hub.cloud.replace_functions(hub.accounts, shape)
    hub.forget()
    config = hub.read(hub.plan(1), live=False)
    live = hub.read(hub.plan(1), live=True)
    return LargeScan(
        functions=functions,
        config_bytes=config.invoked.resident_bytes,
        live_bytes=live.invoked.resident_bytes,
        pages=live.calls.by_operation()["lambda:ListFunctions"],
    )
