"""Publishes to every region of an installation, into buckets of the hub account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.errors import NOT_ENABLED, code_of, says
from steward_cli.connection import Connection
from steward_cli.failures import ExitCode, Failure
from steward_cli.org.artifact_buckets import Wanted, bucket_for
from steward_cli.org.publishing import Publication, publish

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What is published where. `template` is the text of org/artifacts.yaml."""

    organization_id: str
    bucket_prefix: str
    prefix: str
    template: str
    objects: Mapping[str, bytes]


def publish_everywhere(
    connection: Connection, regions: Sequence[str], artifacts: Artifacts
) -> Iterator[tuple[str, Publication]]:
    """One region after the other, as soon as it is done. Nothing is done if a region is unknown."""
    known = connection.session.get_available_regions("s3")
    unknown = [region for region in regions if region not in known]
    if unknown:
        todo = "write regions like eu-west-1, or install a newer release of botocore"
        raise Failure(f"there is no region {unknown[0]}", todo, ExitCode.USAGE)
    for region in regions:
        yield region, _publish_in(connection, region, artifacts)


def _publish_in(connection: Connection, region: str, artifacts: Artifacts) -> Publication:
    create = connection.session.create_client
    cloudformation = cast("CloudFormationClient", create("cloudformation", region_name=region))
    s3 = cast("S3Client", create("s3", region_name=region))
    wanted = _wanted(connection, region, artifacts)
    try:
        bucket = bucket_for(cloudformation, s3, wanted)
    except EndpointConnectionError as error:
        raise _not_enabled(region) from error
    except ClientError as error:
        if code_of(error) not in NOT_ENABLED:
            raise
        raise _not_enabled(region) from error
    return publish(s3, bucket, artifacts.prefix, artifacts.objects)


def _wanted(connection: Connection, region: str, artifacts: Artifacts) -> Wanted:
    account = connection.home.account_id
    return Wanted(
        account_id=account,
        region=region,
        name=f"{artifacts.bucket_prefix}-{account}-{region}",
        template=artifacts.template,
        parameters={
            "OrganizationId": artifacts.organization_id,
            "BucketNamePrefix": artifacts.bucket_prefix,
        },
    )


def _not_enabled(region: str) -> Failure:
    return Failure(
        f"the region {region} is not enabled in this account, or cannot be reached",
        f"enable it (`aws account enable-region --region-name {region}`), or leave it out here "
        "and in the parameter Regions",
    )


def organization_id(connection: Connection) -> str:
    """The caller's organization; raise Failure where there is none."""
    client = cast("OrganizationsClient", connection.session.create_client("organizations"))
    try:
        return client.describe_organization()["Organization"]["Id"]
    except ClientError as error:
        if code_of(error) != "AWSOrganizationsNotInUseException":
            raise
        raise Failure(
            f"account {connection.home.account_id} belongs to no organization",
            "use credentials of the hub account; a single account needs none of org/",
        ) from error


def hub_outputs(connection: Connection, stack: str) -> dict[str, str]:
    """What the hub's stack says of itself; empty when it is not installed yet."""
    client = cast("CloudFormationClient", connection.session.create_client("cloudformation"))
    try:
        (row,) = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if says(error, "ValidationError", "does not exist"):
            return {}
        raise
    rows = row.get("Outputs", [])
    return {each.get("OutputKey", ""): each.get("OutputValue", "") for each in rows}


def read_template(checkout: Path) -> str:
    return (checkout / "org" / "artifacts.yaml").read_text(encoding="utf-8")
