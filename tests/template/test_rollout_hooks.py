"""What org/members/hooks.yaml deploys beside the workloads, and how it ends what hangs."""

import re
from typing import Any

import pytest

from steward.settings import RolloutGuardSettings, RolloutHookSettings, Settings
from tests.template import access_rules as access
from tests.template import parameter_rules as parameters
from tests.template import queue_rules as queues
from tests.template.documents import ROOT, Document, changed, chosen, load, resources
from tests.template.member_rules import EVERY_TEMPLATE

_FUNCTION = "AWS::Lambda::Function"
_HOOKS = {"PreHook": "app.before_traffic", "PostHook": "app.after_traffic"}
_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
_SETTINGS: dict[str, type[Settings]] = {
    "PreHook": RolloutHookSettings,
    "PostHook": RolloutHookSettings,
    "GuardFunction": RolloutGuardSettings,
}
_INSTALLED = frozenset({"UsesConditionKeys", "HasHub", "HasDefaultProfile"})


@pytest.fixture(scope="module")
def template() -> Document:
    return load("org/members/hooks.yaml")


def _function(template: Document, name: str) -> Document:
    found: Document = resources(template, _FUNCTION)[name]
    return found


def _grants(template: Document, role: str) -> dict[str, Document]:
    only = {"Resources": {role: chosen(template["Resources"][role], _INSTALLED)}}
    return {s["Sid"]: s for s in access.statements(only) if "Sid" in s}


@pytest.mark.parametrize(
    "rule",
    [
        *EVERY_TEMPLATE,
        queues.encrypted_queues,
    ],
    ids=lambda rule: rule.__name__,
)
def test_the_template_keeps_the_rule(template: Document, rule: Any) -> None:
    assert rule(template) == []


def test_numbers_name_their_unit(template: Document) -> None:
    counted = {"HookConcurrency: of what unit?"}
    assert set(parameters.units_in_names(template)) == counted


def test_only_the_code_has_no_default(template: Document) -> None:
    code = frozenset({"ArtifactBucket", "ArtifactPrefix"})
    assert parameters.sane_defaults(template, code) == []


def test_a_stack_set_can_deploy_it(template: Document) -> None:
    """Service-managed stack sets take neither macros nor nested stacks."""
    assert "Transform" not in template
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert not [
        kind for kind in kinds if kind.startswith(("AWS::Serverless", "AWS::CloudFormation"))
    ]


def test_hooks_have_the_names_that_templates_write(template: Document) -> None:
    """AWSCodeDeployRoleForLambda may invoke CodeDeployHook_* only."""
    names = {name: _function(template, name)["FunctionName"] for name in _HOOKS}
    assert names == {
        "PreHook": "CodeDeployHook_steward-pre",
        "PostHook": "CodeDeployHook_steward-post",
    }


@pytest.mark.parametrize(("name", "handler"), _HOOKS.items())
def test_hooks_share_their_code_and_have_a_handler_each(
    template: Document, name: str, handler: str
) -> None:
    hook = _function(template, name)
    assert hook["Handler"] == handler
    assert hook["Code"]["S3Key"] == {"Fn::Sub": "${ArtifactPrefix}/rollout_hooks.zip"}
    source = (ROOT / "functions/rollout_hooks/app.py").read_text()
    assert f"def {handler.removeprefix('app.')}(" in source


@pytest.mark.parametrize("name", _HOOKS)
def test_a_dead_hook_is_answered_at_once_and_never_tried_again(
    template: Document, name: str
) -> None:
    calls = resources(template, "AWS::Lambda::EventInvokeConfig")[f"{name}Calls"]
    assert calls["FunctionName"] == {"Ref": name}
    assert calls["Qualifier"] == "$LATEST"
    assert calls["MaximumRetryAttempts"] == 0
    assert calls["MaximumEventAgeInSeconds"] == {"Ref": "HookEventAgeSeconds"}
    destination = calls["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": ["FailsafeFunction", "Arn"]}
    assert _grants(template, "HookRole")["TellTheFailsafe"]["Resource"] == destination


@pytest.mark.parametrize("name", [*_HOOKS, "FailsafeFunction"])
def test_a_busy_account_starves_neither_hooks_nor_failsafe(template: Document, name: str) -> None:
    assert _function(template, name)["ReservedConcurrentExecutions"]


def test_the_failsafe_shares_nothing_with_the_hooks(template: Document) -> None:
    """A layer or a library that breaks the hooks must not break what answers for them."""
    failsafe = _function(template, "FailsafeFunction")
    assert "Layers" not in failsafe
    assert failsafe["Role"] == {"Fn::GetAtt": ["FailsafeRole", "Arn"]}
    source = (ROOT / "functions/rollout_failsafe/app.py").read_text()
    assert not re.search(r"^\s*(from|import) (steward|aws_lambda_powertools)", source, re.MULTILINE)


def test_hooks_invoke_enrolled_functions_only(template: Document) -> None:
    grants = _grants(template, "HookRole")
    tag = {"StringEquals": {"aws:ResourceTag/steward:rollout": "enabled"}}
    assert grants["InvokeEnrolledFunctions"]["Condition"] == tag
    denied = grants["NeverInvokeHooksOrGuard"]
    assert denied["Effect"] == "Deny"
    assert any("CodeDeployHook_*" in arn["Fn::Sub"] for arn in denied["Resource"])


