"""Our own messages: what was sent is read back, and what we did not send is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.limits import SweepCaps
from steward.domain.stacks import Account, Unit
from steward.messages import AccountFacts, ReapWork, Sweep, UnitWork
from tests.factories import FINGERPRINT, make_stack_id

SWEEP: dict[str, Any] = {
    "sweep_id": "2026-11-23T08:00:00Z",
    "swept_at": "2026-11-23T08:00:00Z",
    "policy": FINGERPRINT,
    "mode": "reap",
    "most_reaps": 20,
    "most_reaps_per_account": 5,
}
ACCOUNT = {"account_id": "222222222222"}
UNIT_WORK: dict[str, Any] = {
    "sweep": SWEEP,
    "account": ACCOUNT,
    "region": "eu-west-1",
    "scope_since": "2026-11-01T08:00:00+01:00",
}
REAP_WORK: dict[str, Any] = {
    "sweep": SWEEP,
    "account": ACCOUNT,
    "region": "eu-west-1",
    "stack_id": make_stack_id(),
    "generation": 1,
}


def test_a_unit_message_survives_its_journey() -> None:
    work = UnitWork.model_validate(UNIT_WORK)
    assert UnitWork.model_validate_json(work.model_dump_json()) == work
    assert work.unit == Unit("222222222222", "eu-west-1")
    assert (work.sweep.held, work.was_uncovered) == ("", False)
    assert work.scope_since == datetime(2026, 11, 1, 7, 0, tzinfo=UTC)


def test_a_reap_message_survives_its_journey() -> None:
    work = ReapWork.model_validate(REAP_WORK)
    assert ReapWork.model_validate_json(work.model_dump_json()) == work
    assert work.unit == Unit("222222222222", "eu-west-1")
    assert work.sweep.caps == SweepCaps(20, 5)


def test_what_is_known_of_an_account_survives_its_journey() -> None:
    account = Account("222222222222", "dev", ("r-ab12", "ou-1"), {"a": "ö\n"}, is_management=True)
    sent = AccountFacts.of(account).model_dump_json()
    assert AccountFacts.model_validate_json(sent).account() == account


def unit_work(**changes: Any) -> dict[str, Any]:
    return UNIT_WORK | changes


def unit_sweep(**changes: Any) -> dict[str, Any]:
    return UNIT_WORK | {"sweep": SWEEP | changes}


BAD_UNITS = [
    pytest.param(unit_work(colour="red"), "colour", id="unknown-field"),
    pytest.param(unit_sweep(colour="red"), "sweep.colour", id="unknown-field-inside"),
    pytest.param(
        unit_work(account=ACCOUNT | {"email": "a@b.c"}), "account.email", id="unknown-account-field"
    ),
    pytest.param(unit_work(region="Frankfurt"), "region", id="no-region"),
    pytest.param(unit_work(region=""), "region", id="empty-region"),
    pytest.param(unit_work(account={"account_id": "2222"}), "account.account_id", id="no-account"),
    pytest.param(unit_work(scope_since="2026-11-01T08:00:00"), "scope_since", id="naive-since"),
    pytest.param(unit_sweep(swept_at="2026-11-23T08:00:00"), "sweep.swept_at", id="naive-clock"),
    pytest.param(unit_sweep(swept_at="soon"), "sweep.swept_at", id="no-clock"),
    pytest.param(unit_sweep(policy="0123456789AB"), "sweep.policy", id="upper-case-fingerprint"),
    pytest.param(unit_sweep(policy="0123456789a"), "sweep.policy", id="eleven-digits"),
    pytest.param(unit_sweep(policy="0123456789abc"), "sweep.policy", id="thirteen-digits"),
    pytest.param(unit_sweep(mode="delete"), "sweep.mode", id="unknown-mode"),
    pytest.param(unit_sweep(most_reaps=-1), "sweep.most_reaps", id="negative-cap"),
    pytest.param(
        unit_sweep(most_reaps_per_account=-1),
        "sweep.most_reaps_per_account",
        id="negative-account-cap",
    ),
    pytest.param(unit_sweep(sweep_id=""), "sweep.sweep_id", id="no-sweep"),
    pytest.param(unit_sweep(sweep_id="a" * 81), "sweep.sweep_id", id="sweep-too-long"),
    pytest.param(unit_sweep(sweep_id="a#b"), "sweep.sweep_id", id="sweep-with-a-separator"),
]


@pytest.mark.parametrize(("message", "place"), BAD_UNITS)
def test_a_bad_unit_message_is_refused_with_the_place(message: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        UnitWork.model_validate(message)
    assert [".".join(map(str, each["loc"])) for each in caught.value.errors()] == [place]


@pytest.mark.parametrize("name", UNIT_WORK.keys())
def test_a_unit_message_without_a_field_is_refused(name: str) -> None:
    less = {key: value for key, value in UNIT_WORK.items() if key != name}
    with pytest.raises(ValidationError, match=name):
        UnitWork.model_validate(less)


@pytest.mark.parametrize("name", SWEEP.keys())
def test_a_sweep_without_a_field_is_refused(name: str) -> None:
    less = {key: value for key, value in SWEEP.items() if key != name}
    with pytest.raises(ValidationError, match=name):
        Sweep.model_validate(less)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param({"force": True}, "force", id="unknown-field"),
        pytest.param({"generation": 0}, "generation", id="no-generation"),
        pytest.param({"stack_id": "feat-cart"}, "stack_id", id="a-name-as-id"),
        pytest.param(
            {"stack_id": "arn:aws:s3:::bucket"}, "stack_id", id="an-arn-of-another-service"
        ),
        pytest.param(
            {"stack_id": make_stack_id().replace("222222222222", "2222")},
            "stack_id",
            id="an-arn-without-account",
        ),
    ],
)
def test_a_bad_reap_message_is_refused_with_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ReapWork.model_validate(REAP_WORK | changes)
    assert [each["loc"] for each in caught.value.errors()] == [(place,)]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_stacks_of_every_partition_have_a_place(partition: str) -> None:
    stack_id = make_stack_id().replace("arn:aws:", f"arn:{partition}:")
    assert ReapWork.model_validate(REAP_WORK | {"stack_id": stack_id})


def test_a_message_does_not_change_after_it_was_read() -> None:
    work = UnitWork.model_validate(UNIT_WORK)
    with pytest.raises(ValidationError, match="frozen"):
        work.region = "us-east-1"  # type: ignore[misc]  # what is tested
