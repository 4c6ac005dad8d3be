"""What the installed packages say of Lambda runtimes: no network, the versions of the lock file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.resources import files

import botocore.session

from steward.domain.runtimes.lifecycle import Milestone

_KEYS = {
    Milestone.DEPRECATED: "deprecated",
    Milestone.CREATE_BLOCK: "create-block",
    Milestone.UPDATE_BLOCK: "update-block",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What cfn-lint says of one runtime; a milestone without a date is not scheduled."""

    days: Mapping[Milestone, date | None]
    successor: str | None


@dataclass(frozen=True, slots=True)
class Peers:
    """botocore's identifiers and cfn-lint's table, with the versions they come from."""

    identifiers: tuple[str, ...]
    rows: Mapping[str, Row]
    botocore_version: str
    cfn_lint_version: str


def installed_peers() -> Peers:
    """Read both from the environment this runs in."""
    lambda_model = botocore.session.get_session().get_service_model("lambda")
    return Peers(
        tuple(lambda_model.shape_for("Runtime").enum),  # type: ignore[attr-defined]  # a StringShape
        {name: _row(row) for name, row in _cfn_lint_document().items()},
        version("botocore"),
        version("cfn-lint"),
    )


def _cfn_lint_document() -> Mapping[str, Mapping[str, str | None]]:
    found = files("cfnlint.data.AdditionalSpecs") / "LmbdRuntimeLifecycle.json"
    document: Mapping[str, Mapping[str, str | None]] = json.loads(found.read_text("utf-8"))
    return document


def _row(row: Mapping[str, str | None]) -> Row:
    return Row({milestone: _day(row[key]) for milestone, key in _KEYS.items()}, row["successor"])


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
