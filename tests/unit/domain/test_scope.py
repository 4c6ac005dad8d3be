"""Scope: what selects a stack, what excludes it, and that exclusions always win."""

from typing import Any

import pytest

from steward.domain.policy import Policy
from steward.domain.scope import judge_scope, why_account_is_out
from steward.domain.stacks import Unit
from tests.factories import make_account, make_policy, make_stack

ACCOUNT = make_account()
TAGGED = {"stage": "feature"}


def policy(**scope: Any) -> Policy:
    whole = {
        "name_patterns": ["feat-*"],
        "tags": {"stage": ["feature", "Preview"], "kind": ["temp"]},
        "regions": ["eu-west-1"],
    }
    return make_policy(scope=whole | scope)


NEITHER = (False, "neither its name nor its tags say feature stack")


@pytest.mark.parametrize(
    ("name", "tags", "verdict"),
    [
        pytest.param("feat-a", {}, (True, "its name matches feat-*"), id="name"),
        pytest.param("cart", TAGGED, (True, "its tag is stage=feature"), id="tag"),
        pytest.param(
            "feat-a",
            TAGGED,
            (True, "its name matches feat-* and its tag is stage=feature"),
            id="both",
        ),
        pytest.param("cart", {}, NEITHER, id="neither"),
        pytest.param("feature-flags-service", {}, NEITHER, id="look-alike of production"),
        pytest.param("FEAT-a", {}, NEITHER, id="name in capitals"),
        pytest.param(
            "cart",
            {"stage": " FEATURE "},
            (True, "its tag is stage= FEATURE "),
            id="value in capitals",
        ),
        pytest.param(
            "cart",
            {"stage": "preview"},
            (True, "its tag is stage=preview"),
            id="policy in capitals",
        ),
        pytest.param("cart", {"Stage": "feature"}, NEITHER, id="key in capitals"),
        pytest.param("cart", {"stage": "features"}, NEITHER, id="another value"),
        pytest.param("cart", {"stage": ""}, NEITHER, id="empty value"),
        pytest.param(
            "cart",
            {"stage": "prod", "kind": "temp"},
            (True, "its tag is kind=temp"),
            id="second tag",
        ),
    ],
)
def test_a_name_or_a_tag_selects(
    name: str, tags: dict[str, str], verdict: tuple[bool, str]
) -> None:
    found = judge_scope(make_stack(name, tags=tags), ACCOUNT, policy())
    assert (found.inside, found.reason) == verdict


@pytest.mark.parametrize(
    ("name", "tags", "verdict"),
    [
        pytest.param(
            "feat-a",
            TAGGED,
            (True, "its name matches feat-* and its tag is stage=feature"),
            id="both",
        ),
        pytest.param(
            "feat-a",
            {},
            (False, "its name matches feat-*, but the policy wants name and tag to match"),
            id="name only",
        ),
        pytest.param(
            "cart",
            TAGGED,
            (False, "its tag is stage=feature, but the policy wants name and tag to match"),
            id="tag only",
        ),
        pytest.param("cart", {}, NEITHER, id="neither"),
    ],
)
def test_all_wants_name_and_tag(name: str, tags: dict[str, str], verdict: tuple[bool, str]) -> None:
    found = judge_scope(make_stack(name, tags=tags), ACCOUNT, policy(match="all"))
    assert (found.inside, found.reason) == verdict


@pytest.mark.parametrize(
    ("exclude", "reason"),
    [
        pytest.param(
            {"accounts": ["222222222222"]}, "account 222222222222 is excluded", id="account"
        ),
        pytest.param(
            {"organizational_units": ["ou-abcd-11111111"]},
            "organizational unit ou-abcd-11111111 is excluded",
            id="organizational unit",
        ),
        pytest.param(
            {"organizational_units": ["r-abcd"]},
            "organizational unit r-abcd is excluded",
            id="root above it",
        ),
        pytest.param(
            {"name_patterns": ["x-*", "*-cart"]},
            "its name matches the excluded pattern *-cart",
            id="name",
        ),
        pytest.param({"tags": {"tier": ["Gold"]}}, "its tag tier=gold is excluded", id="tag"),
    ],
)
@pytest.mark.parametrize("match", ["any", "all"])
def test_an_exclusion_wins(match: str, exclude: dict[str, Any], reason: str) -> None:
    account = make_account(ou_path=("r-abcd", "ou-abcd-11111111"))
    stack = make_stack("feat-cart", tags={**TAGGED, "tier": "gold"})
    assert judge_scope(stack, account, policy(match=match)).inside
    verdict = judge_scope(stack, account, policy(match=match, exclude=exclude))
    assert (verdict.inside, verdict.reason) == (False, reason)


def test_another_region_is_outside() -> None:
    verdict = judge_scope(
        make_stack("feat-a", unit=Unit("222222222222", "us-east-1")), ACCOUNT, policy()
    )
    assert (verdict.inside, verdict.reason) == (False, "region us-east-1 is not in the policy")


@pytest.mark.parametrize(
    ("units", "ou_path", "reason"),
    [
        pytest.param([], (), "", id="no units named: all accounts"),
        pytest.param(["ou-abcd-22222222"], ("r-abcd", "ou-abcd-22222222"), "", id="in the unit"),
        pytest.param(["r-abcd"], ("r-abcd", "ou-abcd-22222222"), "", id="below the root"),
        pytest.param(
            ["ou-abcd-33333333"],
            ("r-abcd", "ou-abcd-22222222"),
            "account 222222222222 is in none of the policy's organizational units",
            id="in another unit",
        ),
        pytest.param(
            ["ou-abcd-33333333"],
            (),
            "account 222222222222 is in none of the policy's organizational units",
            id="place unknown",
        ),
    ],
)
def test_named_units_narrow_the_accounts(
    units: list[str], ou_path: tuple[str, ...], reason: str
) -> None:
    account = make_account(ou_path=ou_path)
    scope = policy(organizational_units=units).scope
    assert why_account_is_out(account, scope) == reason


def test_an_excluded_unit_wins_over_a_named_one() -> None:
    account = make_account(ou_path=("r-abcd", "ou-abcd-22222222"))
    scope = policy(
        organizational_units=["r-abcd"], exclude={"organizational_units": ["ou-abcd-22222222"]}
    ).scope
    assert why_account_is_out(account, scope) == "organizational unit ou-abcd-22222222 is excluded"


def test_a_policy_of_names_only_ignores_tags() -> None:
    names_only = make_policy(scope={"name_patterns": ["feat-*"], "regions": ["eu-west-1"]})
    assert not judge_scope(make_stack("cart", tags=TAGGED), ACCOUNT, names_only).inside
