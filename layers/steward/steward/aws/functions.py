"""Lambda functions of one unit, and what uses them, read from Lambda itself."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from steward.aws.errors import NotAllowed, denials
from steward.aws.function_arns import function_arn
from steward.aws.function_rows import function_of, listed
from steward.aws.reading import reading
from steward.domain.runtimes.inventory import SeenFunction, Unreadable
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import AliasConfigurationTypeDef

# "ListFunctions", AWS Lambda API Reference: a page has 50 at most, whatever is asked for.
_MOST_LISTED = 50
# A trigger in these states invokes nothing.
_IDLE = frozenset({"Disabled", "Disabling", "Deleting"})


def list_versions(client: "LambdaClient", unit: Unit) -> Iterator[SeenFunction | Unreadable]:
    """Every function and every published version of it, streamed; raise UnitUnreachable.

    Whatever breaks off the list is raised: a list that merely ends is complete.
    """
    with reading(unit, "lambda:ListFunctions"):
        pages = client.get_paginator("list_functions").paginate(
            FunctionVersion="ALL", PaginationConfig={"PageSize": _MOST_LISTED}
        )
        for page in pages:
            for row in page.get("Functions", []):
                yield listed(row, unit)


def read_function(client: "LambdaClient", unit: Unit, name: str) -> SeenFunction | None:
    """The function as it is now; None when it is gone. Raise NotAllowed."""
    with denials():
        try:
            row = client.get_function_configuration(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
    return function_of(row, unit, name)


def aliases_of(client: "LambdaClient", name: str) -> dict[str, frozenset[str]]:
    """The versions that each alias routes to, weighted ones included; raise NotAllowed."""
    pages = client.get_paginator("list_aliases").paginate(FunctionName=name)
    with denials():
        try:
            return {row["Name"]: _routed(row) for page in pages for row in page.get("Aliases", [])}
        except client.exceptions.ResourceNotFoundException:
            return {}


def _routed(alias: "AliasConfigurationTypeDef") -> frozenset[str]:
    weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return frozenset({alias["FunctionVersion"], *weights})


def triggered_versions(client: "LambdaClient") -> dict[str, frozenset[str]]:
    """The versions that event sources invoke, by function; raise NotAllowed.

    A trigger of an alias is left out: what the alias routes to is in use whoever invokes it.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    with denials():
        for page in client.get_paginator("list_event_source_mappings").paginate():
            for row in page.get("EventSourceMappings", []):
                arn = function_arn(row.get("FunctionArn", ""))
                if arn is not None and arn.version and row.get("State") not in _IDLE:
                    found[arn.name].add(arn.version)
    return {name: frozenset(versions) for name, versions in found.items()}


def has_url(client: "LambdaClient", name: str) -> bool:
    """Whether the function or one of its aliases has a function URL; raise NotAllowed."""
    with denials():
        try:
            return bool(client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"])
        except client.exceptions.ResourceNotFoundException:
            return False


def pinned_version(client: "LambdaClient", name: str) -> str:
    """The runtime version that `$LATEST` is held at by hand, which gets no patches; empty when it
    is not held, as images never are. Raise NotAllowed. "Runtime version updates", AWS Lambda."""
    nothing_held = (
        client.exceptions.ResourceNotFoundException,
        client.exceptions.InvalidParameterValueException,
    )
    with denials():
        try:
            answer = client.get_runtime_management_config(FunctionName=name)
        except nothing_held:
            return ""
    if answer.get("UpdateRuntimeOn") != "Manual":
        return ""
    return answer.get("RuntimeVersionArn") or "a runtime version that Lambda does not name"


def layer_runtimes(client: "LambdaClient", layer_arn: str) -> frozenset[str]:
    """The runtimes that a layer version is made for; empty when it does not say.

    Raise NotAllowed when it cannot be read, as when its owner deleted it or no longer shares it.
    """
    with denials():
        try:
            answer = client.get_layer_version_by_arn(Arn=layer_arn)
        except client.exceptions.ResourceNotFoundException as error:
            message = f"{layer_arn} is deleted or not shared"
            raise NotAllowed("GetLayerVersionByArn", message, "ask the layer's owner") from error
    return frozenset(answer.get("CompatibleRuntimes", []))
