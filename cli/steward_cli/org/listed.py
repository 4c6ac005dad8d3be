"""Values that may be given by commas, by repeating the option, or both."""

from collections import Counter
from collections.abc import Iterable

from steward_cli.failures import ExitCode, Failure


def listed(given: Iterable[str], option: str) -> tuple[str, ...]:
    """All values in their order; raise Failure for an empty one and for one given twice."""
    values = tuple(value.strip() for each in given for value in each.split(","))
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise Failure(f"{option} names {twice[0]} twice", "name it once", ExitCode.USAGE)
    if "" in values:
        todo = f"write it like {option} A,B or {option} A {option} B"
        raise Failure(f"{option} holds an empty value", todo, ExitCode.USAGE)
    return values
