"""A document that cannot be read, and where in it the reason stands."""

from dataclasses import dataclass

type Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Line and column, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


class UnreadableDocument(Exception):
    """The text is no document that is taken. `what`: the reason without its place."""

    def __init__(self, what: str, spot: Spot | None = None) -> None:
        super().__init__(f"{spot}: {what}" if spot else what)
        self.what = what
        self.spot = spot
