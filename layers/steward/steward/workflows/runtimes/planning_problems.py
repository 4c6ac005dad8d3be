"""What could not be read in a scan: the first hundred in full, the others counted."""

MOST = 100


class Problems:
    """Collects texts without growing with the organization."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._more = 0

    def note(self, problem: object) -> None:
        if len(self._first) < MOST:
            self._first.append(str(problem))
        else:
            self._more += 1

    def said(self) -> tuple[str, ...]:
        """All of them; the last says how many are not shown."""
        if not self._more:
            return tuple(self._first)
        return (*self._first, f"and {self._more} more like these")
