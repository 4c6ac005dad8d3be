"""What must raise an alarm. A rule returns what breaks it."""

from tests.template.documents import Document, chosen, resources
from tests.template.function_rules import FUNCTION
from tests.template.queue_rules import QUEUE

_ALARM = "AWS::CloudWatch::Alarm"
OWN_METRICS = {
    "SweepsPlanned",
    "SweepsPartial",
    "BreakerTripped",
    "SweepsHeld",
    "ReapsStopped",
    "NoticeFailures",
    "OwnersUnreachable",
    "LinkKeyFailures",
    "PageFailures",
    "ReapFailures",
    "RuntimeReportsWritten",
}
# Raising is how it refuses a policy; AppConfig shows that to the person who deploys one.
_FAILS_ON_PURPOSE = "PolicyValidatorFunction"


def _alarms_on(template: Document, metric: str) -> list[Document]:
    return [a for a in resources(template, _ALARM).values() if a["MetricName"] == metric]


def _dimension(alarm: Document, name: str) -> object:
    return next((d["Value"] for d in alarm["Dimensions"] if d["Name"] == name), None)


def dead_letters_alarm(template: Document) -> list[str]:
    alarms = _alarms_on(template, "ApproximateNumberOfMessagesVisible")
    watched = [_dimension(alarm, "QueueName") for alarm in alarms]
    return [
        f"{name}: nobody is told that it holds messages"
        for name in resources(template, QUEUE)
        if "DeadLetter" in name and {"Fn::GetAtt": [name, "QueueName"]} not in watched
    ]


def late_messages_alarm(template: Document) -> list[str]:
    """A message that is only tried again is younger than all tries together take.

    Reports are due later on purpose; a missing one raises an alarm of its own.
    """
    alarms = _alarms_on(template, "ApproximateAgeOfOldestMessage")
    oldest = {str(_dimension(alarm, "QueueName")): alarm["Threshold"] for alarm in alarms}
    return [
        f"{name}: nobody is told, or too early, that its messages wait"
        for name, queue in resources(template, QUEUE).items()
        if "RedrivePolicy" in queue and name != "RuntimeReportsQueue"
        if oldest.get(str({"Fn::GetAtt": [name, "QueueName"]}), 0) < _all_tries_seconds(queue)
    ]


def _all_tries_seconds(queue: Document) -> int:
    tries: int = queue["RedrivePolicy"]["maxReceiveCount"]
    seconds: int = queue["VisibilityTimeout"]
    return (tries - 1) * seconds


def planners_are_warned_in_time(template: Document) -> list[str]:
    """Between four fifths of its timeout and the timeout, a planner still answers."""
    timeouts = {n: f["Timeout"] for n, f in resources(template, FUNCTION).items() if "Planner" in n}
    limits = {
        str(_dimension(alarm, "FunctionName")): alarm["Threshold"]
        for alarm in _alarms_on(template, "Duration")
    }
    return [
        f"{name}: nobody is told that its time runs short"
        for name, seconds in timeouts.items()
        if not 0 < limits.get(str({"Ref": name}), 0) <= 800 * seconds
    ]


def function_errors_alarm(template: Document) -> list[str]:
    watched = [_dimension(alarm, "FunctionName") for alarm in _alarms_on(template, "Errors")]
    return [
        f"{name}: nobody is told of its errors"
        for name in resources(template, FUNCTION)
        if name != _FAILS_ON_PURPOSE and {"Ref": name} not in watched
    ]


def own_metrics_alarm(template: Document) -> list[str]:
    own = [a for a in resources(template, _ALARM).values() if a["Namespace"] == "Steward"]
    watched = {
        a["MetricName"] for a in own if _dimension(a, "service") == {"Ref": "AWS::StackName"}
    }
    return [f"{metric}: nobody is told" for metric in sorted(OWN_METRICS - watched)]


def metrics_carry_the_service(template: Document) -> list[str]:
    """The alarms' dimension is the Powertools service; both must be this installation."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    told = (variables.get("POWERTOOLS_SERVICE_NAME"), variables.get("POWERTOOLS_METRICS_NAMESPACE"))
    return [] if told == ({"Ref": "AWS::StackName"}, "Steward") else ["metrics miss their alarms"]


def a_missing_sweep_alarms(template: Document) -> list[str]:
    alarms = _alarms_on(template, "SweepsPlanned")
    heard = [a for a in alarms if a["TreatMissingData"] == "breaching" and a["Period"] == 3600]
    return [] if heard else ["no data at all counts as a good sweep"]


def alarms_reach_people(template: Document) -> list[str]:
    return [
        f"{name}: tells nobody"
        for name, alarm in resources(template, _ALARM).items()
        if alarm.get("AlarmActions") != [{"Ref": "AlarmsTopic"}]
    ]


def alarms_topic_is_open_to_alarms(template: Document) -> list[str]:
    """CloudWatch alarms cannot publish to a topic under an AWS managed key."""
    topic = chosen(resources(template, "AWS::SNS::Topic")["AlarmsTopic"], frozenset())
    key = topic.get("KmsMasterKeyId")
    return ["AlarmsTopic: alarms cannot publish to it"] if key == "alias/aws/sns" else []


def notices_are_encrypted(template: Document) -> list[str]:
    topics = chosen(resources(template, "AWS::SNS::Topic"), frozenset())
    notices = ("NoticesTopic", "ChatTopic")
    return [f"{name}: not encrypted" for name in notices if not topics[name].get("KmsMasterKeyId")]
