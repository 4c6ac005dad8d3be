"""Documents over one another: the later wins by key, and nothing is half of two values."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.defaults import DEFAULTS
from steward.domain.rollouts.merging import PHASES, declared, disabled_for_nothing, merged

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 3),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.sampled_from("ab"), st.integers(0, 2), max_size=2),
)
CHECKS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["invoke", "probe"]),
        "enabled": st.booleans(),
        "mode": st.sampled_from(["observe", "enforce"]),
        "payload": VALUES,
        "payload_from": st.just("ssm:/x"),
    },
)
SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["observe", "enforce"]),
        "checks": st.one_of(VALUES, st.dictionaries(st.sampled_from("xyz"), CHECKS, max_size=3)),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "owner": VALUES,
        **{phase: st.one_of(VALUES, SECTIONS) for phase in PHASES},
    },
)


def check_of(document: Mapping[str, Any]) -> Any:
    return document["pre"]["checks"]["x"]


def with_check(**check: Any) -> dict[str, Any]:
    return {"pre": {"checks": {"x": check}}}


@given(DOCUMENTS)
def test_a_document_over_itself_changes_nothing(document: dict[str, Any]) -> None:
    assert merged(document, document) == document


@given(DOCUMENTS, DOCUMENTS)
def test_laying_a_document_over_a_second_time_changes_nothing(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    once = merged(below, above)
    assert merged(once, above) == once


@given(DOCUMENTS)
def test_nothing_above_and_nothing_below_change_nothing(document: dict[str, Any]) -> None:
    assert merged(document, {}) == merged({}, document) == merged(document) == document


@given(DOCUMENTS, DOCUMENTS)
def test_every_value_of_the_later_document_is_there(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    found = merged(below, above)
    for key, value in above.items():
        if key not in PHASES or not isinstance(value, dict):
            assert found[key] == value
            continue
        assert value.keys() <= found[key].keys()
        checks = value.get("checks")
        for name, check in checks.items() if isinstance(checks, dict) else ():
            here = found[key]["checks"][name]
            assert here == ({**here, **check} if isinstance(check, dict) else check)


@given(DOCUMENTS, DOCUMENTS)
def test_nothing_is_there_that_neither_document_has(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    assert merged(below, above).keys() == below.keys() | above.keys()


@given(DOCUMENTS)
def test_a_disabled_check_is_gone_and_every_other_is_as_it_was(document: dict[str, Any]) -> None:
    found = declared(document)
    for phase in PHASES:
        section = document.get(phase)
        checks = section.get("checks") if isinstance(section, dict) else None
        if not isinstance(section, dict) or not isinstance(checks, dict):
            assert found.get(phase) == section
            continue
        kept = {
            name: each
            for name, each in checks.items()
            if not (isinstance(each, dict) and each.get("enabled") is False)
        }
        assert found[phase] == {**section, "checks": kept}


def test_a_check_keeps_the_keys_that_the_later_document_leaves_out() -> None:
    found = merged(with_check(type="compare", alpha=0.01, mode="observe"), with_check(alpha=0.05))
    assert check_of(found) == {"type": "compare", "alpha": 0.05, "mode": "observe"}


def test_another_type_replaces_the_whole_check() -> None:
    found = merged(with_check(type="compare", alpha=0.01), with_check(type="alarms"))
    assert check_of(found) == {"type": "alarms"}


def test_the_same_type_said_again_keeps_the_check() -> None:
    found = merged(with_check(type="compare", alpha=0.01), with_check(type="compare", mode=None))
    assert check_of(found) == {"type": "compare", "alpha": 0.01, "mode": None}


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"payload": {"path": "/"}}, id="payload"),
        pytest.param({"payload_from": "ssm:/steward/rollout/p"}, id="payload-from-elsewhere"),
    ],
)
def test_a_later_payload_of_either_kind_takes_the_place_of_both(later: dict[str, Any]) -> None:
    below = {"type": "invoke", "payload": {"path": "/health", "method": "GET"}}
    found = merged(with_check(**below), with_check(**later))
    assert check_of(found) == {"type": "invoke", **later}


def test_a_check_that_the_later_document_leaves_out_stays() -> None:
    later = {"pre": {"checks": {"y": {"type": "alarms"}}}}
    found = merged(with_check(type="config"), later)
    assert found["pre"]["checks"] == {"x": {"type": "config"}, "y": {"type": "alarms"}}


def test_what_is_no_truth_value_disables_nothing() -> None:
    document = with_check(type="config", enabled=0)
    assert declared(document) == document


def test_a_list_is_replaced_whole() -> None:
    assert merged({"owner": ["a", "b"]}, {"owner": ["c"]}) == {"owner": ["c"]}


def test_disabling_what_is_there_says_nothing() -> None:
    document = {"pre": {"checks": {"dry-run": {"enabled": False}}}}
    assert list(disabled_for_nothing(DEFAULTS, document)) == []


def test_disabling_what_nothing_declares_is_named() -> None:
    document = {"pre": {"checks": {"dry-rum": {"enabled": False}, "config": {"enabled": True}}}}
    assert list(disabled_for_nothing(DEFAULTS, document)) == ["pre.checks.dry-rum"]
