"""What an operator's wish comes to: an exception, its end, or an owner who knows."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from steward.domain.runtimes.exceptions import GrantedException, ScopeKind, why_not_granted
from steward.domain.runtimes.lifecycle import Lifecycle
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.sources import in_force
from steward.domain.runtimes.states import RuntimeState, state_of

_MOST_NEAR = 3
_ACCOUNT = re.compile(r"^[0-9]{12}$")
_FUNCTION = re.compile(
    r"^arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):[0-9]{12}:function:[A-Za-z0-9-_]+$"
)


def misnamed(kind: ScopeKind, scope: str) -> str:
    """Why `scope` can name no `kind`, so that an exception would never hold; empty when it can."""
    match kind:
        case ScopeKind.ARN if not _FUNCTION.match(scope):
            return f"{scope} is no ARN of a function; write it without a version, which is included"
        case ScopeKind.ACCOUNT if not _ACCOUNT.match(scope):
            return f"{scope} is no account id; write its 12 digits"
        case _:
            return ""


def region_of(kind: ScopeKind, scope: str) -> str:
    """The one region that an exception is for; empty when it is for all."""
    match = _FUNCTION.match(scope) if kind is ScopeKind.ARN else None
    return match["region"] if match else ""


def state_today(dates: ReportDates, region: str, runtime_id: str) -> RuntimeState:
    """The state of a runtime in `region` today."""
    return state_of(runtime_id, "Zip", _lifecycle(dates, region), dates.today).state


def refusal(wish: GrantedException, dates: ReportDates, regions: Iterable[str]) -> str:
    """Why `wish` may not be granted in one of the `regions` that it is for; empty when it may."""
    found = (why_not_granted(wish, _lifecycle(dates, region)) for region in regions)
    return next((why for why in found if why), "")


def _lifecycle(dates: ReportDates, region: str) -> Lifecycle:
    return in_force(dates.lifecycle, dates.settled(region))


def near(name: str, known: Iterable[str]) -> list[str]:
    """The known names that look most like `name`; when none does, the first ones there are."""
    names = sorted(known)
    return get_close_matches(name, names, _MOST_NEAR, cutoff=0.4) or names[:_MOST_NEAR]
