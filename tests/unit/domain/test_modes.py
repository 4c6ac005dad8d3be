"""Modes: their order, and an account's tag that lowers and never raises."""

import pytest

from steward.domain.decisions import effective_mode
from steward.domain.modes import MODE_TAG, Mode, account_mode, lowest
from tests.factories import make_account, make_policy

OBSERVE, NOTIFY, REAP = Mode.OBSERVE, Mode.NOTIFY, Mode.REAP


@pytest.mark.parametrize(
    ("mode", "allowed"),
    [
        pytest.param(OBSERVE, [OBSERVE], id="observe"),
        pytest.param(NOTIFY, [OBSERVE, NOTIFY], id="notify"),
        pytest.param(REAP, [OBSERVE, NOTIFY, REAP], id="reap"),
    ],
)
def test_a_mode_allows_itself_and_what_is_gentler(mode: Mode, allowed: list[Mode]) -> None:
    assert [other for other in Mode if mode.allows(other)] == allowed


def test_the_lowest_mode_is_the_most_careful() -> None:
    assert lowest(REAP, OBSERVE, NOTIFY) is OBSERVE
    assert lowest(REAP, NOTIFY) is NOTIFY


@pytest.mark.parametrize(
    ("policy", "tag", "effective"),
    [
        pytest.param(REAP, None, REAP, id="no tag"),
        pytest.param(REAP, "notify", NOTIFY, id="lowered one step"),
        pytest.param(REAP, "observe", OBSERVE, id="lowered two steps"),
        pytest.param(REAP, "reap", REAP, id="the same"),
        pytest.param(NOTIFY, "reap", NOTIFY, id="never raised"),
        pytest.param(OBSERVE, "reap", OBSERVE, id="never raised by two"),
        pytest.param(REAP, " Notify ", NOTIFY, id="blanks and capitals"),
        pytest.param(REAP, "", OBSERVE, id="empty tag holds back"),
        pytest.param(REAP, "off", OBSERVE, id="unknown word holds back"),
    ],
)
def test_an_accounts_tag_may_only_lower_the_mode(
    policy: Mode, tag: str | None, effective: Mode
) -> None:
    assert account_mode(policy, tag) is effective
    tags = {} if tag is None else {MODE_TAG: tag}
    assert effective_mode(make_account(tags=tags), make_policy(mode=policy)) is effective


def test_the_tag_is_the_documented_one() -> None:
    assert MODE_TAG == "steward:mode"
