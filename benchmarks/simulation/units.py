"""A simulated organization whose units are alike: answers are made from one unit's, by its account.

The ledger's items are those that the real worker writes for one unit in a first sweep. So the
simulation takes no memory of its own, however many accounts there are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.policies import steward_policy
from benchmarks.shape import HOME_REGION, STACK_AGE
from benchmarks.simulation.transport import Answer, Request
from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.ledger.keys import UNREACHABLE
from steward.messages import AccountFacts, Sweep, UnitWork

SAMPLE = "100000000000"
STACKS = 5
FEATURE_STACKS = 3
_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


def account_id(number: int) -> str:
    return str(int(SAMPLE) + number)


@dataclass(slots=True)
class Units:
    """`leases`: the items of the sample unit; none before its first sweep."""

    now: datetime
    leases: list[dict[str, Any]] = field(default_factory=list)
    _page: str = ""
    _items: str = '{"Items": []}'

    def __post_init__(self) -> None:
        created = (self.now - STACK_AGE).isoformat()
        rows = "".join(_stack(number, created) for number in range(STACKS))
        self._page = (
            f'<DescribeStacksResponse xmlns="{_NAMESPACE}"><DescribeStacksResult>'
            f"<Stacks>{rows}</Stacks></DescribeStacksResult></DescribeStacksResponse>"
        )

    def settle(self) -> None:
        """From now on the ledger holds for every unit what it holds for the sample unit."""
        self._items = json.dumps({"Items": self.leases})

    def answers(self) -> dict[str, Answer]:
        return {
            "AssumeRole": self._assume_role,
            "DescribeStacks": lambda request: self._page.replace(SAMPLE, request.access_key),
            "GetItem": lambda _: json.dumps({"Item": {"document": {"S": steward_policy()}}}),
            "Query": self._query,
            "TransactWriteItems": self._write,
            "PutItem": lambda _: "{}",
        }

    def works(self, accounts: int) -> Iterator[UnitWork]:
        policy = Policy.model_validate_json(steward_policy())
        sweep = Sweep(
            sweep_id="simulated",
            swept_at=self.now,
            policy=policy.fingerprint,
            mode=Mode.NOTIFY,
            most_reaps=0,
            most_reaps_per_account=0,
        )
        for number in range(accounts):
            facts = AccountFacts(account_id=account_id(number))
            yield UnitWork(sweep=sweep, account=facts, region=HOME_REGION, scope_since=self.now)

    def _assume_role(self, request: Request) -> str:
        """The access key is the account's id, so that later requests tell whose they are."""
        account = request.form["RoleArn"].split(":")[4]
        expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        return (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<AssumeRoleResult><Credentials><AccessKeyId>{account}</AccessKeyId>"
            "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            f"<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult>"
            "</AssumeRoleResponse>"
        )

    def _query(self, request: Request) -> str:
        partition = json.loads(request.body)["ExpressionAttributeValues"][":pk"]["S"]
        if partition == UNREACHABLE:
            return json.dumps({"Items": []})
        return self._items.replace(SAMPLE, partition.split("#")[1])

    def _write(self, request: Request) -> str:
        puts = [write.get("Put") for write in json.loads(request.body)["TransactItems"]]
        items = [put["Item"] for put in puts if put]
        self.leases += [item for item in items if item["sk"]["S"].startswith("LEASE#")]
        return "{}"


def _stack(number: int, created: str) -> str:
    name = f"{'feat' if number < FEATURE_STACKS else 'svc'}-orders-{number}"
    unique = f"00000000-0000-0000-0000-{number:012d}"
    stack_id = f"arn:aws:cloudformation:{HOME_REGION}:{SAMPLE}:stack/{name}/{unique}"
    return (
        f"<member><StackId>{stack_id}</StackId><StackName>{name}</StackName>"
        f"<CreationTime>{created}</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"
        "<EnableTerminationProtection>false</EnableTerminationProtection><Tags>"
        "<member><Key>owner</Key><Value>dev@example.com</Value></member></Tags></member>"
    )
