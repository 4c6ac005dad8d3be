"""`steward org publish`."""

from pathlib import Path
from typing import Annotated

import boto3
import typer

from steward_cli.options import Endpoint, Profile
from steward_cli.org.publishing import LAYER, Publication, archives_of, publish, region_of
from steward_cli.terminal import answers, remarks, say

CHECKOUT = Path(__file__).parents[3]
TEMPLATE = "org/members/hooks.yaml"
STACK = "steward-rollout-hooks"


def publish_hooks(
    bucket: Annotated[str, typer.Option(help="Bucket in the region that will run the hooks.")],
    prefix: Annotated[str, typer.Option(help="First part of the objects' names.")] = "steward",
    layer: Annotated[
        Path | None, typer.Option(help="Folder of the built layer; else the one of `make build`.")
    ] = None,
    profile: Profile = None,
    endpoint: Endpoint = None,
) -> None:
    """Upload the code of the rollout hooks, and say how to deploy them.

    What the bucket has already is not uploaded again. Run it once for each region.
    """
    built = layer or CHECKOUT / ".aws-sam" / "build" / LAYER
    archives = archives_of(CHECKOUT, built)
    client = boto3.Session(profile_name=profile).client("s3", endpoint_url=endpoint)
    region = region_of(client, bucket)
    size = sum(map(len, archives.values())) / 1_000_000
    say(remarks(), f"{len(archives)} archives, {size:.1f} MB, for functions in {region}")
    told = publish(client, bucket, prefix, archives)
    say(remarks(), "deploy them (HubEventBusArn: the hub's output RolloutsEventBusArn):")
    answers().print("\n".join(_next_step(told, region)), soft_wrap=True, markup=False)


def _next_step(told: Publication, region: str) -> list[str]:
    return [
        f"aws cloudformation deploy --stack-name {STACK} --region {region} \\",
        f"  --template-file {TEMPLATE} --capabilities CAPABILITY_IAM \\",
        f"  --parameter-overrides ArtifactBucket={told.bucket} ArtifactPrefix={told.prefix} \\",
        "    HubEventBusArn=$HUB_EVENT_BUS_ARN",
    ]
