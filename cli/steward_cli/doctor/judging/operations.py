"""What on-call looks at: queues, alarms, schedules, and whether anything is switched off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_OLD_MESSAGE = timedelta(hours=1)
_REDEPLOY = "deploy the hub again; its template sets this"


@dataclass(frozen=True, slots=True)
class Queue:
    """`oldest`: the age of its oldest message; None where nothing was measured lately."""

    name: str
    waiting: int
    oldest: timedelta | None = None


def judge_dead_letters(queues: Iterable[Queue]) -> Finding:
    """What lies there was given up, and is lost with the queue's retention."""
    every = tuple(queues)
    problems = [
        fail(
            f"{number(each.waiting, 'message')} in {each.name}",
            f"steward dlq list; {_runbook(each.name)}",
            Evidence("sqs:GetQueueAttributes", "ApproximateNumberOfMessages", str(each.waiting)),
        )
        for each in every
        if each.waiting
    ]
    return together(problems, ok(f"all {number(len(every), 'dead-letter queue')} are empty"))


def judge_queues(queues: Iterable[Queue]) -> Finding:
    """A message that waits for an hour waits for a worker that does not come."""
    every = tuple(queues)
    problems = [
        warn(
            f"the oldest message of {each.name} waits for {each.oldest}",
            "steward doctor --only event-sources; raise MaximumConcurrentWorkers if all is well",
            Evidence("cloudwatch:GetMetricData", "ApproximateAgeOfOldestMessage", str(each.oldest)),
        )
        for each in every
        if each.oldest is not None and each.oldest > _OLD_MESSAGE
    ]
    waiting = number(sum(each.waiting for each in every), "message")
    return together(problems, ok(f"{waiting} in {number(len(every), 'queue')}, none for long"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """`name` is its logical id in the hub's stack. `state`: OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str = ""
    actions_enabled: bool = True


def judge_alarms(alarms: Iterable[Alarm], wanted: int) -> Finding:
    """`wanted`: how many the stack has; fewer means that some were deleted by hand."""
    every = tuple(alarms)
    problems = [
        fail(
            f"{each.name} is raised",
            _runbook(each.name),
            Evidence("cloudwatch:DescribeAlarms", f"{each.name} StateReason", each.reason),
        )
        for each in every
        if each.state == "ALARM"
    ]
    silenced = [each.name for each in every if not each.actions_enabled]
    if silenced:
        seen = Evidence("cloudwatch:DescribeAlarms", "ActionsEnabled", "false")
        todo = "aws cloudwatch enable-alarm-actions --alarm-names ..."
        problems.append(warn(f"{some(silenced)} would tell nobody", todo, seen))
    if len(every) < wanted:
        seen = Evidence("cloudwatch:DescribeAlarms", "MetricAlarms", f"{len(every)} of {wanted}")
        problems.append(warn(f"{number(wanted - len(every), 'alarm')} missing", _REDEPLOY, seen))
    return together(problems, ok(f"{number(len(every), 'alarm')}, none raised"))


def _runbook(name: str) -> str:
    """docs/runbooks/ has a page for each alarm; a dead-letter queue's bears the queue's name."""
    kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.removesuffix("Alarm")).lower()
    return f"docs/runbooks/{kebab}.md"


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that works while it is on: a rule, or what feeds a function. `state`: its own."""

    name: str
    state: str
    is_on: bool


def judge_schedules(rules: Iterable[Switch]) -> Finding:
    every = tuple(rules)
    problems = [
        fail(
            f"rule {each.name} is {each.state}, so nothing starts by it",
            f"aws events enable-rule --name {each.name}",
            Evidence("events:DescribeRule", "State", each.state),
        )
        for each in every
        if not each.is_on
    ]
    return together(problems, ok(f"{number(len(every), 'rule')}, all on"))


def judge_event_sources(sources: Iterable[Switch]) -> Finding:
    """A queue whose mapping is off fills up in silence."""
    every = tuple(sources)
    problems = [
        fail(
            f"{each.name} is {each.state}: its queue is not worked off",
            f"aws lambda update-event-source-mapping --enabled --uuid {each.name}",
            Evidence("lambda:ListEventSourceMappings", "State", each.state),
        )
        for each in every
        if not each.is_on
    ]
    return together(problems, ok(f"{number(len(every), 'queue')} worked off"))


def judge_concurrency(limit: int, unreserved: int, workers: int) -> Finding:
    """`workers`: MaximumConcurrentWorkers. `unreserved`: what no function keeps for itself."""
    seen = Evidence(
        "lambda:GetAccountSettings", "AccountLimit", f"{limit}, {unreserved} of them unreserved"
    )
    if workers > unreserved:
        why = f"{workers} workers may run at once, but the account leaves room for {unreserved}"
        todo = (
            "ask for more concurrent executions (Service Quotas, AWS Lambda), "
            "or lower MaximumConcurrentWorkers"
        )
        return warn(why, todo, seen)
    return ok(f"{workers} workers fit into {unreserved} unreserved executions", seen)
