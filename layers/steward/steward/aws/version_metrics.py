"""What CloudWatch knows of the traffic of an alias, by the version that answered.

"Types of metrics for Lambda functions", AWS Lambda Developer Guide: an alias's data have the
dimensions FunctionName and Resource (function:alias), and once more with ExecutedVersion, which
tells the two versions of a weighted alias apart. Invocations by version ARN are not among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from steward.aws.metric_series import SeriesQuery, read_series
from steward.domain.rollouts.windows import MINUTE, Minutes, Series, weighted_mean

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

# Instead of a version: the alias, whatever version answered.
WHOLE_ALIAS = ""
# "MetricStat", Amazon CloudWatch API Reference: longer periods than a day give no data.
LONGEST_PERIOD = timedelta(days=1)
_COUNTED = ("Invocations", "Errors", "Throttles")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Of one version, a minute. What is throttled reached no version: it is of the alias, and
    neither an invocation nor an error."""

    invocations: Series
    errors: Series
    throttles: Series


@dataclass(frozen=True, slots=True)
class Durations:
    """Invocations of one version that were timed, a minute, and the quantile of them all."""

    samples: Series
    quantile_ms: float | None


@dataclass(frozen=True, slots=True)
class AliasMetrics:
    """The metrics of `function:alias`. Each method is one GetMetricData for all versions asked."""

    client: "CloudWatchClient"
    function: str
    alias: str

    def traffic(self, versions: Sequence[str], minutes: Minutes) -> dict[str, Traffic]:
        asked = {
            (version, metric): self._query(version, metric, "Sum")
            for version in versions
            for metric in _COUNTED
        }
        found = read_series(self.client, asked, minutes)
        return {
            version: Traffic(*(found[version, metric] for metric in _COUNTED))
            for version in versions
        }

    def durations(
        self, versions: Sequence[str], minutes: Minutes, quantile: str
    ) -> dict[str, Durations]:
        """Counts a minute; the quantile of the whole time, since quantiles cannot be added up."""
        whole = min(max(minutes.length, MINUTE), LONGEST_PERIOD)
        asked = {
            (version, stat, period): self._query(version, "Duration", stat, period)
            for version in versions
            for stat, period in (
                ("SampleCount", MINUTE),
                (quantile, whole),
                ("SampleCount", whole),
            )
        }
        found = read_series(self.client, asked, minutes)
        return {
            version: Durations(
                found[version, "SampleCount", MINUTE],
                weighted_mean(
                    found[version, quantile, whole], found[version, "SampleCount", whole]
                ),
            )
            for version in versions
        }

    def slow(self, versions: Sequence[str], minutes: Minutes, above_ms: float) -> dict[str, Series]:
        """Invocations a minute that took longer.

        "CloudWatch statistics definitions", Amazon CloudWatch User Guide: TC(T:) counts the values
        above T; a value equal to T is not among them.
        """
        threshold = f"{above_ms:.4f}".rstrip("0").rstrip(".")
        asked = {
            version: self._query(version, "Duration", f"TC({threshold}:)") for version in versions
        }
        return read_series(self.client, asked, minutes)

    def dimensions(self, version: str) -> Mapping[str, str]:
        of_alias = {"FunctionName": self.function, "Resource": f"{self.function}:{self.alias}"}
        return of_alias | ({"ExecutedVersion": version} if version else {})

    def _query(
        self, version: str, metric: str, stat: str, period: timedelta = MINUTE
    ) -> SeriesQuery:
        return SeriesQuery("AWS/Lambda", metric, self.dimensions(version), stat, period)
