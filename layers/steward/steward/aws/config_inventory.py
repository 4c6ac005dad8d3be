"""Lambda functions as the organization's Config aggregator shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from steward.aws.config_rows import function_of
from steward.aws.errors import DENIED, THROTTLED, code_of, message_of
from steward.aws.instants import instant_of
from steward.domain.runtimes.inventory import AggregatorSource, SeenFunction, Unreadable

if TYPE_CHECKING:
    from steward.aws.paged import Answer, Paged

# "Querying the current configuration state of resources", AWS Config Developer Guide: a subset of
# SELECT that cannot ask what is null, so every function is fetched and judged here. The columns are
# those of the schema of AWS::Lambda::Function.
CONFIG_EXPRESSION = (
    "SELECT resourceId, resourceName, arn, accountId, awsRegion, tags, resourceCreationTime, "
    "configurationItemCaptureTime, configurationItemStatus, recordingFrequency, "
    "configuration.runtime, configuration.packageType, configuration.architectures, "
    "configuration.lastModified, configuration.version, configuration.layers.arn "
    "WHERE resourceType = 'AWS::Lambda::Function'"
)
# The most that "SelectAggregateResourceConfig" gives at once, AWS Config API Reference.
_ROWS = 100
_NAME_IT = "write the name of the organization's aggregator into the parameter ConfigAggregatorName"
_REMEDIES = {
    "NoSuchConfigurationAggregatorException": _NAME_IT,
    "InvalidExpressionException": "Config does not take Steward's query; report it as a defect",
    **dict.fromkeys(
        DENIED,
        "allow config:SelectAggregateResourceConfig and "
        "config:DescribeConfigurationAggregatorSourcesStatus to runtime_planner",
    ),
}
_TRY_AGAIN = THROTTLED | {"InvalidNextTokenException"}


class NoAggregator(Exception):
    """The aggregator cannot be asked, or broke off; what it showed before is not all there is."""

    def __init__(self, aggregator: str, code: str, what_to_do: str) -> None:
        named = f"Config aggregator {aggregator}" if aggregator else "no Config aggregator"
        super().__init__(f"{named}: {code}; {what_to_do}")
        self.code = code
        self.what_to_do = what_to_do


def functions_in_config(client: "Paged", aggregator: str) -> Iterator[SeenFunction | Unreadable]:
    """Every function that Config records, page by page; raise NoAggregator, between pages too.

    Config aggregates functions only: published versions are not among them.
    """
    with _asking(aggregator):
        pages = client.get_paginator("select_aggregate_resource_config").paginate(
            ConfigurationAggregatorName=aggregator,
            Expression=CONFIG_EXPRESSION,
            PaginationConfig={"PageSize": _ROWS},
        )
        for page in pages:
            for row in page.get("Results", []):
                seen = function_of(row)
                if seen is not None:
                    yield seen


def aggregator_sources(client: "Paged", aggregator: str) -> list[AggregatorSource]:
    """How far each account and region has come into the aggregator; raise NoAggregator."""
    with _asking(aggregator):
        pages = client.get_paginator("describe_configuration_aggregator_sources_status")
        asked = pages.paginate(
            ConfigurationAggregatorName=aggregator, PaginationConfig={"PageSize": _ROWS}
        )
        rows = [row for page in asked for row in page.get("AggregatedSourceStatusList", [])]
    return [_source(row) for row in rows]


def _source(row: "Answer") -> AggregatorSource:
    said = [row.get("LastErrorCode"), row.get("LastErrorMessage")]
    return AggregatorSource(
        account_id=row.get("SourceId", ""),
        region=row.get("AwsRegion", ""),
        status=row.get("LastUpdateStatus", ""),
        updated_at=instant_of(row.get("LastUpdateTime")),
        error=": ".join(each for each in said if each),
    )


@contextmanager
def _asking(aggregator: str) -> Iterator[None]:
    if not aggregator:
        raise NoAggregator("", "not configured", _NAME_IT)
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code not in _REMEDIES and code not in _TRY_AGAIN:
            raise
        remedy = _REMEDIES.get(code, "scan again later")
        raise NoAggregator(aggregator, f"{code}: {message_of(error)}", remedy) from error
    except (NotConnected, HTTPClientError) as error:
        said = f"{type(error).__name__}: {error}"
        raise NoAggregator(aggregator, said, "scan again later") from error
