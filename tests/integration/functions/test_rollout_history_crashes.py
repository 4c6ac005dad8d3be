"""The function dies at any moment: the event comes again and makes good what was missing."""

from typing import Any

import pytest

from tests.integration.digest_hub import TABLE
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import Hub
from tests.integration.functions.rollout_news import (
    History,
    failed_deployment,
    open_history,
    rollback_of,
)
from tests.integration.functions.rollout_unit import member_table
from tests.rollout_values import FAILED, ROLLBACK, make_verdict

# What news of a rollback takes, of whose original nothing is on record yet.
CALLS = (
    "GetItem",  # the rollback's place
    "AssumeRole",
    "GetDeployment",
    "GetDeployment",  # with its revision
    "GetApplicationRevision",
    "ListDeploymentTargets",
    "GetDeploymentTarget",
    "Query",  # its verdicts
    "GetItem",  # the place of what it undoes
    "GetItem",  # and once more, to record it
    "GetDeployment",
    "GetDeployment",
    "GetApplicationRevision",
    "ListDeploymentTargets",
    "GetDeploymentTarget",
    "Query",
    "GetItem",  # the account
    "ListTags",
    "GetItem",  # the last good policy
    "GetItem",  # its document
    "Query",  # who cannot be reached
    "GetFunctionConfiguration",
    "TransactWriteItems",  # what it undoes
    "GetItem",  # the account
    "ListTags",
    "GetItem",
    "GetItem",
    "Query",
    "GetFunctionConfiguration",
    "TransactWriteItems",  # the rollback
    "GetItem",  # whether they are linked
    "GetItem",
)


def die() -> None:
    raise Crash


@pytest.fixture
def history(hub: Hub) -> History:
    history = open_history(hub)
    member_table().latch(make_verdict())
    rollback_of(history, failed_deployment(history))
    hub.exchange.calls.clear()
    return history


def _ledger(history: History) -> list[Any]:
    items: list[Any] = history.hub.ledger.client.scan(TableName=TABLE)["Items"]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def _calls(history: History) -> list[str]:
    return [call.operation for call in history.hub.exchange.calls]


def test_news_of_a_rollback_takes_these_calls(history: History) -> None:
    assert history.hears(ROLLBACK) == []
    calls = _calls(history)
    assert tuple(calls[: len(CALLS)]) == CALLS
    assert calls[-1] == "Invoke"


def test_a_crash_after_any_call_is_made_good_by_the_repeat(history: History) -> None:
    """Every call is one after which it dies, in a hub of its own each time."""
    before = _ledger(history)
    history.hears(ROLLBACK)
    wanted, count = _ledger(history), len(history.hub.exchange.calls)
    assert len(wanted) > len(before)
    for number in range(count):
        _put_back(history, before)
        history.function.restart()
        history.hub.exchange.after("", die, skip=number)
        with pytest.raises(Crash):
            history.hears(ROLLBACK)
        history.function.restart()
        history.hub.exchange.heal()
        assert history.hears(ROLLBACK) == []
        assert _ledger(history) == wanted, f"after call {number}"


def test_any_refused_call_is_made_good_by_the_next_news(history: History) -> None:
    before = _ledger(history)
    history.hears(ROLLBACK)
    wanted, count = _records(history), len(history.hub.exchange.calls)
    for number in range(count):
        _put_back(history, before)
        history.function.restart()
        history.hub.exchange.refuse("", "AccessDeniedException", "no", skip=number)
        history.hears(ROLLBACK)
        history.hub.exchange.heal()
        assert history.hears(FAILED, ROLLBACK) == []
        assert _records(history) == wanted, f"after call {number}"


def _records(history: History) -> list[Any]:
    """What is on record of deployments; a notice may have gone to whoever was known then."""
    return [item for item in _ledger(history) if "digest" in item]


def _put_back(history: History, items: list[Any]) -> None:
    client = history.hub.ledger.client
    for item in _ledger(history):
        client.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in items:
        client.put_item(TableName=TABLE, Item=item)
