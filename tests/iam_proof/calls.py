"""Recorded calls, with names instead of what differs from run to run."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.iam_proof.resolving import HUB, MEMBER, REGION
from tests.iam_proof.roles import Holder

RECORDED = Path(__file__).parent / "recorded"
DEMO, TESTS = RECORDED / "demo.json", RECORDED / "tests.json"
AGAIN = "run `make iam-record` and commit tests/iam_proof/recorded"


@dataclass(frozen=True)
class Call:
    """`role`: the role's logical id. `keys`: condition keys, lower case, as (key, value).

    `seen_in`: the test file that makes the call, or the demo; the first of them."""

    role: str
    action: str
    resource: str
    keys: tuple[tuple[str, str], ...] = ()
    seen_in: str = field(default="", compare=False)


def load(path: Path) -> list[Call]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [Call(**{**row, "keys": tuple(map(tuple, row["keys"]))}) for row in rows]


def save(path: Path, calls: Iterable[Call]) -> None:
    """One line for each distinct call, sorted, so that a change reads well."""
    first: dict[Call, Call] = {}
    for call in sorted(calls, key=lambda each: (_order(each), each.seen_in)):
        first.setdefault(call, call)
    lines = [json.dumps(asdict(call)) for call in first.values()]
    path.parent.mkdir(exist_ok=True)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def _order(call: Call) -> tuple[Any, ...]:
    return call.role, call.action, call.resource, call.keys


# The emulator authorizes these on everything, whatever the request names.
RESOURCE_NOT_SEEN = {"ses:SendEmail"}
OTHER = "333333333333"
# Suffixes that the embedded organization gives the names of resources and stacks of stack sets.
_INVENTED = (
    (re.compile(r"StackSet-(steward-[a-z-]+)-[0-9a-f]{8}-[0-9a-f-]{27}"), r"\1"),
    (re.compile(r"(?<=[A-Za-z])-[0-9A-Fa-f]{12,13}\b(-[0-9a-f]{6}\b)?(\.fifo)?"), ""),
    (re.compile(r"\d{8}T\d{6}Z(-[0-9a-f]{8}\b)?"), "20260101T000000Z"),
    (re.compile(r"(?<=:deployment)(group|config):.+"), r"\1:of/a-workload"),
    (re.compile(r"(?<=:application:).+"), "a-workload"),
    (re.compile(r"(?<=:layer:).+"), "a-layer:1"),
    (re.compile(r"/(units|seen)/\d{12}/[a-z]{2}-[a-z]+-\d"), rf"/\1/{MEMBER}/{REGION}"),
    (re.compile(r"(?<=-aggregator/).+"), "an-aggregator"),
)
_STACK = re.compile(r"(?<=:stack/)([^/]+)/.*")
_WORKLOAD_FUNCTION = re.compile(r"(?<=:function:)(?!steward-|CodeDeployHook_)[^:]+")
_REGION = re.compile(r"(?<=:)[a-z]{2}-[a-z]+-\d(?=:)")
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")


def normalized(arn: str, *, own: str, hub: str) -> str:
    """An ARN whose random parts are replaced. `own`: the role's account; `hub`: the
    hub's when a role of the hub calls."""
    for pattern, instead in _INVENTED:
        arn = pattern.sub(instead, arn)
    arn = _STACK.sub(_stack_name, arn)
    arn = _WORKLOAD_FUNCTION.sub("a-workload", arn)
    arn = arn.replace(":::steward-reportsbucket", ":::steward-ReportsBucket")
    return _ACCOUNT.sub(lambda found: _account(found[0], own, hub), _REGION.sub(REGION, arn))


def _stack_name(found: re.Match[str]) -> str:
    name = found[1]
    return f"{'feat-a' if name.startswith(('feat-', 'pr-')) else name}/0"


def _account(account: str, own: str, hub: str) -> str:
    """Seen from a hub role: the hub's or a member's. Seen from a member role: its own or not."""
    if own == hub:
        return HUB if account == hub else MEMBER
    return MEMBER if account == own else OTHER


def of_the_demo(
    records: Iterable[Mapping[str, Any]], roles: Mapping[str, Holder], hub: str
) -> Iterator[Call]:
    """Calls of Steward's own roles, as the emulator recorded them; `roles` by their names."""
    for record in records:
        account, _, name = record["role"].split(":", 4)[4].partition(":role/")
        holder = roles.get(_plain(name))
        if holder is not None:
            of_the_hub = holder.account == HUB
            seen = "" if record["action"] in RESOURCE_NOT_SEEN else record["resource"]
            resource = normalized(seen, own=account, hub=hub if of_the_hub else "")
            keys = _of_request(record["keys"])
            yield Call(holder.name, record["action"], resource, keys, "the demo")


def _plain(name: str) -> str:
    """A role's name without what its stack's deployment added."""
    for pattern, instead in _INVENTED[:2]:
        name = pattern.sub(instead, name)
    return name


def _of_request(keys: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """Tags are the owners'; how DynamoDB is asked changes nothing."""
    return tuple(
        (key, "")
        for key in sorted(keys)
        if not key.startswith(("dynamodb:", "aws:requesttag/", "s3:prefix"))
    )
