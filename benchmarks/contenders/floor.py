"""The floor: the fewest calls that find the same stacks, by a bare client that does nothing else.

One AssumeRole an account, one DescribeStacks a page, one client a region and service. A client is
bound to its credentials, so the next account's are set on it before each request is signed. With
`--record` it also writes one item a feature stack, which is the least a first sweep can leave.
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


class Floor:
    def __init__(self) -> None:
        hub = Session()
        self.sts = hub.create_client("sts")
        self.dynamodb = hub.create_client("dynamodb")
        self.credentials = Changing()
        self._member = Session()
        self._member._credentials = self.credentials
        # One loader: the members' session would otherwise parse the service models again.
        self._member.register_component("data_loader", hub.get_component("data_loader"))
        self._readers: dict[str, Any] = {}

    def reader(self, region: str) -> Any:
        if region not in self._readers:
            self._readers[region] = self._member.create_client("cloudformation", region)
        return self._readers[region]

    def enter(self, account: str) -> None:
        role = f"arn:aws:iam::{account}:role/{READ_ROLE}"
        given = self.sts.assume_role(RoleArn=role, RoleSessionName="floor")["Credentials"]
        self.credentials.now = ReadOnlyCredentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )

    def feature_stacks(self, region: str) -> list[Any]:
        pages = self.reader(region).get_paginator("describe_stacks").paginate()
        rows = (row for page in pages for row in page["Stacks"])
        return [row for row in rows if row["StackName"].startswith("feat-")]

    def record(self, stack_id: str) -> None:
        item = {"pk": {"S": f"FLOOR#{stack_id}"}, "sk": {"S": "FLOOR"}}
        self.dynamodb.put_item(TableName=LEDGER, Item=item)


def sweep(accounts: list[str], regions: list[str], *, record: bool) -> int:
    floor = Floor()
    found = 0
    for account in accounts:
        floor.enter(account)
        for region in regions:
            stacks = floor.feature_stacks(region)
            found += len(stacks)
            for stack in stacks if record else []:
                floor.record(stack["StackId"])
    return found


if __name__ == "__main__":
    wanted = json.loads(os.environ["FLOOR"])
    sys.stdout.write(f"{sweep(**wanted)}\n")
