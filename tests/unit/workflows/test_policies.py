"""Which policy is in force, whatever happens to the newest one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.messages import Sweep
from steward.workflows.policies import NoPolicy, policy_in_force, policy_of_sweep
from tests.factories import NOW, make_policy

REAP = make_policy()


@dataclass
class Shelf:
    """Keeps policies as the ledger does."""

    documents: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def save_policy(self, fingerprint: str, document: str, at: datetime) -> bool:
        assert at == NOW
        self.documents[fingerprint] = document
        self.last = fingerprint
        return True

    def policy_document(self, fingerprint: str) -> str | None:
        return self.documents.get(fingerprint)

    def last_good(self) -> tuple[str, str] | None:
        return (self.last, self.documents[self.last]) if self.last else None


def shelf_with(policy: Policy) -> Shelf:
    return Shelf({policy.fingerprint: policy.model_dump_json()}, policy.fingerprint)


def unreachable() -> str | None:
    raise ConnectionError("AppConfig did not answer")


def test_the_newest_valid_policy_is_in_force_and_remembered() -> None:
    shelf = shelf_with(make_policy(mode="observe"))
    found = policy_in_force(REAP.model_dump_json, shelf, NOW)
    assert (found.policy, found.fingerprint, found.problem) == (REAP, REAP.fingerprint, "")
    assert shelf.last == REAP.fingerprint


@pytest.mark.parametrize(
    ("read", "problem"),
    [
        pytest.param(lambda: None, "AppConfig holds no deployed policy", id="none-deployed"),
        pytest.param(lambda: "", "the newest policy is invalid", id="empty"),
        pytest.param(lambda: "{", "the newest policy is invalid: policy: Invalid", id="not-json"),
        pytest.param(lambda: '{"version": 1}', "scope: Field required", id="incomplete"),
        pytest.param(unreachable, "could not be read: AppConfig did not answer", id="unreachable"),
    ],
)
class TestWithAProblem:
    @pytest.mark.parametrize(
        ("mode", "at_most"), [("reap", "notify"), ("notify", "notify"), ("observe", "observe")]
    )
    def test_the_last_good_one_stays_but_never_deletes(
        self, read: Callable[[], str | None], problem: str, mode: str, at_most: Mode
    ) -> None:
        good = make_policy(mode=mode)
        shelf = shelf_with(good)
        found = policy_in_force(read, shelf, NOW)
        assert problem in found.problem
        assert found.policy == good.with_mode(Mode(at_most))
        assert found.fingerprint == good.fingerprint
        assert shelf == shelf_with(good)

    def test_without_a_good_one_there_is_none(
        self, read: Callable[[], str | None], problem: str
    ) -> None:
        shelf = Shelf()
        with pytest.raises(NoPolicy) as caught:
            policy_in_force(read, shelf, NOW)
        assert problem in str(caught.value)
        assert "steward policy validate" in str(caught.value)
        assert shelf == Shelf()


def sweep(policy: Policy, mode: str, held: str = "") -> Sweep:
    return Sweep(
        sweep_id="s",
        swept_at=NOW,
        policy=policy.fingerprint,
        mode=Mode(mode),
        held=held,
        most_reaps=1,
        most_reaps_per_account=1,
    )


@pytest.mark.parametrize(
    ("of_policy", "of_sweep", "held", "expected"),
    [
        ("reap", "reap", "", "reap"),
        ("reap", "notify", "", "notify"),
        ("notify", "reap", "", "notify"),
        ("observe", "reap", "", "observe"),
        ("reap", "reap", "too much", "observe"),
    ],
)
def test_a_sweep_may_do_no_more_than_its_policy_and_its_planner_allow(
    of_policy: str, of_sweep: str, held: str, expected: str
) -> None:
    policy = make_policy(mode=of_policy)
    found = policy_of_sweep(sweep(policy, of_sweep, held), shelf_with(policy))
    assert found.policy == policy.with_mode(Mode(expected))
    assert (found.fingerprint, found.problem) == (policy.fingerprint, held)


def test_a_sweep_runs_under_its_own_policy_and_no_newer_one() -> None:
    older, newer = make_policy(mode="notify"), REAP
    shelf = shelf_with(newer)
    shelf.documents[older.fingerprint] = older.model_dump_json()
    assert policy_of_sweep(sweep(older, "reap"), shelf).policy == older


def test_a_sweep_whose_policy_is_unknown_does_nothing() -> None:
    with pytest.raises(NoPolicy, match=rf"{REAP.fingerprint} is not in the ledger"):
        policy_of_sweep(sweep(REAP, "reap"), Shelf())
