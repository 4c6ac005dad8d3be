"""What a finding says: what AWS does when, and what to change."""

from datetime import date
from difflib import get_close_matches

from steward.domain.runtimes.lifecycle import Lifecycle, Milestone, Runtime
from steward.domain.runtimes.states import IMAGE_PACKAGE
from steward.domain.runtimes.targets import Hop, Targets

_WHAT = {
    Milestone.DEPRECATED: ("deprecated", ""),
    Milestone.CREATE_BLOCK: ("creating functions", " blocked"),
    Milestone.UPDATE_BLOCK: ("updating them", " blocked"),
}


def happens(runtime: Runtime, today: date) -> str:
    """Each milestone with its date, and the days to those that are to come."""
    told = [_milestone(each, day, today) for each, day in runtime.scheduled()]
    if runtime.create_block is None and runtime.update_block is None:
        told.append("no block is scheduled")
    if is_image_only(runtime):
        told.append("and only as a container base image: no function in a ZIP file can have it")
    return ", ".join(told)


def is_image_only(runtime: Runtime) -> bool:
    """Whether no function can name it."""
    return runtime.package_types == (IMAGE_PACKAGE,)


def change(targets: Targets) -> str:
    """Where to go, and what is known to break on the way there."""
    hop = targets.smallest or targets.latest
    if hop is None:
        return targets.reason
    said = f"change it to {_choice(targets, hop)}"
    return f"{said}; look at: {'; '.join(hop.breakers)}" if hop.breakers else said


def unknown(runtime_id: str, lifecycle: Lifecycle) -> tuple[str, str]:
    """What is said of a runtime that the table does not have, and what to do about it."""
    near = get_close_matches(runtime_id, list(lifecycle.runtimes), n=1, cutoff=0.8)
    guess = f" (did you mean {near[0]}?)" if near else ""
    told = f"not in the lifecycle table of {lifecycle.as_of}: misspelt{guess}, or newer than it"
    return told, "correct it, or update Steward"


def _milestone(milestone: Milestone, day: date, today: date) -> str:
    what, state = _WHAT[milestone]
    days = (day - today).days
    if days <= 0:
        return f"{what}{state} since {day}"
    return f"{what}{state} from {day} (in {days} {'day' if days == 1 else 'days'})"


def _choice(targets: Targets, hop: Hop) -> str:
    latest = targets.latest
    if targets.smallest is None:
        return f"{_supported(hop)}, the latest; {targets.reason}"
    if latest is None or latest.runtime_id == hop.runtime_id:
        return _supported(hop)
    return f"{_supported(hop)}, the smallest safe step, or {_supported(latest)}, the latest"


def _supported(hop: Hop) -> str:
    return f"{hop.runtime_id} (supported until {hop.until})" if hop.until else hop.runtime_id
