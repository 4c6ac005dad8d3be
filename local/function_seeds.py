"""Fills the embedded organization with the functions of the runtimes scenario."""

import io
import json
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local import stack_operations
from local.function_templates import CODE, TRUST, functions_template, zipped
from local.organization import Organization
from local.runtime_scenario_model import FunctionStack, SeededFunction
from local.scenario_runtimes import CUSTOM, CUSTOM_PLACE, CUSTOM_RUNTIME, OWN_RUNTIME
from local.stack_operations import Deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import RuntimeType

ALIAS = "live"
PINNED_TO = "arn:aws:lambda:{region}::runtime:" + "0123456789abcdef" * 4


def seed_functions(
    organization: Organization, stacks: Iterable[FunctionStack], now: datetime
) -> dict[str, str]:
    """Deploy every stack, publish versions, pin, count invocations. Returns StackIds by key."""
    planned = tuple(stacks)

    def deploy(stack: FunctionStack) -> tuple[str, str]:
        return stack.key, _deploy(organization, stack, now)

    with ThreadPoolExecutor(stack_operations.THREADS) as threads:
        stack_ids = dict(threads.map(deploy, planned))
    _create_custom(organization)
    return stack_ids


def change_runtimes(
    organization: Organization, stack: FunctionStack, stack_id: str, runtimes: dict[str, str]
) -> None:
    """What the owner does: update the stack. `runtimes`: the new one by the function's name."""
    changed = {
        each.parameter: runtimes[each.name] for each in stack.functions if each.name in runtimes
    }
    stack_operations.update(_cloudformation(organization, stack), stack_id, parameters=changed)


def _deploy(organization: Organization, stack: FunctionStack, now: datetime) -> str:
    client = _functions(organization, stack)
    layers = {each.name: _layer(client, each) for each in stack.functions if each.made_for}
    deployment = Deployment(
        name=stack.name,
        template=functions_template(stack, layers),
        parameters={each.parameter: _first_runtime(each) for each in zipped(stack.functions)},
        tags=stack.tags,
    )
    cloudformation = _cloudformation(organization, stack)
    stack_id = stack_operations.create(cloudformation, deployment, "CREATE_COMPLETE")
    for function in stack.functions:
        if function.published:
            _publish(organization, stack, stack_id, function)
        if function.pinned:
            _pin(client, stack.region, function)
        if function.invocations:
            _count(organization, stack, function, now)
    return stack_id


def _first_runtime(function: SeededFunction) -> str:
    return next(iter(function.published), function.recorded_as or function.runtime)


def _publish(
    organization: Organization, stack: FunctionStack, stack_id: str, function: SeededFunction
) -> None:
    """A version of each earlier runtime; then the function gets its present one."""
    client = _functions(organization, stack)
    for later in (*function.published[1:], function.runtime):
        client.publish_version(FunctionName=function.name)
        change_runtimes(organization, stack, stack_id, {function.name: later})
    if function.live:
        client.create_alias(FunctionName=function.name, Name=ALIAS, FunctionVersion="1")


def _pin(client: "LambdaClient", region: str, function: SeededFunction) -> None:
    client.put_runtime_management_config(
        FunctionName=function.name,
        UpdateRuntimeOn="Manual",
        RuntimeVersionArn=PINNED_TO.format(region=region),
    )


def _count(
    organization: Organization, stack: FunctionStack, function: SeededFunction, now: datetime
) -> None:
    """As if it had been called so often a day ago: Lambda alone may write these on AWS."""
    organization.session(stack.account, stack.region).client("cloudwatch").put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Invocations",
                "Dimensions": [{"Name": "FunctionName", "Value": function.name}],
                "Timestamp": now - timedelta(days=1),
                "Value": function.invocations,
            }
        ],
    )


def _layer(client: "LambdaClient", function: SeededFunction) -> str:
    # The stubs list the runtimes of their day, and know no runtimes of one's own.
    made_for: list[RuntimeType] = [*function.made_for]  # type: ignore[list-item]
    return client.publish_layer_version(
        LayerName=f"{function.name}-dependencies",
        Content={"ZipFile": _archive()},
        CompatibleRuntimes=made_for,
    )["LayerVersionArn"]


def _create_custom(organization: Organization) -> None:
    """CloudFormation of the emulator does not take the runtime's own ARN."""
    account, region = CUSTOM_PLACE
    session = organization.session(account, region)
    role = session.client("iam").create_role(
        RoleName="shop-legacy-php", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    runtime = f"arn:aws:lambda:{region}:{organization.accounts[account]}:runtime/{CUSTOM_RUNTIME}"
    # Newer than the stubs, as above.
    session.client("lambda").create_function(
        FunctionName=CUSTOM.name,
        Runtime=OWN_RUNTIME,  # type: ignore[arg-type]
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": _archive()},
        RuntimeConfig={"RuntimeArn": runtime, "RuntimeAlias": "stable"},  # type: ignore[call-arg]
    )


def _archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("index.py", CODE)
    return archive.getvalue()


def _functions(organization: Organization, stack: FunctionStack) -> "LambdaClient":
    return organization.session(stack.account, stack.region).client("lambda")


def _cloudformation(organization: Organization, stack: FunctionStack) -> "CloudFormationClient":
    return organization.session(stack.account, stack.region).client("cloudformation")
