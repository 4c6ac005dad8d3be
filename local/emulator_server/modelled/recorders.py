"""What AWS Config has recorded: today's functions, unless a recorder is off or lags."""

from collections.abc import Iterator
from enum import StrEnum

from local.emulator_server.modelled.config_rows import Row, row_of
from local.emulator_server.modelled.function_records import function_records

Place = tuple[str, str]


class Recorder(StrEnum):
    """ABSENT: nothing of the unit was ever recorded. STOPPED: its rows stay as they are now."""

    ON = "on"
    ABSENT = "absent"
    STOPPED = "stopped"


class Recorders:
    def __init__(self) -> None:
        self._states: dict[Place, Recorder] = {}
        self._frozen: dict[tuple[str, str, str], Row] = {}

    def turn(self, account: str, region: str, state: Recorder) -> None:
        place = (account, region)
        self._states[place] = state
        self._frozen = {key: row for key, row in self._frozen.items() if key[:2] != place}
        if state is Recorder.STOPPED:
            current = _rows_now()
            self._frozen |= {key: row for key, row in current.items() if key[:2] == place}

    def lag(self, account: str, region: str, name: str) -> None:
        """The row of one function stays as it is now, whatever becomes of the function."""
        row = _rows_now().get((account, region, name))
        if row is None:
            raise ValueError(f"there is no function {name} in {account}/{region}")
        self._frozen[account, region, name] = row

    def catch_up(self, account: str, region: str, name: str) -> None:
        self._frozen.pop((account, region, name), None)

    def rows(self) -> Iterator[Row]:
        """By account, region and name."""
        current = {
            key: row
            for key, row in _rows_now().items()
            if self._states.get(key[:2], Recorder.ON) is Recorder.ON
        }
        recorded = current | self._frozen
        yield from (recorded[key] for key in sorted(recorded))


def _rows_now() -> dict[tuple[str, str, str], Row]:
    return {(each.account, each.region, each.name): row_of(each) for each in function_records()}
