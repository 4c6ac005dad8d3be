"""The lifecycle table as it counts: the hub's dates of the latest report over the shipped ones."""

from steward.data.runtime_table import bundled
from steward.domain.runtimes.identifiers import family_of, version_of
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.reporting.overview import Overview, RuntimeLine
from steward.domain.runtimes.states import RuntimeState


def lifecycle_of(overview: Overview | None) -> Lifecycle:
    """Every runtime that is known here or there; without a report, as this version ships it."""
    table = bundled()
    if overview is None:
        return table
    rows = {
        line.id: _row(line, table.runtime(line.id))
        for line in overview.runtimes
        if line.state is not RuntimeState.UNKNOWN or table.runtime(line.id)
    }
    return table.model_copy(update={"runtimes": {**table.runtimes, **rows}})


def _row(line: RuntimeLine, shipped: Runtime | None) -> Runtime:
    base = shipped or Runtime(
        id=line.id, family=family_of(line.id), version=version_of(line.id), architectures=()
    )
    days = {name: getattr(line, name) for name in ("deprecated", "create_block", "update_block")}
    return base.model_copy(update=days)