def test_only_the_guard_stops_deployments(template: Document) -> None:
    stopping = {
        role
        for role in resources(template, "AWS::IAM::Role")
        for grant in _grants(template, role).values()
        if "codedeploy:StopDeployment" in access.actions_of(grant)
    }
    assert stopping == {"GuardRole"}


def test_nobody_promotes(template: Document) -> None:
    """Nothing of Steward's shifts traffic: it can only end a deployment."""
    granted = {action for s in access.statements(template) for action in access.actions_of(s)}
    assert not granted & {
        "codedeploy:ContinueDeployment",
        "codedeploy:CreateDeployment",
        "lambda:UpdateAlias",
    }


@pytest.mark.parametrize("name", _SETTINGS)
def test_a_function_is_given_what_it_reads_and_no_more(template: Document, name: str) -> None:
    given = _function(template, name)["Environment"]["Variables"]
    assert set(given) - _POWERTOOLS == _SETTINGS[name].variables()
    assert set(given) >= _POWERTOOLS


@pytest.mark.parametrize("name", _SETTINGS)
def test_a_function_starts_with_the_default_parameters(template: Document, name: str) -> None:
    given = _function(template, name)["Environment"]["Variables"]
    defaults = {key: str(p.get("Default", "")) for key, p in template["Parameters"].items()}
    texts = {
        key: defaults.get(v.get("Ref"), "x") for key, v in given.items() if isinstance(v, dict)
    }
    _SETTINGS[name].from_env(texts)


def test_looks_are_visible_again_late_enough(template: Document) -> None:
    """Six times the timeout ("Configuring a queue to use with Lambda", AWS Lambda guide)."""
    guard, queue = _function(template, "GuardFunction"), resources(template, queues.QUEUE)
    assert queue["GuardQueue"]["VisibilityTimeout"] >= 6 * guard["Timeout"]
    assert queue["GuardQueue"]["RedrivePolicy"]["deadLetterTargetArn"] == {
        "Fn::GetAtt": ["GuardDeadLetterQueue", "Arn"]
    }
    looks = resources(template, "AWS::Lambda::EventSourceMapping")["GuardLooks"]
    assert looks["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_rule_keeps_what_it_cannot_deliver(template: Document) -> None:
    rules = resources(template, "AWS::Events::Rule").values()
    assert all("DeadLetterConfig" in target for rule in rules for target in rule["Targets"])


def test_every_function_has_a_log_group_of_its_own_with_retention(template: Document) -> None:
    groups = resources(template, "AWS::Logs::LogGroup")
    used = [f["LoggingConfig"]["LogGroup"]["Ref"] for f in resources(template, _FUNCTION).values()]
    assert sorted(used) == sorted(groups)
    assert all(g["RetentionInDays"] == {"Ref": "LogRetentionDays"} for g in groups.values())


@pytest.mark.parametrize("metric", ["Errors", "DestinationDeliveryFailures", "Invocations"])
def test_what_ends_without_checks_is_an_alarm(template: Document, metric: str) -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Ref"]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    }
    wanted = {
        "Errors": {*_HOOKS, "FailsafeFunction", "GuardFunction"},
        "DestinationDeliveryFailures": set(_HOOKS),
        "Invocations": {"FailsafeFunction"},
    }
    assert watched == wanted[metric]


def test_every_dead_letter_queue_is_an_alarm(template: Document) -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS"
    }
    assert watched == {n for n in resources(template, queues.QUEUE) if "DeadLetter" in n}


def test_alarms_have_the_name_that_the_hub_listens_to(template: Document) -> None:
    alarms = resources(template, "AWS::CloudWatch::Alarm").values()
    (prefix,) = resources(template, "AWS::Events::Rule")["AlarmNews"]["EventPattern"]["detail"][
        "alarmName"
    ]
    assert all(alarm["AlarmName"].startswith(prefix["prefix"]) for alarm in alarms)
    hub = resources(load("template.yaml"), "AWS::Events::Rule")["RolloutAlarmNews"]
    assert hub["EventPattern"]["detail"]["alarmName"] == [prefix]


def test_hub_and_units_agree_on_what_is_news(template: Document) -> None:
    hub = resources(load("template.yaml"), "AWS::Events::Rule")["RolloutNews"]["EventPattern"]
    assert resources(template, "AWS::Events::Rule")["News"]["EventPattern"] == hub


def test_without_a_hub_hooks_and_guard_are_deployed_all_the_same(template: Document) -> None:
    for name in (*_HOOKS, "FailsafeFunction", "GuardFunction", "DeploymentStarts", "Watch"):
        assert "Condition" not in template["Resources"][name]


@pytest.mark.parametrize(
    ("place", "broken_by"),
    [
        ("Resources/PreHookCalls/Properties/MaximumRetryAttempts", 2),
        ("Resources/PostHookCalls/Properties/DestinationConfig", {"OnFailure": {}}),
    ],
)
def test_a_hook_that_would_hang_is_noticed(
    template: Document, place: str, broken_by: object
) -> None:
    broken = changed(template, place, broken_by)
    name = place.split("/")[1].removesuffix("Calls")
    with pytest.raises((AssertionError, KeyError)):
        test_a_dead_hook_is_answered_at_once_and_never_tried_again(broken, name)
