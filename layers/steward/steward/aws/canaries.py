"""CloudWatch Synthetics canaries of one unit, whose runtimes end too."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from steward.aws.answers import asking
from steward.aws.errors import denials
from steward.aws.function_arns import function_arn
from steward.aws.instants import instant_of
from steward.aws.paged import Answer
from steward.domain.runtimes.results import Canary

# The most that a page has, Amazon CloudWatch Synthetics API Reference.
_VERSIONS = 100
_CANARIES = 20


class SyntheticsClient(Protocol):
    """The part of the Synthetics client that is used; botocore does not page it."""

    def describe_runtime_versions(self, **request: Any) -> Answer: ...

    def describe_canaries(self, **request: Any) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Version:
    """`family`: what stands before the version's number."""

    name: str
    family: str
    released: date | None
    ends: date | None

    def usable(self, today: date) -> bool:
        released = self.released is None or self.released <= today
        return released and (self.ends is None or self.ends > today)


def canaries(client: SyntheticsClient, today: date) -> list[Canary]:
    """Every canary, when its runtime ends, and the newest runtime of the same family.

    Owner and stack stay empty. Raise NotAllowed, or NoAnswer where Synthetics is not to be had.
    """
    with asking("synthetics:DescribeCanaries"), denials():
        rows = list(_pages(client.describe_canaries, _CANARIES, "Canaries"))
        if not rows:
            return []
        listed = _pages(client.describe_runtime_versions, _VERSIONS, "RuntimeVersions")
        versions = {version.name: version for version in map(_version, listed)}
    newest = _newest(versions.values(), today)
    return [_canary(row, versions, newest) for row in rows]


def _pages(call: Callable[..., Answer], most: int, field: str) -> Iterator[Answer]:
    request: dict[str, Any] = {"MaxResults": most}
    while True:
        answer = call(**request)
        yield from answer.get(field, [])
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _version(row: Answer) -> _Version:
    name = row.get("VersionName", "")
    return _Version(name, _family(name), _day(row, "ReleaseDate"), _day(row, "DeprecationDate"))


def _newest(versions: Iterable[_Version], today: date) -> dict[str, str]:
    """By family, the name of the version that was released last and has not ended."""
    usable = (version for version in versions if version.usable(today))
    in_order = sorted(usable, key=lambda each: (each.released or date.min, each.name))
    return {version.family: version.name for version in in_order}


def _canary(row: Answer, versions: dict[str, _Version], newest: dict[str, str]) -> Canary:
    runtime = row.get("RuntimeVersion", "")
    known = versions.get(runtime)
    return Canary(
        name=row.get("Name", ""),
        runtime_version=runtime,
        ends=known.ends if known else None,
        latest=newest.get(_family(runtime), ""),
        function=_function(row),
    )


def _function(row: Answer) -> str:
    """The function it runs as, of several browsers the first one's."""
    engines = [row, *row.get("EngineConfigs", [])]
    arns = (function_arn(engine.get("EngineArn") or "") for engine in engines)
    return next((arn.name for arn in arns if arn), "")


def _family(runtime: str) -> str:
    """`syn-nodejs-puppeteer-9.1` is of `syn-nodejs-puppeteer`."""
    return runtime.rpartition("-")[0]


def _day(row: Answer, field: str) -> date | None:
    instant = instant_of(row.get(field))
    return instant.date() if instant else None
