"""The one organization of the emulator: who sees it, in which pages, and who is refused."""

import json
from collections.abc import Iterator
from contextlib import nullcontext, suppress

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.organization import HUB, MANAGEMENT, MemberAccount, Organization, create_organization

MEMBERS = tuple(MemberAccount(f"member-{number:02}", "Many") for number in range(41))


@pytest.fixture(scope="module")
def crowd() -> Iterator[tuple[Emulator, Organization]]:
    with Emulator(enforce_iam=True) as emulator:
        yield emulator, create_organization(emulator.endpoint, MEMBERS)


def test_accounts_come_twenty_a_page_with_their_state(
    crowd: tuple[Emulator, Organization],
) -> None:
    _, organization = crowd
    client = organization.session().client("organizations")
    unit = organization.organizational_units["Many"]
    pages = [*client.get_paginator("list_accounts_for_parent").paginate(ParentId=unit)]
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 1]
    assert {row["State"] for page in pages for row in page["Accounts"]} == {"ACTIVE"}
    everybody = client.get_paginator("list_accounts").paginate()
    assert sum(len(page["Accounts"]) for page in everybody) == len(MEMBERS) + 2


@pytest.mark.parametrize(
    ("account", "refusal"),
    [
        pytest.param(HUB, "", id="delegated-administrator"),
        pytest.param(MANAGEMENT, "", id="management"),
        pytest.param("member-00", "AccessDeniedException", id="member"),
    ],
)
def test_only_administrators_list_accounts(
    crowd: tuple[Emulator, Organization], account: str, refusal: str
) -> None:
    client = crowd[1].session(account).client("organizations")
    assert client.describe_organization()["Organization"]["Id"] == crowd[1].organization_id
    try:
        client.list_accounts()
        said = ""
    except ClientError as error:
        said = error.response["Error"]["Code"]
    assert said == refusal


def test_the_hub_cannot_change_the_organization(crowd: tuple[Emulator, Organization]) -> None:
    client = crowd[1].session().client("organizations")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client.create_account(AccountName="x", Email="x@example.com")


def test_delegates_are_listed_by_service(crowd: tuple[Emulator, Organization]) -> None:
    client = crowd[1].session(MANAGEMENT).client("organizations")
    for principal, expected in (("health.amazonaws.com", 1), ("ssm.amazonaws.com", 0)):
        found = client.list_delegated_administrators(ServicePrincipal=principal)
        assert len(found["DelegatedAdministrators"]) == expected


def test_a_suspended_account_says_so_and_refuses_every_call(
    crowd: tuple[Emulator, Organization],
) -> None:
    emulator, organization = crowd
    account = organization.accounts["member-01"]
    emulator.control.suspend_account(account)
    described = organization.session().client("organizations").describe_account(AccountId=account)
    assert described["Account"]["State"] == "SUSPENDED"
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        organization.session("member-01").client("dynamodb").list_tables()
    with pytest.raises(ClientError, match="AccessDenied"):
        organization.session().client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/steward-read", RoleSessionName="sweep"
        )


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        pytest.param("cloudformation", "list_stacks", "InvalidClientTokenId", id="query"),
        pytest.param("dynamodb", "list_tables", "UnrecognizedClientException", id="json"),
        pytest.param("lambda", "list_functions", "UnrecognizedClientException", id="rest"),
    ],
)
def test_a_disabled_region_refuses_calls_and_its_neighbour_does_not(
    crowd: tuple[Emulator, Organization], service: str, operation: str, code: str
) -> None:
    emulator, organization = crowd
    emulator.control.disable_region(organization.accounts["member-02"], "ap-east-1")
    there = organization.session("member-02", "ap-east-1")
    here = organization.session("member-02")
    with pytest.raises(ClientError, match=code):
        getattr(there.client(service), operation)()  # type: ignore[call-overload]
    getattr(here.client(service), operation)()  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("given", "role", "refused"),
    [
        pytest.param({"ExternalId": "right"}, "steward-read", False, id="right-external-id"),
        pytest.param({"ExternalId": "wrong"}, "steward-read", True, id="wrong-external-id"),
        pytest.param({}, "steward-read", True, id="no-external-id"),
        pytest.param({"ExternalId": "right"}, "steward-reap", True, id="no-such-role"),
    ],
)
def test_a_role_is_assumed_with_its_external_id_only(
    crowd: tuple[Emulator, Organization], given: dict[str, str], role: str, refused: bool
) -> None:
    organization = crowd[1]
    iam = organization.session("member-05").client("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{organization.accounts[HUB]}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "right"}},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="steward-read", AssumeRolePolicyDocument=trust)
    arn = f"arn:aws:iam::{organization.accounts['member-05']}:role/{role}"
    sts = organization.session().client("sts")
    expected = pytest.raises(ClientError, match="AccessDenied") if refused else nullcontext()
    with expected:
        sts.assume_role(RoleArn=arn, RoleSessionName="sweep", **given)  # type: ignore[arg-type]


def test_a_bucket_name_is_taken_in_every_account(crowd: tuple[Emulator, Organization]) -> None:
    organization = crowd[1]
    where = {"LocationConstraint": "eu-west-1"}
    organization.session("member-03").client("s3").create_bucket(
        Bucket="steward-artifacts-taken",
        CreateBucketConfiguration=where,  # type: ignore[arg-type]
    )
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        organization.session("member-04").client("s3").create_bucket(
            Bucket="steward-artifacts-taken",
            CreateBucketConfiguration=where,  # type: ignore[arg-type]
        )
