"""What a runtime report has not seen, in sentences: nobody takes its numbers for more than that."""

from collections.abc import Iterator

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.overview import Overview


def missing(overview: Overview) -> tuple[str, ...]:
    """What there is, or may be, beyond what was counted; empty when all was read."""
    return tuple(_missing(overview))


def reservations(overview: Overview) -> tuple[str, ...]:
    """What was left out on purpose, and the sources that could not confirm what was read."""
    return tuple(_reservations(overview))


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _missing(overview: Overview) -> Iterator[str]:
    box, unread = overview.coverage, overview.buckets.get(Bucket.NOT_COVERED, 0)
    if box.total == 0:
        yield "No account region was planned: there was nothing to read."
    if box.partial:
        yield "The scan was not finished when this was written."
    if box.covered < box.total:
        left = box.total - box.covered
        yield f"{counted(left, 'account region')} of {box.total:,} could not be read."
    if unread:
        yield f"{counted(unread, 'function')} known from earlier could not be read this time."
    if box.problems:
        yield f"{counted(len(box.problems), 'thing')} could not be had, or not be understood."


def _reservations(overview: Overview) -> Iterator[str]:
    box = overview.coverage
    absent = [source.name for source in box.sources if not source.available]
    warned = [source.name for source in box.sources if source.available and source.warning]
    if box.passed_over:
        yield f"{counted(len(box.passed_over), 'account')} passed over on purpose."
    if absent:
        yield f"Not available: {'; '.join(absent)}."
    if warned:
        yield f"To be taken with care: {'; '.join(warned)}."
