"""What `steward org publish` says: the parameters of org/template.yaml, as text or as JSON."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from steward_cli.org.publishing import Publication

ORGANIZATION_STACK = "steward-organization"
ORGANIZATION_TEMPLATE = "org/template.yaml"


class PublishedRegion(BaseModel):
    """One region. `uploaded`: objects that its bucket did not have yet."""

    model_config = ConfigDict(frozen=True)

    region: str
    bucket: str
    uploaded: int


class PublishReport(BaseModel):
    """`parameters`: what org/template.yaml is to be given, as far as it is known here."""

    model_config = ConfigDict(frozen=True)

    hub_region: str
    regions: tuple[PublishedRegion, ...]
    parameters: dict[str, str]

    @property
    def commands(self) -> list[str]:
        """What to run next; what is not known here is left as a shell variable."""
        parameters = {"OrganizationalUnitIds": "$OUS", **self.parameters}
        first, *rest = [f"{key}={value}" for key, value in parameters.items()]
        return [
            f"aws cloudformation deploy --stack-name {ORGANIZATION_STACK} "
            f"--region {self.hub_region} \\",
            f"  --template-file {ORGANIZATION_TEMPLATE} --tags steward:component=organization \\",
            f"  --parameter-overrides {first} \\",
            *(f"    {each} \\" for each in rest[:-1]),
            f"    {rest[-1]}",
        ]


def publish_report(
    hub_region: str,
    regions: Sequence[str],
    told: Sequence[tuple[str, Publication]],
    organization_id: str,
    hub: Mapping[str, str],
    stack_set_account: str = "",
) -> PublishReport:
    """`regions` are those asked for; the hub's is published to in any case."""
    _, first = told[0]
    known_later = {"StackSetAccountId": stack_set_account} if stack_set_account else {}
    return PublishReport(
        hub_region=hub_region,
        regions=tuple(
            PublishedRegion(region=region, bucket=each.bucket, uploaded=each.uploaded)
            for region, each in told
        ),
        parameters={
            "Regions": ",".join(regions),
            "OrganizationId": organization_id,
            "HubEventBusArn": hub.get("HubEventBusArn") or "$HUB_EVENT_BUS_ARN",
            "HubRoleNamePrefix": hub.get("HubRoleNamePrefix") or "steward",
            "ArtifactBucketPrefix": first.bucket.removesuffix(f"-{told[0][0]}"),
            "ArtifactPrefix": first.prefix,
            **known_later,
        },
    )
