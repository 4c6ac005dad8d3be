"""Configurations as they are resolved from parameters and tags that moto keeps."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from botocore.session import Session
from moto import mock_aws

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.config_checks import CompareCheck, InvokeCheck
from steward.domain.rollouts.deployments import Target
from steward.workflows.rollouts.configuration import BadConfiguration, Resolved, resolve
from tests.integration.aws.counting import Calls

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

TARGET = Target("shop", "live", "1", "2")
SMOKE = "pre: {checks: {health: {type: invoke, payload: {path: /health}}}}"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    """Functions are described here, never run."""
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def unit(calls: Calls) -> UnitClients:
    clients = UnitClients(calls.watch(Session()))
    iam = cast("IAMClient", Session().create_client("iam"))
    role = iam.create_role(RoleName="run", AssumeRolePolicyDocument=json.dumps({}))["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "")
    clients.functions().create_function(
        FunctionName="shop",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
    )
    return clients


def put(unit: UnitClients, name: str, text: str) -> None:
    unit.parameters().put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def profile(unit: UnitClients, name: str, text: str) -> None:
    put(unit, f"/steward/rollout-profiles/{name}", text)


def own(unit: UnitClients, text: str) -> None:
    put(unit, "/steward/rollout/shop", text)


def tag(unit: UnitClients, **tags: str) -> None:
    arn = unit.functions().get_function_configuration(FunctionName="shop")["FunctionArn"]
    named = {f"steward:{key.replace('_', '-')}": value for key, value in tags.items()}
    unit.functions().tag_resource(Resource=arn, Tags=named)


def resolved(unit: UnitClients) -> Resolved:
    return resolve(unit, TARGET, datetime.now(UTC))


def test_nothing_declared_is_the_defaults(unit: UnitClients) -> None:
    found = resolved(unit)
    assert found.sources == ("built-in defaults",)
    assert sorted(found.config.pre.checks) == ["alarms", "config", "dry-run"]
    assert sorted(found.config.shift.checks) == ["errors"]
    assert sorted(found.config.post.checks) == ["alarms", "errors", "latency"]
    assert (found.notes, found.override, found.function_tags) == ((), None, {})


def test_four_layers_each_over_the_one_below(unit: UnitClients) -> None:
    profile(unit, "default", "pre: {budget_seconds: 61}\nmode: observe\nowner: [a@example.com]")
    profile(unit, "tagged", "pre: {budget_seconds: 62}\nmode: enforce")
    profile(unit, "web", "pre: {budget_seconds: 63}\nshift: {breaches: 3}")
    profile(unit, "late", "pre: {budget_seconds: 64}")
    own(unit, "extends: [web, late]\npost: {budget_seconds: 400}\n" + SMOKE)
    tag(unit, rollout_profile="tagged", smoke="empty")
    found = resolved(unit)
    config = found.config
    assert (config.pre.budget_seconds, config.post.budget_seconds) == (64, 400)
    assert (config.mode, config.shift.breaches, config.owner) == ("enforce", 3, ("a@example.com",))
    assert {"config", "health", "smoke"} <= config.pre.checks.keys()
    assert found.sources == (
        "parameter /steward/rollout/shop version 1",
        "tag steward:smoke=empty",
        "parameter /steward/rollout-profiles/late version 1",
        "parameter /steward/rollout-profiles/web version 1",
        "parameter /steward/rollout-profiles/tagged version 1",
        "parameter /steward/rollout-profiles/default version 1",
        "built-in defaults",
    )


def test_the_version_of_the_parameter_that_counted_is_named(unit: UnitClients) -> None:
    own(unit, "mode: observe")
    own(unit, SMOKE)
    assert resolved(unit).sources[0] == "parameter /steward/rollout/shop version 2"


def test_the_workloads_own_parameter_counts_before_the_one_that_its_tag_names(
    unit: UnitClients,
) -> None:
    put(unit, "/steward/rollout/team/all", "pre: {budget_seconds: 77}")
    tag(unit, rollout_config="/steward/rollout/team/all")
    assert resolved(unit).config.pre.budget_seconds == 77
    own(unit, "pre: {budget_seconds: 88}")
    assert resolved(unit).config.pre.budget_seconds == 88


def test_an_unusable_profile_is_left_out_and_the_rest_counts(unit: UnitClients) -> None:
    profile(unit, "default", "pre: {budget: 5}")
    profile(unit, "chained", "extends: [default]")
    profile(unit, "list", "- a")
    profile(unit, "web", "pre: {budget_seconds: 63}")
    own(unit, "extends: [chained, list, web]")
    found = resolved(unit)
    assert found.config.pre.budget_seconds == 63
    assert found.notes == (
        "parameter /steward/rollout-profiles/default version 1 is left out: pre.budget: there is "
        "no such key; did you mean budget_seconds?",
        "parameter /steward/rollout-profiles/chained version 1 is left out: extends: a profile "
        "extends no other; name both in the workload's document",
        "parameter /steward/rollout-profiles/list version 1 is left out: document: it is a list, "
        "not a mapping of keys to values",
    )


def test_an_unusable_document_of_the_workload_is_refused(unit: UnitClients) -> None:
    own(unit, "moed: observe")
    with pytest.raises(BadConfiguration) as refused:
        resolved(unit)
    assert str(refused.value) == (
        "parameter /steward/rollout/shop version 1 cannot be used: moed: there is no such key; did "
        "you mean mode?; correct it, check it with `steward rollouts validate`, and deploy again"
    )


def test_a_profile_that_is_not_there_is_a_typo_of_the_workload(unit: UnitClients) -> None:
    profile(unit, "web", "version: 1")
    own(unit, "extends: [web, wev]")
    with pytest.raises(BadConfiguration, match=r"extends\.1: there is no profile wev"):
        resolved(unit)


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"rollout_profile": "wev"}, "/steward/rollout-profiles/wev"),
        ({"rollout_config": "/steward/rollout/shpo"}, "/steward/rollout/shpo"),
    ],
    ids=["profile", "config"],
)
def test_a_tag_that_leads_nowhere_is_refused(
    unit: UnitClients, tags: dict[str, str], name: str
) -> None:
    tag(unit, **tags)
    with pytest.raises(BadConfiguration, match=f"there is no parameter {name}; correct the"):
        resolved(unit)


def test_a_workload_changes_and_disables_what_lies_below(unit: UnitClients) -> None:
    profile(unit, "default", "post: {checks: {errors: {alpha: 0.02, min_samples: 5}}}")
    own(
        unit,
        "pre: {checks: {dry-run: {enabled: false}, nope: {enabled: false}}}\n"
        "post: {checks: {errors: {alpha: 0.05}, latency: {type: alarms}}}",
    )
    found = resolved(unit)
    errors = found.config.post.checks["errors"]
    assert isinstance(errors, CompareCheck)
    assert (errors.alpha, errors.min_samples) == (0.05, 5)
    assert found.config.post.checks["latency"].type == "alarms"
    assert "dry-run" not in found.config.pre.checks
    assert found.notes == (
        "parameter /steward/rollout/shop version 1 disables pre.checks.nope, which nothing "
        "declares",
    )


def test_the_tag_for_empty_smoke_calls_sends_an_empty_object(unit: UnitClients) -> None:
    tag(unit, smoke="empty")
    smoke = resolved(unit).config.pre.checks["smoke"]
    assert isinstance(smoke, InvokeCheck)
    assert smoke.payload == {}


def test_an_override_counts_as_long_as_it_says(unit: UnitClients) -> None:
    ends = datetime.now(UTC) + timedelta(hours=1)
    written = json.dumps({"until": ends.isoformat(), "reason": "fix", "by": "ana"})
    put(unit, "/steward/rollout-override/shop", written)
    counted = resolve(unit, TARGET, ends - timedelta(seconds=1))
    assert counted.override is not None
    assert (counted.override.reason, counted.override.by) == ("fix", "ana")
    ended = resolve(unit, TARGET, ends)
    assert ended.override is None
    assert "does not count: it ended at" in ended.notes[0]


@pytest.mark.parametrize("text", ["- x", '{"until": "x"}'], ids=["list", "no-instant"])
def test_an_override_that_is_no_override_does_not_count(unit: UnitClients, text: str) -> None:
    put(unit, "/steward/rollout-override/shop", text)
    found = resolved(unit)
    assert found.override is None
    assert (
        "parameter /steward/rollout-override/shop version 1 does not count: it is"
        in (found.notes[0])
    )


def test_four_calls_are_enough_for_all_of_it(unit: UnitClients, calls: Calls) -> None:
    profile(unit, "default", "version: 1")
    profile(unit, "web", "version: 1")
    own(unit, "extends: [web]")
    tag(unit, rollout_profile="web", smoke="empty")
    calls.clear()
    resolved(unit)
    assert calls == {"GetFunctionConfiguration": 1, "ListTags": 1, "GetParameters": 2}
