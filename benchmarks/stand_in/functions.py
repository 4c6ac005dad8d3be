"""Fills accounts with Lambda functions, past the API: through it 20,000 would take a long while."""

import base64
import copy
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.cloudformation.models import cloudformation_backends
from moto.iam.models import iam_backends

from benchmarks.stand_in.seeding import Stacks, replace_stacks

ROLE = "runs-functions"
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Functions:
    """What each unit gets: `functions`, in `ending_regions` the first `ending` of them on
    `old_runtime`. The next one there has left it, but a published version behind an alias has not.
    """

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    ending_regions: tuple[str, ...]
    functions: int
    ending: int
    old_runtime: str
    new_runtime: str


def replace_functions(wanted: Functions) -> None:
    """Give every unit fresh functions of one stack, in place of what it has."""
    replace_stacks(Stacks(wanted.accounts, wanted.regions, 1, 0, _DAY_SECONDS))
    for regions in lambda_backends.values():
        for backend in regions.values():
            backend.reset()
    for account in wanted.accounts:
        for region in wanted.regions:
            _fill(wanted, account, region)


def latest_functions() -> Iterator[LambdaFunction]:
    """Every function of every account as it is now, without published versions."""
    for regions in list(lambda_backends.values()):
        for backend in list(regions.values()):
            yield from backend.list_functions()


def _fill(wanted: Functions, account: str, region: str) -> None:
    backend = lambda_backends[account][region]
    ending = wanted.ending if region in wanted.ending_regions else 0
    first = backend.create_function(_first(wanted, account, region))
    for number in range(wanted.functions):
        function = copy.copy(first)
        function.function_name = _name(number)
        function.function_arn = first.function_arn.replace(_name(0), function.function_name)
        function.run_time = wanted.old_runtime if number < ending else wanted.new_runtime
        backend._lambdas.put_function(function)
    if ending:
        _keep_an_old_version(backend, _name(ending), wanted)


def _keep_an_old_version(backend: Any, name: str, wanted: Functions) -> None:
    backend.publish_version(name).run_time = wanted.old_runtime
    backend.create_alias("live", name, "1", "", {})


def _first(wanted: Functions, account: str, region: str) -> dict[str, Any]:
    (stack,) = cloudformation_backends[account][region].stacks.values()
    return {
        "FunctionName": _name(0),
        "Runtime": wanted.new_runtime,
        "Role": _role(account),
        "Handler": "app.handler",
        "Code": {"ZipFile": _code()},
        "Tags": {
            "owner": f"team-{account[-2:]}@example.com",
            "aws:cloudformation:stack-name": stack.name,
            "aws:cloudformation:stack-id": stack.stack_id,
        },
    }


def _name(number: int) -> str:
    return f"orders-{number:06d}"


def _role(account: str) -> str:
    """Moto takes no function without one that exists."""
    iam = iam_backends[account]["aws"]
    known = [role.arn for role in iam.get_roles() if role.name == ROLE]
    return str(known[0] if known else iam.create_role(ROLE, "{}", "/", None, "", [], None).arn)


@cache
def _code() -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return base64.b64encode(packed.getvalue()).decode()
