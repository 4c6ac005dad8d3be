"""What can be done in the meantime by who cannot change the language's version."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.runtimes.fitting import ANY, Needs, why_unsafe
from steward.domain.runtimes.lifecycle import OS_ONLY_FAMILY, Lifecycle, Runtime
from steward.domain.runtimes.targets import newer


class Way(StrEnum):
    """In the order in which they are offered: the least to look after comes first."""

    NEWER_OS = "same language on a newer operating system"
    IMAGE = "container image with a base of your own"
    OWN_RUNTIME = "runtime of your own on an OS-only runtime"
    CUSTOM = "customer-managed runtime that the platform team publishes"


@dataclass(frozen=True, slots=True)
class Option:
    """One way. `needs`: what has to stand before it is taken.

    `aws_tells`: whether AWS still announces its end; if not, nobody but Steward does.
    """

    way: Way
    what: str
    needs: str
    aws_tells: bool
    runtime_id: str = ""


_LEFT_ALONE = "an exception with an expiry, and somebody named who patches it"


def interim_options(
    runtime: Runtime, lifecycle: Lifecycle, planned: date, needs: Needs = ANY
) -> tuple[Option, ...]:
    """The ways to keep the language's version a while, the least to look after first."""
    return tuple(_ways(runtime, lifecycle, planned, needs))


def _ways(runtime: Runtime, lifecycle: Lifecycle, planned: date, needs: Needs) -> Iterator[Option]:
    newer_os = _on_a_newer_os(runtime, lifecycle, planned, needs)
    if newer_os:
        what = f"change it to {newer_os.id}: the same version on {_os_of(newer_os)}"
        yield Option(Way.NEWER_OS, what, "a test of native dependencies", True, newer_os.id)
    image = "build an image on a base that you patch, and have Amazon Inspector scan it"
    yield Option(Way.IMAGE, image, _LEFT_ALONE, False)
    base = None if runtime.os_only else _safe_base(lifecycle, planned, needs)
    if base:
        what = f"bring the interpreter and a bootstrap on {base.id}, with a list of what is in it"
        yield Option(Way.OWN_RUNTIME, what, _LEFT_ALONE, False, base.id)
    alias = "use an alias that the platform team publishes, with its own deprecation date"
    yield Option(Way.CUSTOM, alias, _LEFT_ALONE, False)


def _on_a_newer_os(
    runtime: Runtime, lifecycle: Lifecycle, planned: date, needs: Needs
) -> Runtime | None:
    rows = (row for row in newer(runtime, lifecycle) if _same_language(row, runtime))
    return next((row for row in rows if not why_unsafe(row, planned, needs)), None)


def _same_language(row: Runtime, runtime: Runtime) -> bool:
    return (row.family, row.version) == (runtime.family, runtime.version)


def _safe_base(lifecycle: Lifecycle, planned: date, needs: Needs) -> Runtime | None:
    bases = (row for row in lifecycle.runtimes.values() if row.family == OS_ONLY_FAMILY)
    safe = [row for row in bases if not why_unsafe(row, planned, needs)]
    return max(safe, key=lambda row: row.os.rank if row.os else -1, default=None)


def _os_of(runtime: Runtime) -> str:
    return runtime.os.full_name if runtime.os else "a newer system"
