"""Queues, alarms, schedules and event sources of the hub's stack."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import batched

from steward_cli.doctor.findings import Finding
from steward_cli.doctor.hub_stack import Resource
from steward_cli.doctor.judging.operations import (
    Alarm,
    Queue,
    Switch,
    judge_alarms,
    judge_concurrency,
    judge_dead_letters,
    judge_event_sources,
    judge_queues,
    judge_schedules,
)
from steward_cli.doctor.patient import Patient

_DEAD = "DeadLetterQueue"
# SQS measures every minute while a queue is in use ("Available CloudWatch metrics for Amazon SQS").
_MEASURED = timedelta(minutes=15)
# "DescribeAlarms", Amazon CloudWatch API Reference: at most 100 names.
_ALARMS = 100


def look_at_dead_letters(patient: Patient) -> Finding:
    dead = [each for each in _queues(patient) if each.logical_id.endswith(_DEAD)]
    return judge_dead_letters([Queue(each.logical_id, _waiting(patient, each)) for each in dead])


def look_at_queues(patient: Patient) -> Finding:
    live = [each for each in _queues(patient) if not each.logical_id.endswith(_DEAD)]
    ages = _ages(patient, live)
    return judge_queues(
        [Queue(each.logical_id, _waiting(patient, each), ages[each.logical_id]) for each in live]
    )


def _queues(patient: Patient) -> tuple[Resource, ...]:
    return patient.stack.of_type("AWS::SQS::Queue")


def _waiting(patient: Patient, queue: Resource) -> int:
    answer = patient.client("sqs").get_queue_attributes(
        QueueUrl=queue.physical_id, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _ages(patient: Patient, queues: list[Resource]) -> dict[str, timedelta | None]:
    """The oldest message's age by queue; None where SQS measured nothing."""
    if not queues:
        return {}
    answer = patient.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": f"q{place}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/SQS",
                        "MetricName": "ApproximateAgeOfOldestMessage",
                        "Dimensions": [
                            {"Name": "QueueName", "Value": queue.physical_id.rpartition("/")[2]}
                        ],
                    },
                    "Period": 60,
                    "Stat": "Maximum",
                },
            }
            for place, queue in enumerate(queues)
        ],
        StartTime=patient.now - _MEASURED,
        EndTime=patient.now,
    )
    values = {row["Id"]: row["Values"] for row in answer["MetricDataResults"]}
    return {
        queue.logical_id: timedelta(seconds=found[0])
        if (found := values.get(f"q{place}"))
        else None
        for place, queue in enumerate(queues)
    }


def look_at_alarms(patient: Patient) -> Finding:
    wanted = patient.stack.of_type("AWS::CloudWatch::Alarm")
    return judge_alarms(list(_alarms(patient, wanted)), len(wanted))


def _alarms(patient: Patient, wanted: tuple[Resource, ...]) -> Iterator[Alarm]:
    names = {each.physical_id: each.logical_id for each in wanted}
    for some in batched(names, _ALARMS, strict=False):
        answer = patient.client("cloudwatch").describe_alarms(AlarmNames=list(some), MaxRecords=100)
        for row in answer["MetricAlarms"]:
            yield Alarm(
                name=names[row["AlarmName"]],
                state=row["StateValue"],
                reason=row.get("StateReason", ""),
                actions_enabled=row.get("ActionsEnabled", True),
            )


def look_at_schedules(patient: Patient) -> Finding:
    return judge_schedules(
        [_rule(patient, each) for each in patient.stack.of_type("AWS::Events::Rule")]
    )


def _rule(patient: Patient, rule: Resource) -> Switch:
    """ "AWS::Events::Rule", AWS CloudFormation: on a bus of its own, Ref is `bus|rule`. Not
    everywhere, so the stack's own buses are tried as well."""
    bus, _, name = rule.physical_id.rpartition("|")
    own = [each.physical_id for each in patient.stack.of_type("AWS::Events::EventBus")]
    client = patient.client("events")
    for place in [bus] if bus else ["default", *own]:
        try:
            state = str(client.describe_rule(Name=name, EventBusName=place)["State"])
        except client.exceptions.ResourceNotFoundException:
            continue
        return Switch(name, state, state != "DISABLED")
    return Switch(name, "missing", False)


def look_at_event_sources(patient: Patient) -> Finding:
    pages = patient.client("lambda").get_paginator("list_event_source_mappings").paginate()
    states = {row["UUID"]: row["State"] for page in pages for row in page["EventSourceMappings"]}
    mappings = patient.stack.of_type("AWS::Lambda::EventSourceMapping")
    return judge_event_sources([_mapping(each, states) for each in mappings])


def _mapping(mapping: Resource, states: Mapping[str, str]) -> Switch:
    state = states.get(mapping.physical_id, "missing")
    return Switch(mapping.physical_id, state, state not in {"Disabled", "Disabling", "missing"})


def look_at_concurrency(patient: Patient) -> Finding:
    limit = patient.client("lambda").get_account_settings()["AccountLimit"]
    return judge_concurrency(
        limit["ConcurrentExecutions"],
        limit["UnreservedConcurrentExecutions"],
        patient.stack.number("MaximumConcurrentWorkers", 50),
    )
