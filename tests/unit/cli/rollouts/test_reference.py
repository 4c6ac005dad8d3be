"""docs/guide/cli.md describes every field of the documents that `steward rollouts` prints."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from steward.domain.rollouts.records import Rollout
from steward_cli.rollouts.dora_report import DoraReport, Keys, SpreadPart
from steward_cli.rollouts.list_report import RolloutList, RolloutRow
from steward_cli.rollouts.show_report import RolloutReport
from steward_cli.rollouts.timeline import Moment
from steward_cli.rollouts.try_report import TryReport

GUIDE = (Path(__file__).parents[4] / "docs" / "guide" / "cli.md").read_text()


def described(chapter: str) -> set[str]:
    told = GUIDE.partition(f"## `steward rollouts {chapter}")[2].partition("\n## ")[0]
    return set(re.findall(r"`([a-z_0-9]+)`", told))


@pytest.mark.parametrize(
    ("chapter", "model"),
    [
        ("try`", TryReport),
        *(("list`", model) for model in (RolloutList, RolloutRow, RolloutReport, Rollout, Moment)),
        *(("list`", model) for model in (DoraReport, Keys, SpreadPart)),
    ],
)
def test_every_field_is_described(chapter: str, model: type[BaseModel]) -> None:
    assert set(model.model_fields) - described(chapter) == set()
