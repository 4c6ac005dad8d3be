"""The runtime scan's sources: AWS Config, AWS Health and the shipped table."""

from collections.abc import Iterator
from typing import Any

from steward.aws.config_inventory import NoAggregator, aggregator_sources
from steward.aws.health import HealthUnavailable, asking_health
from steward.data.runtime_table import bundled
from steward_cli.doctor.findings import Finding, fail, skipped
from steward_cli.doctor.judging.inventory import (
    Aggregator,
    judge_aggregator,
    judge_health,
    judge_recorders,
    judge_runtime_table,
)
from steward_cli.doctor.patient import Patient

_NO_AGGREGATOR = "the hub has no ConfigAggregatorName: functions are read from Lambda itself"


def look_at_aggregator(patient: Patient) -> Finding:
    name = patient.stack.parameter("ConfigAggregatorName")
    if not name:
        return skipped(_NO_AGGREGATOR)
    try:
        found = _aggregator(patient, name)
    except NoAggregator as error:
        return fail(str(error).partition("; ")[0], error.what_to_do)
    return judge_aggregator(found, name, patient.policy.policy.scope.regions, patient.now)


def _aggregator(patient: Patient, name: str) -> Aggregator | None:
    client = patient.client("config")
    try:
        rows = client.describe_configuration_aggregators(ConfigurationAggregatorNames=[name])
    except client.exceptions.NoSuchConfigurationAggregatorException:
        return None
    source = rows["ConfigurationAggregators"][0].get("OrganizationAggregationSource", {})
    some_regions = frozenset(source.get("AwsRegions", ()))
    return Aggregator(
        name=name,
        is_organization=bool(source),
        regions=some_regions if source and not source.get("AllAwsRegions") else None,
        sources=tuple(aggregator_sources(client, name)),
    )


def look_at_recorders(patient: Patient) -> Finding:
    name = patient.stack.parameter("ConfigAggregatorName")
    if not name:
        return skipped(_NO_AGGREGATOR)
    counted = frozenset(row["GroupName"] for row in _counts(patient, name) if row["ResourceCount"])
    return judge_recorders(counted, [each.account_id for each in patient.accounts], name)


def _counts(patient: Patient, name: str) -> Iterator[dict[str, Any]]:
    """botocore has no paginator for it."""
    client, place = patient.client("config"), {"ConfigurationAggregatorName": name}
    while True:
        page = client.get_aggregate_discovered_resource_counts(GroupByKey="ACCOUNT_ID", **place)
        yield from page.get("GroupedResourceCounts", [])
        if not page.get("NextToken"):
            return
        place["NextToken"] = page["NextToken"]


def look_at_health(patient: Patient) -> Finding:
    """Asked as the scan asks, so that the same refusals are seen."""
    client = patient.client("health", _health_region(patient))
    try:
        with asking_health():
            client.describe_events_for_organization(filter={"services": ["LAMBDA"]}, maxResults=10)
    except HealthUnavailable as error:
        said = f"{error.code}: {error.message}" if error.message else error.code
        return judge_health(said, error.what_to_do)
    return judge_health("", "")


def _health_region(patient: Patient) -> str:
    """ "AWS Health endpoints and quotas", AWS General Reference: one for each partition."""
    region = patient.home.region
    if region.startswith("cn-"):
        return "cn-northwest-1"
    return "us-gov-west-1" if region.startswith("us-gov-") else "us-east-1"


def look_at_runtime_table(patient: Patient) -> Finding:
    return judge_runtime_table(bundled().as_of, patient.now.date())
