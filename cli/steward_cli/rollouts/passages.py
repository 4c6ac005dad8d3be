"""Configurations where they stand: a file of their own, or a parameter of a template."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from steward.aws.documents import spots_in
from steward.aws.unreadable import Place, Spot

# "PutParameter", AWS Systems Manager API Reference: characters, by tier.
STANDARD_TIER = 4096
ADVANCED_TIER = 8192


@dataclass(frozen=True, slots=True)
class Passage:
    """A configuration in a file. `parameter`: where a template has it, empty in a file of its own.

    `start`: where its text begins in the file; `runs_along`: whether its lines are the file's.
    `gaps`: placeholders, or a whole value, of which only a deploy tells what they are.
    `problems`: what is wrong with the parameter around it.
    """

    file: str
    text: str
    parameter: str = ""
    start: Spot = field(default=Spot(1, 1))
    runs_along: bool = True
    gaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.file}, {self.parameter}" if self.parameter else self.file

    def in_file(self, spot: Spot | None) -> Spot | None:
        """Where in the file a spot of the text is; the text's own start where that is unknown."""
        if spot is None:
            return self.start if self.parameter else None
        if not self.runs_along:
            return self.start
        line = self.start.line + spot.line - 1
        return Spot(line, self.start.column + spot.column - 1)


def spot_of(place: Place, spots: Mapping[Place, Spot]) -> Spot | None:
    """Where `place` stands, or the nearest part around it that was written down."""
    around = (place[:length] for length in range(len(place), 0, -1))
    return next((spots[part] for part in around if part in spots), None)


def spots_of(passage: Passage) -> Mapping[Place, Spot]:
    return spots_in(passage.text)
