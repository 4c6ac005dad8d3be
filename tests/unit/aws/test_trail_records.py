"""Which recorded calls create a stack, and who is named as its creator."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from steward.aws.trail_records import Creation, creation_of
from steward.domain.leases import Creator
from tests.integration.functions.samples import sample

RECORD: dict[str, Any] = sample("create_stack")["detail"]
STACK_ID: str = RECORD["responseElements"]["stackId"]
ROLE = "AWSReservedSSO_Developer_0a1b2c3d4e5f6071"


def record(**changes: Any) -> dict[str, Any]:
    return deepcopy(RECORD) | changes


def by(**identity: Any) -> Creator:
    creation = creation_of(record(userIdentity=identity))
    assert creation is not None
    return creation.creator


def assumed(session: str, **context: Any) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROA:{session}",
        "arn": f"arn:aws:sts::222222222222:assumed-role/Deploy/{session}",
        "sessionContext": {"sessionIssuer": {"userName": "Deploy"}, **context},
    }


def test_the_sample_names_the_stack_and_its_creator() -> None:
    created_at = datetime.fromisoformat(RECORD["eventTime"])
    creator = Creator("dev@example.com", f"CloudTrail CreateStack by role {ROLE}")
    assert creation_of(RECORD) == Creation(STACK_ID, creator, created_at)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"errorCode": "AlreadyExistsException"}, id="refused"),
        pytest.param({"eventName": "UpdateStack"}, id="another call"),
        pytest.param({"eventSource": "cloudtrail.amazonaws.com"}, id="another service"),
        pytest.param({"responseElements": None}, id="no answer"),
        pytest.param({"responseElements": {"stackId": ""}}, id="no stack"),
        pytest.param({"eventName": "CreateChangeSet"}, id="change set of no type is an update"),
        pytest.param(
            {"eventName": "CreateChangeSet", "requestParameters": {"changeSetType": "UPDATE"}},
            id="change set that updates",
        ),
        pytest.param(
            {"eventName": "CreateChangeSet", "requestParameters": None}, id="no parameters"
        ),
    ],
)
def test_a_call_that_creates_no_stack_is_none(changes: dict[str, Any]) -> None:
    assert creation_of(record(**changes)) is None


def test_a_change_set_that_creates_counts_as_its_stack_does() -> None:
    creation = creation_of(
        record(eventName="CreateChangeSet", requestParameters={"changeSetType": "CREATE"})
    )
    assert creation is not None
    assert creation.creator == Creator(
        "dev@example.com", f"CloudTrail CreateChangeSet by role {ROLE}"
    )


@pytest.mark.parametrize(
    ("identity", "name", "kind"),
    [
        pytest.param(assumed("dev@example.com"), "dev@example.com", "role Deploy", id="session"),
        pytest.param(assumed("deploy-7"), "deploy-7", "role Deploy", id="machine"),
        pytest.param(
            assumed("deploy-7", sourceIdentity="dev@example.com"),
            "dev@example.com",
            "role Deploy",
            id="source identity behind a machine",
        ),
        pytest.param(
            assumed("dev@example.com", sourceIdentity="other@example.com"),
            "dev@example.com",
            "role Deploy",
            id="the session's own address comes first",
        ),
        pytest.param(
            assumed("deploy-7", sourceIdentity="okta-17"),
            "deploy-7",
            "role Deploy",
            id="source identity that is no address",
        ),
        pytest.param(
            {"type": "AssumedRole", "principalId": "AROA:dev@example.com"},
            "dev@example.com",
            "role ",
            id="session without arn",
        ),
        pytest.param(
            {"type": "AssumedRole", "arn": "arn:aws:sts::222222222222:assumed-role/Deploy/x"},
            "x",
            "role Deploy",
            id="session without context",
        ),
        pytest.param(
            {
                "type": "IAMUser",
                "arn": "arn:aws:iam::222222222222:user/team/dev@example.com",
                "userName": "dev@example.com",
            },
            "dev@example.com",
            "IAM user",
            id="user",
        ),
        pytest.param(
            {"type": "IAMUser", "arn": "arn:aws:iam::222222222222:user/team/alice"},
            "alice",
            "IAM user",
            id="user without name",
        ),
        pytest.param(
            {"type": "FederatedUser", "arn": "arn:aws:sts::222222222222:federated-user/alice"},
            "alice",
            "federated user",
            id="federated",
        ),
        pytest.param(
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "93f4-1"}},
            "93f4-1",
            "IAM Identity Center user",
            id="identity-center",
        ),
        pytest.param(
            {"type": "Root", "arn": "arn:aws:iam::222222222222:root"},
            "root",
            "the account's root user",
            id="root",
        ),
        pytest.param(
            {"type": "SAMLUser", "userName": "alice"}, "alice", "SAMLUser", id="another-kind"
        ),
    ],
)
def test_every_kind_of_identity_is_named(identity: dict[str, Any], name: str, kind: str) -> None:
    assert by(**identity) == Creator(name, f"CloudTrail CreateStack by {kind}")


@pytest.mark.parametrize(
    ("identity", "service"),
    [
        pytest.param({"type": "AWSService", "invokedBy": "x.amazonaws.com"}, "x.amazonaws.com"),
        pytest.param({"type": "AWSService"}, "AWS"),
        pytest.param(
            assumed("dev@example.com") | {"invokedBy": "servicecatalog.amazonaws.com"},
            "servicecatalog.amazonaws.com",
        ),
    ],
    ids=["service", "nameless-service", "on-behalf"],
)
def test_a_service_is_nobody(identity: dict[str, Any], service: str) -> None:
    assert by(**identity) == Creator(
        "", f"CloudTrail CreateStack was made by the service {service}"
    )


def test_a_caller_without_a_name_is_nobody() -> None:
    assert by(type="AWSAccount") == Creator("", "CloudTrail CreateStack names no caller")


def test_a_name_without_end_is_cut() -> None:
    assert len(by(type="IAMUser", userName="x" * 10_000).name) == 256


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param({"eventTime": "yesterday"}, "eventTime", id="time"),
        pytest.param({"eventTime": "2026-03-02T09:13:21"}, "eventTime", id="naive-time"),
        pytest.param({"userIdentity": None}, "userIdentity", id="identity"),
        pytest.param({"responseElements": [1]}, "responseElements", id="answer"),
        pytest.param({"requestParameters": "x"}, "requestParameters", id="parameters"),
    ],
)
def test_what_is_no_record_is_refused_with_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=rf"CloudTrailRecord\n{place}"):
        creation_of(record(**changes))
