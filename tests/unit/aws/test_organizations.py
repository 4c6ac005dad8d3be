"""The accounts of an organization: all pages, all levels, only the active ones."""

from collections.abc import Iterator
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, cast

import pytest
from botocore.exceptions import ClientError

from steward.aws.organizations import accounts, single_account
from steward.domain.stacks import Account
from tests.unit.aws.scripted import Scripted

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

MANAGEMENT, DEV, PROD = "111111111111", "222222222222", "333333333333"
ROOT, WORK, TEAM = "r-abcd", "ou-abcd-11111111", "ou-abcd-22222222"


def make_row(account_id: str, **fields: Any) -> dict[str, Any]:
    return {"Id": account_id, "Name": f"account-{account_id[0]}", **fields}


class Tree(Scripted):
    """An organization scripted in the order in which it is walked."""

    def __init__(self) -> None:
        super().__init__("organizations", region="us-east-1")
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.answers("describe_organization", {"Organization": {"MasterAccountId": MANAGEMENT}})
        self.answers("list_roots", {"Roots": [{"Id": ROOT}]})

    def holds(self, parent: str, *rows: dict[str, Any], tags: dict[str, str] | None = None) -> None:
        expected = {"ParentId": parent}
        self.answers("list_accounts_for_parent", {"Accounts": [*rows]}, expected)
        for row in rows:
            if "ACTIVE" in (row.get("State"), row.get("Status")):
                self.tagged(row["Id"], tags or {})

    def tagged(self, account_id: str, tags: dict[str, str]) -> None:
        """Asked for once all accounts are listed."""
        self.tags.append((account_id, tags))

    def __enter__(self) -> Self:
        for account_id, tags in self.tags:
            self._tells(account_id, tags)
        return super().__enter__()

    def _tells(self, account_id: str, tags: dict[str, str]) -> None:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.answers("list_tags_for_resource", {"Tags": listed}, {"ResourceId": account_id})

    def has(self, parent: str, *units: str) -> None:
        answer = {"OrganizationalUnits": [{"Id": unit} for unit in units]}
        self.answers("list_organizational_units_for_parent", answer, {"ParentId": parent})


def test_accounts_have_their_path_from_the_root_their_tags_and_their_role() -> None:
    tree = Tree()
    tree.holds(ROOT, make_row(MANAGEMENT, State="ACTIVE"))
    tree.has(ROOT, WORK)
    tree.holds(WORK)
    tree.has(WORK, TEAM)
    tree.holds(TEAM, make_row(DEV, State="ACTIVE"), tags={"steward:mode": "notify"})
    tree.has(TEAM)
    with tree:
        found = accounts(tree.client, threads=1)
    assert found == [
        Account(MANAGEMENT, "account-1", (ROOT,), {}, is_management=True),
        Account(DEV, "account-2", (ROOT, WORK, TEAM), {"steward:mode": "notify"}),
    ]


@pytest.mark.parametrize(
    ("shown", "is_listed"),
    [
        pytest.param({"State": "ACTIVE"}, True, id="active"),
        pytest.param({"Status": "ACTIVE"}, True, id="active-by-the-older-field"),
        pytest.param({"State": "SUSPENDED", "Status": "SUSPENDED"}, False, id="suspended"),
        pytest.param({"State": "PENDING_CLOSURE", "Status": "ACTIVE"}, False, id="being-closed"),
        pytest.param({}, False, id="unknown"),
    ],
)
def test_only_active_accounts_are_listed(shown: dict[str, str], is_listed: bool) -> None:
    tree = Tree()
    tree.answers("list_accounts_for_parent", {"Accounts": [make_row(DEV, **shown)]})
    if is_listed:
        tree.tagged(DEV, {})
    tree.has(ROOT)
    with tree:
        assert [account.account_id for account in accounts(tree.client, threads=1)] == [
            DEV
        ] * is_listed


def test_every_page_of_every_list_is_read() -> None:
    tree = Scripted("organizations", region="us-east-1")
    tree.answers("describe_organization", {"Organization": {"MasterAccountId": MANAGEMENT}})
    tree.answers("list_roots", {"Roots": [], "NextToken": "2"})
    tree.answers("list_roots", {"Roots": [{"Id": ROOT}]}, {"NextToken": "2"})
    first = {"Accounts": [make_row(DEV, State="ACTIVE")], "NextToken": "2"}
    tree.answers("list_accounts_for_parent", first)
    tree.answers("list_accounts_for_parent", {"Accounts": [make_row(PROD, State="ACTIVE")]})
    tree.answers(
        "list_organizational_units_for_parent", {"OrganizationalUnits": [], "NextToken": "2"}
    )
    tree.answers("list_organizational_units_for_parent", {"OrganizationalUnits": []})
    tree.answers("list_tags_for_resource", {"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "2"})
    tree.answers("list_tags_for_resource", {"Tags": [{"Key": "b", "Value": "2"}]})
    tree.answers("list_tags_for_resource", {"Tags": []})
    with tree:
        found = accounts(tree.client, threads=1)
    assert [(account.account_id, account.tags) for account in found] == [
        (DEV, {"a": "1", "b": "2"}),
        (PROD, {}),
    ]


def test_an_organization_that_cannot_be_read_is_raised_and_not_empty() -> None:
    tree = Tree().refuses("list_accounts_for_parent", "AccessDeniedException", "no")
    with tree, pytest.raises(ClientError):
        accounts(tree.client)


class Together:
    """An organization whose tags are told to `threads` callers at once, or to nobody."""

    def __init__(self, account_ids: list[str], threads: int) -> None:
        self._account_ids = account_ids
        self._meeting = Barrier(threads)

    def refuse(self) -> None:
        """From now on asking for tags fails."""
        self._meeting.abort()

    def describe_organization(self) -> dict[str, Any]:
        return {"Organization": {"MasterAccountId": MANAGEMENT}}

    def get_paginator(self, operation: str) -> SimpleNamespace:
        return SimpleNamespace(paginate=getattr(self, operation))

    def list_roots(self) -> Iterator[dict[str, Any]]:
        yield {"Roots": [{"Id": ROOT}]}

    def list_accounts_for_parent(self, **_: str) -> Iterator[dict[str, Any]]:
        yield {"Accounts": [make_row(each, State="ACTIVE") for each in self._account_ids]}

    def list_organizational_units_for_parent(self, **_: str) -> Iterator[dict[str, Any]]:
        yield {"OrganizationalUnits": []}

    def list_tags_for_resource(self, ResourceId: str) -> Iterator[dict[str, Any]]:
        self._meeting.wait(timeout=30)
        yield {"Tags": [{"Key": "id", "Value": ResourceId}]}


def test_tags_are_asked_for_several_at_a_time_and_stay_with_their_account() -> None:
    ids = [f"{number:012d}" for number in range(40)]
    client = cast("OrganizationsClient", Together(ids, threads=4))
    found = accounts(client, threads=4)
    assert [(each.account_id, each.tags) for each in found] == [
        (each, {"id": each}) for each in ids
    ]


def test_tags_that_cannot_be_read_are_raised_and_not_empty() -> None:
    together = Together([DEV, PROD], threads=2)
    together.refuse()
    with pytest.raises(BrokenBarrierError):
        accounts(cast("OrganizationsClient", together), threads=2)


def test_single_account_mode_knows_its_account_without_asking() -> None:
    assert single_account(DEV) == Account(DEV)
