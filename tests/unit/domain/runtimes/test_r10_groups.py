"""R10: one work item for one owner, one root stack and one milestone, wherever it is deployed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.functions import Origin
from steward.domain.runtimes.groups import grouped
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.stacks import Unit
from tests.unit.domain.runtimes.findings import make_finding
from tests.unit.domain.runtimes.samples import TODAY, days

ELSEWHERE = Unit("333333333333", "us-east-1")


def test_r10_a_stack_in_two_accounts_is_one_item_with_a_matrix() -> None:
    (group,) = grouped(
        [make_finding("get"), make_finding("put"), make_finding("get", unit=ELSEWHERE)]
    )
    assert [str(unit) for unit in group.units] == [
        "222222222222/eu-west-1",
        "333333333333/us-east-1",
    ]
    assert len(group.findings) == 3
    assert group.remedy == "change python3.9 in the template of stack orders to python3.14"
    assert group.key.milestone is Milestone.CREATE_BLOCK
    assert group.day == TODAY + days(70)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"owner": "billing@example.com"}, id="owner"),
        pytest.param({"stack": "billing"}, id="stack"),
        pytest.param({"runtime_id": "python3.10"}, id="milestone"),
        pytest.param({"origin": Origin.FRAMEWORK}, id="made by a framework"),
        pytest.param({"origin": Origin.CANARY}, id="canary"),
        pytest.param({"stack": ""}, id="no stack"),
    ],
)
def test_r10_another_one_is_another_item(facts: dict[str, Any]) -> None:
    assert len(grouped([make_finding(), make_finding(**facts)])) == 2


@pytest.mark.parametrize(
    ("name", "unit", "items"),
    [
        pytest.param("orders-put", None, 1, id="same first word"),
        pytest.param("orders_put", None, 1, id="another separator"),
        pytest.param("billing-put", None, 2, id="another first word"),
        pytest.param("orders-put", ELSEWHERE, 2, id="another account"),
        pytest.param("-", None, 2, id="no word at all"),
    ],
)
def test_r10_without_a_stack_the_account_and_the_first_word_count(
    name: str, unit: Unit | None, items: int
) -> None:
    where = {} if unit is None else {"unit": unit}
    found = grouped([make_finding(stack=""), make_finding(name, stack="", **where)])
    assert len(found) == items


@pytest.mark.parametrize(
    ("facts", "remedy"),
    [
        pytest.param(
            {"stack": ""},
            "change python3.9 in the functions of 222222222222/orders to python3.14",
            id="no stack",
        ),
        pytest.param(
            {"origin": Origin.FRAMEWORK},
            "upgrade the framework that made the functions of orders (python3.9)",
            id="framework",
        ),
        pytest.param(
            {"origin": Origin.CANARY},
            "change the runtime version of the canaries of orders, not their functions",
            id="canary",
        ),
        pytest.param(
            {"runtime_id": "python3.14"},
            "change python3.14 in the template of stack orders to a runtime that lasts; "
            "none is safe today",
            id="no target",
        ),
    ],
)
def test_r10_each_item_has_one_remedy(facts: dict[str, Any], remedy: str) -> None:
    (group,) = grouped([make_finding(**facts)])
    assert group.remedy == remedy


def test_r10_the_nearest_milestone_comes_first() -> None:
    far, near = make_finding(runtime_id="python3.10"), make_finding()
    assert [group.runtimes for group in grouped([far, near])] == [("python3.9",), ("python3.10",)]


def test_r10_what_is_blocked_already_comes_before_all() -> None:
    blocked = make_finding(runtime_id="python3.8", stack="zebra")
    assert blocked.state.day is None
    found = grouped([make_finding(), blocked])
    assert [group.runtimes for group in found] == [("python3.8",), ("python3.9",)]


def test_r10_notices_know_a_group_by_more_than_its_next_milestone() -> None:
    first, second = grouped([make_finding(), make_finding(runtime_id="python3.10")])
    assert first.key.told_as == second.key.told_as == "orders@example.com|application|orders"
    assert str(first.key) != str(second.key)


NAMES = st.sampled_from(["orders-get", "orders-put", "billing", "x_y"])
FINDINGS = st.lists(
    st.builds(
        make_finding,
        NAMES,
        stack=st.sampled_from(["", "orders", "billing"]),
        owner=st.sampled_from(["", "orders@example.com"]),
        runtime_id=st.sampled_from(["python3.9", "python3.10", "unheard-of", None]),
        unit=st.sampled_from([Unit("222222222222", "eu-west-1"), ELSEWHERE]),
    )
)


@given(found=FINDINGS)
def test_r10_no_finding_is_lost_or_doubled(found: list[Any]) -> None:
    groups = grouped(found)
    assert sum(len(group.findings) for group in groups) == len(found)
    assert len({group.key for group in groups}) == len(groups)
    assert all(group.remedy for group in groups)
