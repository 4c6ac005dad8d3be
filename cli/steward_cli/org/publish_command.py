"""`steward org publish`."""

import sys
from pathlib import Path
from typing import Annotated

import boto3
import typer

from steward_cli import options as given
from steward_cli.connection import connect
from steward_cli.failures import ExitCode, Failure
from steward_cli.hub import DEFAULT_STACK
from steward_cli.org.listed import listed
from steward_cli.org.publish_report import PublishReport, publish_report
from steward_cli.org.publishing import (
    LAYER,
    Publication,
    archives_of,
    publish,
    region_of,
    templates_of,
)
from steward_cli.org.regional_publishing import (
    Artifacts,
    hub_outputs,
    organization_id,
    publish_everywhere,
    read_template,
)
from steward_cli.org.stack_set_account import stack_set_account
from steward_cli.terminal import answers, remarks, say

CHECKOUT = Path(__file__).parents[3]
HOOKS_TEMPLATE = "org/members/hooks.yaml"
HOOKS_STACK = "steward-rollout-hooks"

Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        "--regions",
        metavar="REGION,...",
        help="Regions that Steward looks after; the hub's own is published to as well.",
    ),
]


def publish_artifacts(
    region: Regions = None,
    bucket: Annotated[
        str | None,
        typer.Option(help="A bucket of your own, for the hooks of its region; instead of regions."),
    ] = None,
    bucket_prefix: Annotated[
        str, typer.Option(help="First part of the buckets' names; account and region follow.")
    ] = "steward-artifacts",
    prefix: Annotated[str, typer.Option(help="First part of the objects' names.")] = "steward",
    layer: Annotated[
        Path | None, typer.Option(help="Folder of the built layer; else the one of `make build`.")
    ] = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Upload member templates and the hooks' code, and say how to install them.

    Each region gets a bucket of the hub account, from org/artifacts.yaml. What a bucket has already
    is not uploaded again. Exit code 0: everything is there. 2: called wrongly, or nothing is built.
    3: AWS could not be reached or refused.
    """
    if (bucket is None) == (not region):
        todo = "give --regions eu-west-1,us-east-1, or --bucket NAME"
        raise Failure("either regions or a bucket say where to publish to", todo, ExitCode.USAGE)
    built = layer or CHECKOUT / ".aws-sam" / "build" / LAYER
    objects = {**archives_of(CHECKOUT, built), **templates_of(CHECKOUT)}
    size = sum(map(len, objects.values())) / 1_000_000
    say(remarks(), f"{len(objects)} objects, {size:.1f} MB")
    if bucket is not None:
        _publish_to(bucket, prefix, objects, profile, endpoint)
        return
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    wanted = listed(region or (), "--regions")
    report = _publish_to_regions(options, wanted, bucket_prefix, prefix, objects)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        say(remarks(), "install them, with OUS the ids of your organizational units:")
        answers().print("\n".join(report.commands), soft_wrap=True, markup=False)


def _publish_to_regions(
    options: given.Options,
    regions: tuple[str, ...],
    bucket_prefix: str,
    prefix: str,
    objects: dict[str, bytes],
) -> PublishReport:
    """The hub's region comes first: the stack sets take their templates from its bucket."""
    connection = connect(options.profile, options.endpoint, options.hub_region)
    home = connection.home.region
    organization = organization_id(connection)
    artifacts = Artifacts(organization, bucket_prefix, prefix, read_template(CHECKOUT), objects)
    told: list[tuple[str, Publication]] = []
    for place, each in publish_everywhere(connection, _first(home, regions), artifacts):
        say(remarks(), f"{place}: {each.bucket}, {each.uploaded} uploaded")
        told.append((place, each))
    hub = hub_outputs(connection, options.hub_stack or DEFAULT_STACK)
    return publish_report(home, regions, told, organization, hub, stack_set_account(connection))


def _first(home: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    return (home, *(region for region in regions if region != home))


def _publish_to(
    bucket: str, prefix: str, objects: dict[str, bytes], profile: str | None, endpoint: str | None
) -> None:
    client = boto3.Session(profile_name=profile).client("s3", endpoint_url=endpoint)
    region = region_of(client, bucket)
    told = publish(client, bucket, prefix, objects)
    say(remarks(), f"for functions in {region}; deploy them with the hub's output HubEventBusArn:")
    answers().print("\n".join(_next_step(told, region)), soft_wrap=True, markup=False)


def _next_step(told: Publication, region: str) -> list[str]:
    return [
        f"aws cloudformation deploy --stack-name {HOOKS_STACK} --region {region} \\",
        f"  --template-file {HOOKS_TEMPLATE} --capabilities CAPABILITY_IAM \\",
        f"  --parameter-overrides ArtifactBucket={told.bucket} ArtifactPrefix={told.prefix} \\",
        "    HubEventBusArn=$HUB_EVENT_BUS_ARN",
    ]
