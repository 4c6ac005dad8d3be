"""Published versions of a function and its aliases, as Lambda shows them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from steward.aws.errors import denials
from steward.domain.rollouts.version_facts import ZIP, Concurrency, VersionFacts

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

IN_THE_UNIT = (
    "check the role of the rollout hooks (org/members/hooks.yaml), or your own permissions when "
    "you try checks by hand, and the service control policies of this account"
)


class VersionGone(Exception):
    """Lambda does not know the version, the alias or the function any more."""

    def __init__(self, function: str, qualifier: str) -> None:
        super().__init__(
            f"{function}:{qualifier} does not exist in this account and region: it, or the whole "
            "function, was deleted while it was deployed; deploy again"
        )
        self.function = function
        self.qualifier = qualifier


def read_version(client: "LambdaClient", function: str, version: str) -> VersionFacts:
    """The version's configuration as it is now; raise VersionGone or NotAllowed."""
    with denials(IN_THE_UNIT):
        try:
            row = client.get_function_configuration(FunctionName=function, Qualifier=version)
        except client.exceptions.ResourceNotFoundException as error:
            raise VersionGone(function, version) from error
    return _facts(row, function, version)


def alias_concurrency(client: "LambdaClient", function: str, alias: str) -> Concurrency | None:
    """Provisioned concurrency of the alias; None without any. Raise VersionGone or NotAllowed."""
    with denials(IN_THE_UNIT):
        try:
            row = client.get_provisioned_concurrency_config(FunctionName=function, Qualifier=alias)
        except client.exceptions.ProvisionedConcurrencyConfigNotFoundException:
            return None
        except client.exceptions.ResourceNotFoundException as error:
            raise VersionGone(function, alias) from error
    return Concurrency(
        status=row["Status"],
        reason=row.get("StatusReason", ""),
        requested=row.get("RequestedProvisionedConcurrentExecutions", 0),
        available=row.get("AvailableProvisionedConcurrentExecutions", 0),
    )


def routed_versions(client: "LambdaClient", function: str, alias: str) -> tuple[str, ...]:
    """The alias's own version, then those it gives a weight; raise VersionGone or NotAllowed."""
    with denials(IN_THE_UNIT):
        try:
            row = client.get_alias(FunctionName=function, Name=alias)
        except client.exceptions.ResourceNotFoundException as error:
            raise VersionGone(function, alias) from error
    weights = row.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return (row["FunctionVersion"], *sorted(weights))


def _facts(row: Mapping[str, Any], function: str, version: str) -> VersionFacts:
    network = row.get("VpcConfig") or {}
    return VersionFacts(
        function=function,
        version=row.get("Version") or version,
        role=row.get("Role") or "",
        timeout=timedelta(seconds=row.get("Timeout") or 0),
        memory_mb=row.get("MemorySize") or 0,
        state=row.get("State") or "",
        state_reason=row.get("StateReason") or "",
        update_status=row.get("LastUpdateStatus") or "",
        update_reason=row.get("LastUpdateStatusReason") or "",
        runtime_id=row.get("Runtime") or None,
        package_type=row.get("PackageType") or ZIP,
        dead_letter=(row.get("DeadLetterConfig") or {}).get("TargetArn") or "",
        environment_keys=_environment_keys(row.get("Environment") or {}),
        network=frozenset(network.get("SubnetIds") or ())
        | frozenset(network.get("SecurityGroupIds") or ()),
        architecture=next(iter(row.get("Architectures") or ()), ""),
        layers=tuple(layer["Arn"] for layer in row.get("Layers") or () if layer.get("Arn")),
        handler=row.get("Handler") or "",
        code_sha256=row.get("CodeSha256") or "",
    )


def _environment_keys(environment: Mapping[str, Any]) -> frozenset[str] | None:
    """Lambda leaves the variables out where their key cannot be used, and says so in Error
    ("EnvironmentResponse", AWS Lambda API Reference): then nobody knows their names."""
    return None if environment.get("Error") else frozenset(environment.get("Variables") or ())
