"""What IAM allows Steward's roles is what they use: no call is refused, no right is idle."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.iam_proof.calls import DEMO, TESTS, Call, load, save
from tests.iam_proof.plugin import refused
from tests.iam_proof.proof import (
    Evidence,
    ExceptionsError,
    Exempt,
    findings,
    read_exceptions,
)
from tests.iam_proof.resolving import HUB
from tests.iam_proof.roles import STANDS_FOR, Holder, holders
from tests.template.access_rules import known_actions
from tests.template.documents import ROOT, resources
from tests.template.documents import load as load_template

HOLDERS = holders()
EVIDENCE = Evidence.committed()
EXCEPTIONS = read_exceptions()
# Known to IAM, and used by nobody here.
IDLE = "dynamodb:DescribeGlobalTable"

every_holder = pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)


def proven(holder: Holder) -> list[str]:
    return findings(holder, EVIDENCE, EXCEPTIONS)


@every_holder
def test_a_role_is_allowed_exactly_what_it_uses(holder: Holder) -> None:
    assert proven(holder) == []


@every_holder
def test_taking_any_action_from_a_role_is_seen(holder: Holder) -> None:
    actions = {action for _, action in holder.grants()}
    unseen = sorted(action for action in actions if not proven(holder.without(action)))
    assert unseen == []


@every_holder
def test_giving_a_role_one_more_action_is_seen(holder: Holder) -> None:
    for sid in {sid for sid, _ in holder.grants()}:
        (found,) = proven(holder.having(sid, IDLE))
        assert f"is allowed {IDLE} ({sid}), which no recorded call uses" in found


def test_an_exception_for_an_action_that_is_used_is_seen() -> None:
    holder = HOLDERS["LeaseWorkerRole"]
    used = Exempt((holder.name, "SendReaps", "sqs:SendMessage"), "thought to be unused")
    (found,) = findings(holder, EVIDENCE, [*EXCEPTIONS, used])
    assert found.startswith("LeaseWorkerRole: sqs:SendMessage (SendReaps) is used")


def test_every_role_of_every_template_is_proven() -> None:
    templates = [ROOT / "template.yaml", *sorted((ROOT / "org").rglob("*.yaml"))]
    assert len(templates) >= 8
    roles = {
        name
        for path in templates
        for name in resources(load_template(str(path.relative_to(ROOT))), "AWS::IAM::Role")
    }
    assert roles == {name for name in HOLDERS if name not in STANDS_FOR}


def test_the_organization_lets_the_hub_read_what_its_roles_may_read_and_no_more() -> None:
    reads = resources(load_template("org/management.yaml"), "AWS::Organizations::ResourcePolicy")
    (statement,) = reads["HubReads"]["Content"]["Statement"]
    asked = {
        action
        for holder in HOLDERS.values()
        for _, action in holder.grants()
        if holder.account == HUB and action.startswith("organizations:")
    }
    assert set(statement["Action"]) == asked


def test_an_exception_of_no_role_is_seen() -> None:
    assert {each.grant[0] for each in EXCEPTIONS} <= HOLDERS.keys()


def test_a_call_of_no_role_is_seen() -> None:
    assert {call.role for call in (*EVIDENCE.demo, *EVIDENCE.tests)} <= HOLDERS.keys()


def test_a_call_beyond_the_resource_is_seen() -> None:
    holder = HOLDERS["LeaseWorkerRole"]
    elsewhere = Call(holder.name, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:other")
    assert len(refused([elsewhere])) == 1
    more = replace(EVIDENCE, tests=[*EVIDENCE.tests, elsewhere])
    (found,) = findings(holder, more, EXCEPTIONS)
    assert "may not sqs:SendMessage on arn:aws:sqs:eu-west-1:111111111111:other" in found


@pytest.mark.parametrize("path", [DEMO, TESTS], ids=["demo", "tests"])
def test_the_record_names_actions_of_iam_and_is_in_order(path: Path, tmp_path: Path) -> None:
    calls = load(path)
    statement = {"Effect": "Allow", "Action": sorted({call.action for call in calls})}
    assert known_actions({"Resources": {"Record": {"Statement": [statement]}}}) == []
    again = tmp_path / "again.json"
    save(again, calls)
    assert again.read_text() == path.read_text()


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param("{roles: A, sid: S, actions: [a:B]}", id="no-reason"),
        pytest.param(
            "{roles: A, sid: S, actions: [a:B], reason: needed}", id="a-word-for-a-reason"
        ),
        pytest.param(
            "{roles: [A, A], sid: S, actions: [a:B], reason: said twice of the same role}",
            id="twice",
        ),
    ],
)
def test_exceptions_without_a_reason_are_refused(entry: str, tmp_path: Path) -> None:
    path = tmp_path / "exceptions.yaml"
    path.write_text(f"- {entry}\n")
    with pytest.raises(ExceptionsError, match=r"exceptions\.yaml"):
        read_exceptions(path)
