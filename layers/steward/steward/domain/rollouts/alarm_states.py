"""CloudWatch alarms: what those of a deployment say, and whether they can say anything at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from steward.domain.one_line import one_line

ALARM = "ALARM"
NO_DATA = "INSUFFICIENT_DATA"
_LONGEST_REASON = 200
# "Amazon API Gateway dimensions and metrics", API Gateway Developer Guide.
_MISSPELT = {"4XXErrors": "4XXError", "5XXErrors": "5XXError"}


@dataclass(frozen=True, slots=True)
class AlarmMetric:
    """The one metric that an alarm watches."""

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    def __str__(self) -> str:
        pairs = ", ".join(f"{key}={value}" for key, value in sorted(self.dimensions.items()))
        return f"{self.namespace} {self.name}" + (f" ({pairs})" if pairs else "")


@dataclass(frozen=True, slots=True)
class AlarmState:
    """`metric` is None where an alarm watches an expression, other alarms or logs. `last_data`:
    the latest datapoint of its metric in the days that were looked at; None where it has none, or
    nobody looked."""

    name: str
    state: str
    reason: str = ""
    since: datetime | None = None
    metric: AlarmMetric | None = None
    last_data: datetime | None = None

    @property
    def is_in_alarm(self) -> bool:
        return self.state == ALARM

    @property
    def is_undecided(self) -> bool:
        return self.state == NO_DATA and not self.never_had_data

    @property
    def never_had_data(self) -> bool:
        """An alarm that treats missing data as good is OK without ever having had any ("Configure
        how CloudWatch alarms treat missing data", Amazon CloudWatch User Guide)."""
        if self.metric is None:
            return self.state == NO_DATA
        return self.last_data is None


def said_of_alarming(alarm: AlarmState, *, of_group: bool) -> str:
    """What an alarm in ALARM means for this deployment, and what to do."""
    since = f" since {alarm.since:%Y-%m-%d %H:%M} UTC" if alarm.since else ""
    because = one_line(alarm.reason, _LONGEST_REASON).rstrip(".")
    told = f"alarm {alarm.name} is in ALARM{since}" + (f" ({because})" if because else "")
    if not of_group:
        return f"{told}; end what it warns of, or take it out of the check's names"
    return (
        f"{told}, for which CodeDeploy stops any deployment of this group, even one all at once, "
        "with no more than the code ALARM_ACTIVE; end what it warns of and deploy again, or, if "
        "this version is the cure, deploy it with the group's alarms ignored (CodeDeploy console: "
        "ignore alarm configuration)"
    )


def said_of_missing(names: Sequence[str], *, of_group: bool) -> str:
    """What it means that alarms which are declared do not exist."""
    subject = f"alarm{'s' if len(names) > 1 else ''} {', '.join(names)}"
    told = f"{subject} {'do' if len(names) > 1 else 'does'} not exist in this account and region"
    if not of_group:
        return f"{told}; create what is missing, or correct the check's names"
    return (
        f"{told}, and CodeDeploy stops deployments whose alarms it cannot read; create what is "
        "missing, or take it out of the deployment group"
    )


def said_of_undecided(alarm: AlarmState) -> str:
    """That an alarm judges nothing at present, though its metric has data at other times."""
    last = f", whose last data is of {alarm.last_data:%Y-%m-%d}" if alarm.last_data else ""
    return f"alarm {alarm.name}{last}, is in {NO_DATA} now"


def said_without_data(alarm: AlarmState, days: int) -> str:
    """That an alarm protects nobody, and the usual cause."""
    if alarm.metric is None:
        return f"alarm {alarm.name} has no data to judge by ({one_line(alarm.reason, 120)})"
    return (
        f"alarm {alarm.name} had no data in {days} days and so cannot warn of anything: "
        f"{alarm.metric} has no datapoint; {''.join(_usual_cause(alarm.metric))}"
    )


def _usual_cause(metric: AlarmMetric) -> Iterator[str]:
    right = _MISSPELT.get(metric.name)
    if right and metric.namespace.startswith("AWS/ApiGateway"):
        yield f"API Gateway's metric is called {right}"
    elif metric.namespace == "AWS/Lambda":
        yield _usual_cause_in_lambda(metric.dimensions)
    else:
        yield "look for a wrong dimension or a misspelt metric name, such as 4XXErrors for 4XXError"


def _usual_cause_in_lambda(dimensions: Mapping[str, str]) -> str:
    """ "Types of metrics for Lambda functions", AWS Lambda Developer Guide."""
    if "ExecutedVersion" in dimensions and not {"FunctionName", "Resource"} <= set(dimensions):
        return "ExecutedVersion has data only together with FunctionName and Resource"
    qualifier = dimensions.get("Resource", "").partition(":")[2]
    if qualifier.isdecimal():
        return (
            f"Resource={dimensions['Resource']} counts only what names that version itself: what "
            "comes by an alias is in Resource=FUNCTION:ALIAS"
        )
    return (
        "the usual cause is a wrong dimension: what an alias serves has FunctionName, "
        "Resource=FUNCTION:ALIAS and ExecutedVersion, all three or the first two"
    )
