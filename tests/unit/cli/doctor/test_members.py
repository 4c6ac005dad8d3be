"""Why an account cannot be read, and where nothing can be deleted."""

from dataclasses import replace

import pytest

from steward_cli.doctor.findings import Status
from steward_cli.doctor.judging.members import (
    Agreement,
    Probe,
    ReapProbe,
    State,
    judge_members,
    judge_reap_roles,
)
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

ONE = "222222222222"
WELL = Probe(ONE)
DENIED = Probe(ONE, refused="AccessDenied: not authorized", state=State.ACTIVE)
OTHER_ID = Agreement("its ExternalId is 'a', the hub's 'b'")


@pytest.mark.parametrize(
    ("probe", "agreement", "status", "words"),
    [
        pytest.param(WELL, Agreement(), OK, "1 of 1 account", id="reachable"),
        pytest.param(
            replace(DENIED, state=State.CLOSED), Agreement(), WARN, "suspended", id="suspended"
        ),
        pytest.param(replace(DENIED, state=State.LEFT), Agreement(), WARN, "has left", id="left"),
        pytest.param(replace(DENIED, instance=""), Agreement(), FAIL, "is missing", id="no role"),
        pytest.param(
            replace(DENIED, instance="CURRENT"),
            OTHER_ID,
            FAIL,
            "trusts another hub: its ExternalId",
            id="wrong external id",
        ),
        pytest.param(
            replace(DENIED, instance="CURRENT"), Agreement(), FAIL, "yet refuses", id="not trusted"
        ),
        pytest.param(
            replace(DENIED, instance="OUTDATED"), Agreement(), FAIL, "is OUTDATED", id="not made"
        ),
        pytest.param(
            replace(DENIED, instance=None),
            Agreement(known=False),
            FAIL,
            "missing, trusts another hub, or has another external id",
            id="roles made by hand",
        ),
        pytest.param(
            replace(DENIED, refused="RegionDisabledException: STS is not activated"),
            Agreement(),
            FAIL,
            "no STS in the hub's region",
            id="no STS here",
        ),
        pytest.param(
            Probe(ONE, closed_regions={"ap-east-1": "OptInRequired: x"}),
            Agreement(),
            WARN,
            "region ap-east-1 of account 222222222222",
            id="region disabled",
        ),
    ],
)
def test_why_an_account_cannot_be_read(
    probe: Probe, agreement: Agreement, status: Status, words: str
) -> None:
    assert_says(judge_members([probe], 1, agreement, "steward-read"), status, words)


def test_a_sample_says_that_it_is_one() -> None:
    assert "(a sample; --all" in judge_members([WELL], 300, Agreement(), "steward-read").why


def test_without_accounts_nothing_is_well() -> None:
    assert_says(judge_members([], 0, Agreement(), "steward-read"), WARN, "no account is on record")


def test_many_like_troubles_are_counted_and_the_worst_counts() -> None:
    gone = [replace(DENIED, account_id=f"{n:012d}", state=State.LEFT) for n in range(30)]
    found = judge_members([*gone, DENIED], 31, Agreement(), "steward-read")
    assert found.status is FAIL
    assert "21 more problems like these" in found.why


@pytest.mark.parametrize(
    ("probe", "status", "words"),
    [
        pytest.param(ReapProbe(ONE, "roles", True), OK, "1 of 1", id="there"),
        pytest.param(ReapProbe(ONE, "roles", False), WARN, "nothing can be deleted", id="not"),
        pytest.param(ReapProbe(ONE, "", False), WARN, "no stack with member roles", id="unknown"),
    ],
)
def test_a_missing_reap_role_is_a_hard_stop(probe: ReapProbe, status: Status, words: str) -> None:
    assert_says(judge_reap_roles([probe], 1), status, words)
