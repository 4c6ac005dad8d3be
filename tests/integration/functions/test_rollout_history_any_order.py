"""News of a deployment may come in any order, late and repeatedly: the record is the same."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from steward.domain.rollouts.results import Phase, Status
from steward.ledger.unit_records import UnitRecords
from tests.factories import NOW
from tests.integration.digest_hub import TABLE
from tests.integration.functions.hub import open_hub
from tests.integration.functions.rollout_news import History, open_history, rollback_of
from tests.integration.functions.rollout_unit import Deployed, member_table
from tests.rollout_values import FAILED, ROLLBACK, make_verdict

type Change = Callable[[History, UnitRecords], object]


def _begins(history: History, _records: UnitRecords) -> None:
    history.codedeploy.add(Deployed(FAILED, "Created"))


def _passes_pre(_history: History, records: UnitRecords) -> None:
    records.latch(make_verdict(status=Status.SUCCEEDED, owner=("oncall@example.com",)))


def _shifts(history: History, _records: UnitRecords) -> None:
    deployed = history.codedeploy.deployments[FAILED]
    deployed.status, deployed.shifting = "InProgress", True


def _fails_post(_history: History, records: UnitRecords) -> None:
    records.latch(make_verdict(phase=Phase.POST, decided_at=NOW + timedelta(minutes=5)))


def _ends(history: History, _records: UnitRecords) -> None:
    deployed = history.codedeploy.deployments[FAILED]
    deployed.status, deployed.completed_at = "Failed", NOW + timedelta(minutes=6)
    deployed.error = {"code": "HOOK_EXECUTION_FAILURE", "message": "one hook failed"}


def _rolls_back(history: History, _records: UnitRecords) -> None:
    rollback_of(history, history.codedeploy.deployments[FAILED])


CHANGES: tuple[Change, ...] = (_begins, _passes_pre, _shifts, _fails_post, _ends, _rolls_back)
# Which deployments are heard of after each change; none is what EventBridge may do.
HEARD = st.lists(
    st.lists(st.sampled_from([FAILED, ROLLBACK]), max_size=3),
    min_size=len(CHANGES),
    max_size=len(CHANGES),
)


def _record_after(heard: Sequence[Sequence[str]], last: Sequence[str]) -> list[Any]:
    with mock_aws(), pytest.MonkeyPatch.context() as monkeypatch:
        history, records = open_history(open_hub(monkeypatch)), member_table()
        for change, deployments in zip(CHANGES, heard, strict=True):
            change(history, records)
            for each in deployments:
                assert history.hears(each) == []
        for each in last:
            assert history.hears(each) == []
        items = history.hub.ledger.client.scan(TableName=TABLE)["Items"]
        kept = [item for item in items if item["pk"]["S"].startswith("ROLLOUT")]
        return sorted(
            (item for item in kept if not item["pk"]["S"].startswith("ROLLOUTNOTICE")),
            key=lambda item: item["pk"]["S"] + item["sk"]["S"],
        )


@pytest.fixture(scope="module")
def wanted() -> list[Any]:
    return _record_after([[]] * len(CHANGES), [FAILED, ROLLBACK])


# Heard of when nothing was known of it yet, and then only as what a rollback undoes.
@example(heard=[[FAILED], [], [], [], [], []], last=[ROLLBACK, FAILED, ROLLBACK])
@settings(max_examples=12, deadline=None)
@given(heard=HEARD, last=st.permutations([FAILED, ROLLBACK, ROLLBACK]))
def test_any_news_in_any_order_gives_the_same_record(
    wanted: list[Any], heard: list[list[str]], last: list[str]
) -> None:
    assert _record_after(heard, last) == wanted


def test_news_of_the_rollback_alone_records_both(wanted: list[Any]) -> None:
    assert len(wanted) == 4
    assert _record_after([[]] * len(CHANGES), [ROLLBACK]) == wanted
