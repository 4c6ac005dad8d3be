"""The floor: the fewest calls that find the same stacks, by a bare client that does nothing else.

One AssumeRole an account, one DescribeStacks a page, one client a region and service. A client is
bound to its credentials, so the next account's are set on it before each request is signed. Whoever
keeps a record must read it too, so there is a second floor: one Query a unit more, and in a first
sweep one item a feature stack.
"""

import json
import os
import sys
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.session import Session

from benchmarks.shape import LEDGER, READ_ROLE


class Changing(Credentials):
    """Those of the account that is being read."""

    def __init__(self) -> None:
        super().__init__("none", "none")
        self.now = ReadOnlyCredentials("none", "none", None)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return self.now


class Scan:
    """Reads member accounts, one after the other."""

    def __init__(self) -> None:
        self.hub = Session()
        self._sts: Any = self.hub.create_client("sts")
        self._credentials = Changing()
        self._member = Session()
        # Session.set_credentials takes keys; what is wanted is an object that changes.
        self._member._credentials = self._credentials  # type: ignore[attr-defined]
        # One loader: the members' session would otherwise parse the service models again.
        self._member.register_component("data_loader", self.hub.get_component("data_loader"))
        self._readers: dict[tuple[str, str], Any] = {}

    def enter(self, account: str) -> None:
        role = f"arn:aws:iam::{account}:role/{READ_ROLE}"
        given = self._sts.assume_role(RoleArn=role, RoleSessionName="floor")["Credentials"]
        self._credentials.now = ReadOnlyCredentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )

    def feature_stacks(self, region: str) -> list[str]:
        pages = self._reader("cloudformation", region).get_paginator("describe_stacks").paginate()
        rows = (row for page in pages for row in page["Stacks"])
        return [row["StackId"] for row in rows if row["StackName"].startswith("feat-")]

    def functions(self, region: str) -> list[dict[str, Any]]:
        """Every function and published version."""
        pages = self._reader("lambda", region).get_paginator("list_functions")
        listed = pages.paginate(FunctionVersion="ALL", PaginationConfig={"PageSize": 50})
        return [row for page in listed for row in page["Functions"]]

    def _reader(self, service: str, region: str) -> Any:
        if (service, region) not in self._readers:
            self._readers[service, region] = self._member.create_client(service, region)
        return self._readers[service, region]


class Record:
    """What a sweep remembers, a partition a unit."""

    def __init__(self, hub: Session) -> None:
        self._client: Any = hub.create_client("dynamodb")

    def read(self, account: str, region: str) -> int:
        pages = self._client.get_paginator("query").paginate(
            TableName=LEDGER,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": f"UNIT#{account}#{region}"},
                ":prefix": {"S": "LEASE#"},
            },
        )
        return sum(len(page["Items"]) for page in pages)

    def write(self, stack_id: str) -> None:
        item = {"pk": {"S": f"FLOOR#{stack_id}"}, "sk": {"S": "FLOOR"}}
        self._client.put_item(TableName=LEDGER, Item=item)


def sweep(accounts: list[str], regions: list[str], *, reads: bool, writes: bool) -> int:
    scan = Scan()
    record = Record(scan.hub) if reads else None
    found = 0
    for account in accounts:
        scan.enter(account)
        for region in regions:
            stacks = scan.feature_stacks(region)
            found += len(stacks)
            if record:
                record.read(account, region)
                for stack_id in stacks if writes else []:
                    record.write(stack_id)
    return found


if __name__ == "__main__":
    sys.stdout.write(f"{sweep(**json.loads(os.environ['FLOOR']))}\n")
