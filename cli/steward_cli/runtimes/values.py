"""What an expression of a template may come to, and where each of its values is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

import yaml

type Names = Mapping[str, Values]

# A product of lists grows fast; nobody writes a runtime with more outcomes.
_MOST_OUTCOMES = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """One value. `via`: how the template comes to it, in words; empty when it simply stands there.

    `given`: False for a value that is allowed, and that no deploy takes unless it is asked to.
    """

    value: str
    node: yaml.Node
    via: str = ""
    given: bool = True


@dataclass(frozen=True, slots=True)
class Values:
    """All that was read. `gaps`: why there may be values besides. `absent`: it may be left out."""

    readings: tuple[Reading, ...] = ()
    gaps: tuple[str, ...] = ()
    absent: bool = False

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(reading.value for reading in self.readings)


def written(value: str, node: yaml.Node) -> Values:
    """A value as it stands in the template."""
    return Values((Reading(value, node),))


def gap(why: str) -> Values:
    """Nothing could be read."""
    return Values(gaps=(why,))


ABSENT = Values(absent=True)


def any_of(parts: Iterable[Values]) -> Values:
    """One of `parts`, nobody knows which; a value that several have is told once."""
    found: dict[tuple[str, int], Reading] = {}
    gaps: dict[str, None] = {}
    absent = False
    for part in parts:
        for reading in part.readings:
            found.setdefault((reading.value, id(reading.node)), reading)
        gaps |= dict.fromkeys(part.gaps)
        absent = absent or part.absent
    return Values(tuple(found.values()), tuple(gaps), absent)


def by_way_of(how: str, values: Values) -> Values:
    """`values`, saying that `how` leads to them."""
    readings = (
        replace(reading, via=f"{how}, {reading.via}" if reading.via else how)
        for reading in values.readings
    )
    return replace(values, readings=tuple(readings))


def combined(
    parts: Iterable[Values], write: Callable[[Iterable[str]], str], node: yaml.Node
) -> Values:
    """Every text that `write` makes of one value for each of `parts`, written at `node`."""
    lists = list(parts)
    gaps = tuple(dict.fromkeys(why for part in lists for why in part.gaps))
    if reduce(lambda so_far, part: so_far * len(part.readings), lists, 1) > _MOST_OUTCOMES:
        return gap(f"it has more than {_MOST_OUTCOMES} outcomes")
    readings = tuple(
        Reading(write(part.value for part in choice), node, given=all(p.given for p in choice))
        for choice in product(*(part.readings for part in lists))
    )
    return any_of([Values(readings, gaps)])
