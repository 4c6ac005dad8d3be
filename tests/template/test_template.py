"""Each house rule holds for template.yaml, and each would notice when it is broken."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.template import access_rules as access
from tests.template import alarm_rules as alarms
from tests.template import function_rules as functions
from tests.template import link_rules as links
from tests.template import parameter_rules as parameters
from tests.template import queue_rules as queues
from tests.template.documents import Document, changed, load


class House(NamedTuple):
    """A rule, and one change that breaks it: the place and its new value (None: taken out)."""

    rule: Callable[[Document], list[str]]
    place: str
    broken_by: object


_WORKER = "Resources/LeaseWorkerFunction/Properties"
_GLOBALS = "Globals/Function"
_PAGE = "Resources/LeaseExtensionFunction/Properties"
_MAIL_EVENTS = "Resources/NoticeDeliveryFunction/Properties/Events/MailEvents/Properties"
_DESTINATION = "Resources/DigestMailEvents/Properties/EventDestination"
_WORKER_POLICY = "Resources/LeaseWorkerRole/Properties/Policies/0/PolicyDocument/Statement"
_REAP_POLICY = "Resources/SingleAccountReapPolicy/Properties/PolicyDocument/Statement"

HOUSE_RULES = [
    House(functions.runtime_and_architecture, f"{_GLOBALS}/Runtime", "python3.12"),
    House(functions.runtime_and_architecture, f"{_GLOBALS}/Architectures", ["x86_64"]),
    House(functions.runtime_and_architecture, f"{_WORKER}/Handler", "main.run"),
    House(functions.own_code_folder, f"{_WORKER}/CodeUri", "functions/"),
    House(functions.own_code_folder, f"{_WORKER}/CodeUri", "functions/lease_reaper"),
    House(functions.one_layer, "Resources/StewardLayer/Metadata/BuildArchitecture", None),
    House(functions.one_layer, "Resources/StewardLayer/Metadata/BuildMethod", "makefile"),
    House(functions.one_layer, f"{_GLOBALS}/Layers", []),
    House(functions.layer_edits_publish, "Globals/LayerVersion/PublishLambdaVersion", False),
    House(functions.aliases_follow_everything, f"{_WORKER}/AutoPublishAliasAllProperties", None),
    House(functions.aliases_shift_by_parameter, f"{_WORKER}/DeploymentPreference/Enabled", True),
    House(functions.aliases_shift_by_parameter, f"{_WORKER}/DeploymentPreference/Alarms", []),
    House(
        functions.aliases_shift_by_parameter, f"{_WORKER}/DeploymentPreference/Type", "AllAtOnce"
    ),
    House(
        functions.aliases_are_checked_by_parameter,
        f"{_WORKER}/DeploymentPreference/Hooks/PostTraffic",
        None,
    ),
    House(functions.own_log_group, f"{_WORKER}/LoggingConfig", None),
    House(functions.own_log_group, f"{_WORKER}/LoggingConfig/LogGroup/Ref", "LeaseReaperLogs"),
    House(functions.own_log_group, "Resources/LeaseWorkerLogs/Properties/RetentionInDays", None),
    House(
        functions.dead_letters_for_events,
        "Resources/LeaseEventsFunction/Properties/EventInvokeConfig",
        None,
    ),
    House(
        functions.dead_letters_for_events,
        "Resources/LeasePlannerFunction/Properties/Events/Sweep/Properties/DeadLetterConfig",
        None,
    ),
    House(functions.no_http_api, f"{_WORKER}/Events/Page", {"Type": "HttpApi"}),
    House(functions.no_http_api, "Resources/Page", {"Type": "AWS::Serverless::HttpApi"}),
    House(functions.no_fixed_function_name, f"{_WORKER}/FunctionName", "steward"),
    House(functions.own_role, f"{_WORKER}/Role", None),
    House(
        queues.visible_again_late_enough, "Resources/UnitsQueue/Properties/VisibilityTimeout", 1799
    ),
    House(
        queues.visible_again_late_enough, "Resources/ReapsQueue/Properties/VisibilityTimeout", None
    ),
    House(
        queues.partial_failures, f"{_WORKER}/Events/Units/Properties/FunctionResponseTypes", None
    ),
    House(queues.dead_letters_for_queues, "Resources/UnitsQueue/Properties/RedrivePolicy", None),
    House(
        queues.dead_letters_for_queues, "Resources/ReapsDeadLetterQueue/Properties/FifoQueue", None
    ),
    House(queues.reaps_one_at_a_time, "Resources/ReapsQueue/Properties/FifoQueue", None),
    House(
        queues.reaps_one_at_a_time,
        "Resources/LeaseReaperFunction/Properties/Events/Reaps/Properties/BatchSize",
        2,
    ),
    House(queues.encrypted_queues, "Resources/UnitsQueue/Properties/SqsManagedSseEnabled", False),
    House(queues.ledger_survives, "Resources/Ledger/DeletionPolicy", "Delete"),
    House(queues.ledger_survives, "Resources/Ledger/UpdateReplacePolicy", None),
    House(
        queues.ledger_survives, "Resources/Ledger/Properties/PointInTimeRecoverySpecification", None
    ),
    House(queues.ledger_survives, "Resources/Ledger/Properties/BillingMode", "PROVISIONED"),
    House(
        queues.audit_expires, "Resources/Ledger/Properties/TimeToLiveSpecification/Enabled", False
    ),
    House(access.no_write_on_everything, f"{_WORKER_POLICY}/1/Resource", "*"),
    House(
        access.no_write_on_everything, f"{_WORKER_POLICY}/1/Resource", ["arn:aws:sqs:*:*:a", "*"]
    ),
    House(
        access.no_write_on_everything,
        f"{_WORKER_POLICY}/1/Resource",
        {"Fn::If": ["HasMail", "a", "*"]},
    ),
    House(access.no_whole_services, f"{_WORKER_POLICY}/1/Action", "dynamodb:*"),
    House(access.known_actions, f"{_WORKER_POLICY}/1/Action", ["dynamodb:QueryTable"]),
    House(access.statements_say_why, f"{_WORKER_POLICY}/1/Sid", None),
    House(access.passes_roles_to_cloudformation_only, f"{_REAP_POLICY}/2/Condition", None),
    House(parameters.sane_defaults, "Parameters/LeaseSchedule/Default", None),
    House(parameters.defaults_are_allowed, "Parameters/LeaseSchedule/Default", "hourly"),
    House(parameters.defaults_are_allowed, "Parameters/UnitsPerBatch/Default", 11),
    House(parameters.bounded, "Parameters/LeaseSchedule/AllowedPattern", None),
    House(parameters.explained, "Parameters/LeaseSchedule/ConstraintDescription", None),
    House(parameters.units_in_names, "Parameters/Grace", {"Type": "Number", "Default": 3}),
    House(parameters.in_a_console_group, "Parameters/Hidden", {"Type": "String"}),
    House(alarms.dead_letters_alarm, "Resources/UnitsDeadLetterQueueAlarm", None),
    House(alarms.late_messages_alarm, "Resources/ReapsQueueAgeAlarm", None),
    House(alarms.late_messages_alarm, "Resources/UnitsQueueAgeAlarm/Properties/Threshold", 3_599),
    House(alarms.planners_are_warned_in_time, "Resources/RuntimePlannerDurationAlarm", None),
    House(
        alarms.planners_are_warned_in_time,
        "Resources/LeasePlannerDurationAlarm/Properties/Threshold",
        900_000,
    ),
    House(alarms.function_errors_alarm, "Resources/LeaseReaperErrorsAlarm", None),
    House(alarms.own_metrics_alarm, "Resources/BreakerTrippedAlarm", None),
    House(alarms.own_metrics_alarm, "Resources/NoSweepAlarm/Properties/Dimensions", []),
    House(
        alarms.metrics_carry_the_service,
        f"{_GLOBALS}/Environment/Variables/POWERTOOLS_SERVICE_NAME",
        "x",
    ),
    House(
        alarms.a_missing_sweep_alarms,
        "Resources/NoSweepAlarm/Properties/TreatMissingData",
        "notBreaching",
    ),
    House(alarms.alarms_reach_people, "Resources/NoSweepAlarm/Properties/AlarmActions", []),
    House(
        alarms.alarms_topic_is_open_to_alarms,
        "Resources/AlarmsTopic/Properties",
        {"KmsMasterKeyId": "alias/aws/sns"},
    ),
    House(alarms.notices_are_encrypted, "Resources/NoticesTopic/Properties/KmsMasterKeyId", None),
    House(alarms.notices_are_encrypted, "Resources/ChatTopic/Properties/KmsMasterKeyId", None),
    House(links.the_page_is_rate_limited, f"{_PAGE}/ReservedConcurrentExecutions", None),
    House(
        links.the_page_answers_strangers_only_by_its_url,
        "Resources/LeaseExtensionInvokePermission/Properties/InvokedViaFunctionUrl",
        None,
    ),
    House(
        links.the_page_answers_strangers_only_by_its_url,
        "Resources/LeaseExtensionUrlPermission",
        None,
    ),
    House(links.only_the_alias_is_public, "Resources/LeaseExtensionUrl/Properties/Qualifier", None),
    House(links.only_our_mails_are_heard, f"{_MAIL_EVENTS}/Pattern/detail", None),
    House(links.bounces_are_heard, f"{_DESTINATION}/MatchingEventTypes", ["DELIVERY"]),
    House(links.bounces_are_heard, f"{_DESTINATION}/Enabled", False),
    House(
        links.a_mail_bounces_before_it_counts,
        "Resources/DigestConfigurationSet/Properties/DeliveryOptions/MaxDeliverySeconds",
        86_400,
    ),
]


@pytest.fixture(scope="module")
def template() -> Document:
    loaded = load("template.yaml")
    loaded["Resources"]["AlarmsTopic"].setdefault("Properties", {})
    return loaded


def _rule_name(rule: Callable[[Document], list[str]]) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", dict.fromkeys(house.rule for house in HOUSE_RULES), ids=_rule_name)
def test_the_template_keeps_the_rule(
    template: Document, rule: Callable[[Document], list[str]]
) -> None:
    assert rule(template) == []


@pytest.mark.parametrize(
    "house", HOUSE_RULES, ids=lambda house: f"{house.rule.__name__}-{house.place}={house.broken_by}"
)
def test_the_rule_notices_when_it_is_broken(template: Document, house: House) -> None:
    assert house.rule(changed(template, house.place, house.broken_by)) != []
