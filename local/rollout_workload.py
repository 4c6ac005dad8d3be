"""The workload whose rollouts the demo shows: the guide's template, its versions, its callers."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local import stack_operations
from local.organization import Organization
from local.stack_operations import Deployment, StackDidNotSettleError
from local.tool_environment import REPOSITORY

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

TEMPLATE = REPOSITORY / "local" / "seeds" / "rollout-workload.yaml"
FUNCTION = "shop-orders"
ALIAS = "live"
STACK = "shop-orders"
SETTLES_WITHIN_SECONDS = 180.0
CALLERS = 4

_ANSWER = '"order": event.get("order")'
_RETURN = '            return {"statusCode": 200, "body": json.dumps({"order"'
_PARTNER = """\
            import random, time
            time.sleep(0.3)
            if random.random() < 0.2:
                raise RuntimeError("the partner timed out")
"""


@dataclass(frozen=True)
class Change:
    """A change of the workload that its team deploys. `code`: the template with it."""

    what: str
    code: str
    succeeds: bool


def first() -> str:
    """The template as the guide has it."""
    return TEMPLATE.read_text(encoding="utf-8")


def changes() -> tuple[Change, ...]:
    """One that is good, one broken at start, one that is slow and fails a call in five."""
    good = _edited(first(), _ANSWER, f'{_ANSWER}, "currency": "EUR"')
    broken = _edited(good, "import json\n", "import json\n        import shop_prices\n")
    flaky = _edited(good, _RETURN, _PARTNER + _RETURN)
    return (
        Change("answers with the currency too", good, succeeds=True),
        Change("imports a module that is not in the package", broken, succeeds=False),
        Change("asks a partner that is slow and fails one call in five", flaky, succeeds=False),
    )


def create(organization: Organization, account: str) -> None:
    """The first deployment, which CodeDeploy has no part in."""
    client = organization.session(account).client("cloudformation")
    deployment = Deployment(STACK, first(), {}, {})
    stack_operations.create(client, deployment, "CREATE_COMPLETE")


def deploy(organization: Organization, account: str, template: str) -> str:
    """Update the stack; how it ended. A change that is turned back ends in a rollback."""
    client = organization.session(account).client("cloudformation")
    client.update_stack(
        StackName=STACK,
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
    while (status := _status(organization, account)).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise StackDidNotSettleError(
                f"{STACK} is still {status} after {SETTLES_WITHIN_SECONDS:g} s"
            )
        time.sleep(stack_operations.POLL_SECONDS)
    return status


def calls_a_second(organization: Organization, account: str, seconds: float = 1.0) -> float:
    """What the callers manage on this machine, now."""
    with traffic(organization, account) as counted:
        time.sleep(seconds)  # the first of them start the function
        before = counted.calls
        time.sleep(seconds)
        return max(1.0, (counted.calls - before) / seconds)


@dataclass
class Counted:
    calls: int = 0


@contextmanager
def traffic(organization: Organization, account: str) -> Iterator[Counted]:
    """People order through the alias, as fast as they are served, until the block ends."""
    client = organization.session(account).client("lambda")
    counted, ended = Counted(), threading.Event()
    threads = [
        threading.Thread(target=_order, args=(client, counted, ended)) for _ in range(CALLERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield counted
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _order(client: "LambdaClient", counted: Counted, ended: threading.Event) -> None:
    while not ended.is_set():
        counted.calls += 1
        body = json.dumps({"order": counted.calls}).encode()
        client.invoke(FunctionName=FUNCTION, Qualifier=ALIAS, Payload=body)


def _status(organization: Organization, account: str) -> str:
    client = organization.session(account).client("cloudformation")
    return client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]


def _edited(template: str, old: str, new: str) -> str:
    if template.count(old) != 1:
        raise ValueError(f"{TEMPLATE.name} has {old!r} {template.count(old)} times, not once")
    return template.replace(old, new)
