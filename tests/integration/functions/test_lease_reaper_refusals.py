"""Nothing is deleted unless everything holds at the very moment of the delete."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.leases import Lease, LeaseState
from tests.factories import UNIT, make_event, make_policy
from tests.integration.functions.asking import ask
from tests.integration.functions.hub import KILL_SWITCH, SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.samples import reap_work

SECOND = timedelta(seconds=1)
CHECKOUT = reap_work().stack_id


def kill_switch(position: str) -> Callable[[Hub], None]:
    return lambda hub: hub.turn_kill_switch(position)


def no_kill_switch(hub: Hub) -> None:
    hub.ssm.delete_parameter(Name=KILL_SWITCH)


def refuse(operation: str, code: str) -> Callable[[Hub], None]:
    return lambda hub: hub.exchange.refuse(operation, code, times=9)


def policy(**changes: Any) -> Callable[[Hub], None]:
    return lambda hub: hub.appconfig.deploy(make_policy(**changes))


def document(text: str | None) -> Callable[[Hub], None]:
    def change(hub: Hub) -> None:
        hub.appconfig.document = text

    return change


def no_policy_ever(hub: Hub) -> None:
    hub.forget_policies()
    hub.appconfig.document = None


def stack(**fields: Any) -> Callable[[Hub], None]:
    return lambda hub: hub.members.stacks[CHECKOUT].update(fields)


def tags(**values: str) -> Callable[[Hub], None]:
    named = {name.replace("__", ":").replace("_", "-"): value for name, value in values.items()}
    return lambda hub: hub.members.retag(CHECKOUT, named)


def lease(change: Callable[[Lease], Lease]) -> Callable[[Hub], None]:
    def apply(hub: Hub) -> None:
        before = hub.lease(CHECKOUT)
        hub.ledger.save(before, change(before), make_event(before, at=SWEPT_AT))

    return apply


def updated(hub: Hub) -> None:
    hub.members.updated(CHECKOUT)


def deleted(hub: Hub) -> None:
    hub.members.happened(CHECKOUT, "DELETE_COMPLETE")


def forgotten(hub: Hub) -> None:
    del hub.members.stacks[CHECKOUT]


def night(hub: Hub) -> None:
    """Ten hours later, when the request has been waiting for no longer than it may."""
    hub.monkeypatch.setenv("MAX_CLOCK_SKEW_MINUTES", "600")
    hub.clock = SWEPT_AT + timedelta(hours=10)


def wall(hub: Hub, moved: timedelta) -> None:
    hub.clock = SWEPT_AT + moved


def undelivered(before: Lease) -> Lease:
    *earlier, last = before.notices
    return replace(before, notices=(*earlier, replace(last, delivered_at=None)))


def told_lately(before: Lease) -> Lease:
    *earlier, last = before.notices
    delivered = SWEPT_AT - timedelta(hours=23, minutes=59)
    return replace(before, notices=(*earlier, replace(last, delivered_at=delivered)))


REFUSALS = [
    pytest.param(kill_switch("on"), "the kill switch is on", id="kill-switch-on"),
    pytest.param(kill_switch("OFF?"), "the kill switch is unread", id="kill-switch-unclear"),
    pytest.param(no_kill_switch, "the kill switch is unread", id="kill-switch-missing"),
    pytest.param(
        refuse("GetParameter", "InternalServerError"), "the kill switch is unread", id="ssm-down"
    ),
    pytest.param(
        refuse("GetParameter", "AccessDeniedException"), "kill switch is unread", id="ssm-closed"
    ),
    pytest.param(policy(mode="notify"), "the mode here is notify", id="policy-only-notifies"),
    pytest.param(policy(mode="observe"), "the mode here is observe", id="policy-only-observes"),
    pytest.param(document(None), "the mode here is notify", id="policy-vanished"),
    pytest.param(document('{"version": 1}'), "the mode here is notify", id="policy-invalid"),
    pytest.param(document("\ufffd{"), "the mode here is notify", id="policy-garbled"),
    pytest.param(
        refuse("StartConfigurationSession", "InternalServerException"),
        "the mode here is notify",
        id="appconfig-down",
    ),
    pytest.param(no_policy_ever, "no earlier policy was ever valid", id="no-policy-ever"),
    pytest.param(
        policy(scope={"name_patterns": ["pr-*"], "regions": ["eu-west-1"]}),
        "out of scope",
        id="scope-narrowed",
    ),
    pytest.param(policy(lease={"ttl": "45d"}), "it has not expired", id="ttl-lengthened"),
    pytest.param(tags(expires_at="2027-01-31"), "it has not expired", id="extended-by-tag"),
    pytest.param(tags(steward__keep="yes"), "kept by its owner", id="kept-by-tag"),
    pytest.param(tags(stage="prod"), "out of scope", id="production-by-tag"),
    pytest.param(
        stack(EnableTerminationProtection=True), "termination protection is on", id="protected"
    ),
    pytest.param(stack(ParentId="arn:aws:x"), "a nested stack", id="nested"),
    pytest.param(stack(StackStatus="UPDATE_IN_PROGRESS"), "an operation is running", id="busy"),
    pytest.param(updated, "somebody updated the stack", id="updated-since"),
    pytest.param(deleted, "the stack is gone", id="deleted"),
    pytest.param(forgotten, "the stack is gone", id="forgotten"),
    pytest.param(
        lease(lambda before: replace(before, generation=2)), "generation 2 by now", id="extended"
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.ACTIVE)),
        "the lease is active",
        id="unmarked",
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.EXEMPT)),
        "the lease is exempt",
        id="exempt",
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.BLOCKED)), "not due", id="blocked"
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.GONE)), "no live lease", id="ended"
    ),
    pytest.param(lease(undelivered), "not delivered yet", id="notice-undelivered"),
    pytest.param(lease(told_lately), "not been told long enough", id="told-too-lately"),
    pytest.param(night, "no deletion window is open", id="window-closed"),
    pytest.param(lambda hub: wall(hub, SKEW + SECOND), "send a fresh one", id="stale-request"),
    pytest.param(lambda hub: wall(hub, -SKEW - SECOND), "correct the clock", id="from-the-future"),
]


@pytest.mark.parametrize(("change", "why"), REFUSALS)
@pytest.mark.usefixtures("checkout")
def test_nothing_is_deleted_when(
    hub: Hub,
    reaper: Function,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Hub], None],
    why: str,
) -> None:
    change(hub)
    before = hub.ledger.lease(UNIT, CHECKOUT)
    with caplog.at_level("INFO"):
        ask(reaper)
    assert hub.exchange.sent("DeleteStack") == []
    assert why in caplog.messages[-1]
    assert hub.ledger.lease(UNIT, CHECKOUT) == before
    assert hub.notices(CHECKOUT) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"held": "it newly selects 300 stacks"}, "newly selects 300", id="held"),
        pytest.param({"generation": 2}, "generation 1 by now", id="another-generation"),
        pytest.param({"most_reaps": 0}, "reached its cap of 0 deletes", id="cap-of-none"),
        pytest.param({"most_reaps_per_account": 0}, "its cap of 0", id="account-cap-of-none"),
        pytest.param({"stack_id": CHECKOUT + "x"}, "no live lease", id="another-stack"),
        pytest.param(
            {"account": {"account_id": UNIT.account_id, "tags": {"steward:mode": "notify"}}},
            "the mode here is notify",
            id="account-lowered",
        ),
        pytest.param(
            {"account": {"account_id": UNIT.account_id, "is_management": True}},
            "in the management account",
            id="management-account",
        ),
    ],
)
@pytest.mark.usefixtures("checkout")
def test_nothing_is_deleted_when_the_message_says(
    hub: Hub,
    reaper: Function,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
    why: str,
) -> None:
    with caplog.at_level("INFO"):
        ask(reaper, **changes)
    assert hub.exchange.sent("DeleteStack") == []
    assert why in caplog.messages[-1]
