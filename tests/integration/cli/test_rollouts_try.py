"""`steward rollouts try`: the checks run from here, on real versions of a real function."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from local.codedeploy_control import CodeDeployControl
from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.function_templates import TRUST
from tests.unit.cli.running import Answer, steward

ACCOUNT = "222233334444"
GOOD = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"db": "ok", "path": event.get("path")})}
"""
BROKEN = "import shop_that_is_not_there\n" + GOOD
SLOW = GOOD.replace("    return", "    import time\n    time.sleep(0.12)\n    return")
FIRST, BETTER, CRASHING, SLOWER = "1", "2", "3", "4"
RULES = """
pre:
  checks:
    health:
      type: invoke
      payload: {path: /health}
      attempts: 2
      retry_seconds: 0
      assert:
        - {path: statusCode, value: 200}
        - {path: "json(body).db", value: ok}
        - {path: "json(body).path", value: /health}
"""
PROBE = """
    speed: {type: probe, payload: {path: /}, iterations: 8, min_delta_ms: 60, timeout_seconds: 60}
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        _deploy(EmulatedSession(running.endpoint, ACCOUNT))
        yield running


def _deploy(session: EmulatedSession) -> None:
    """Four versions of `shop`; the alias `live` routes to the first."""
    client: Any = session.client("lambda")
    role = session.client("iam").create_role(
        RoleName="shop", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    client.create_function(
        FunctionName="shop",
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Timeout=10,
        Code={"ZipFile": _archive(GOOD)},
    )
    for code in (GOOD, GOOD + "# better\n", BROKEN, SLOW):
        client.update_function_code(FunctionName="shop", ZipFile=_archive(code))
        client.publish_version(FunctionName="shop")
    client.create_alias(FunctionName="shop", Name="live", FunctionVersion=FIRST)


def _archive(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("index.py", code)
    return packed.getvalue()


@pytest.fixture(autouse=True)
def credentials(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.delenv("AWS_SESSION_TOKEN")


def tried(version: str, *options: str, rules: str = RULES, phase: str = "pre") -> Answer:
    """The rules come by standard input; `-` reads it."""
    chosen = ("--function", "shop", "--version", version, "--phase", phase, "--config", "-")
    return steward("rollouts", "try", *chosen, *options, stdin=rules)


def rows(answer: Answer) -> dict[str, str]:
    """Outcome by check."""
    lines = (line.split() for line in answer.out.splitlines() if "  " in line)
    return {words[1]: words[0] for words in lines if len(words) > 1}


def test_a_good_version_succeeds() -> None:
    answer = tried(BETTER)
    assert answer.code == 0
    assert (
        rows(answer).items()
        >= {
            "health": "pass",
            "config": "pass",
            "dry-run": "pass",
            "alarms": "skipped",
        }.items()
    )
    assert "the pre hook would report Succeeded" in answer.out


def test_what_is_invoked_is_said_first() -> None:
    said = tried(BETTER).err.splitlines()
    assert said == [
        "trying shop:2 by the alias live, 1 before it, in eu-west-1",
        "rules: standard input; built-in defaults",
        "invokes shop:2 up to 2 times for health, with its payload",
        "changes nothing",
    ]


def test_without_a_declared_payload_nothing_is_invoked() -> None:
    answer = tried(CRASHING, rules="version: 1\n")
    assert answer.code == 0
    assert answer.err.endswith("invokes and changes nothing\n")


def test_a_version_that_breaks_at_its_start_fails_with_the_reason() -> None:
    answer = tried(CRASHING)
    assert (answer.code, rows(answer)["health"]) == (1, "fail")
    assert "No module named 'shop_that_is_not_there'" in answer.out
    assert "the pre hook would report Failed" in answer.out


def test_a_slower_version_fails_the_probe() -> None:
    answer = tried(SLOWER, rules=RULES + PROBE)
    assert (answer.code, rows(answer)["speed"], rows(answer)["health"]) == (1, "fail", "pass")
    assert "slower in 8 of 8 pairs" in answer.out


def test_checks_stand_in_their_order_and_not_by_who_was_first() -> None:
    """The probe takes a second and more, and is declared before the check of health."""
    probe_first = RULES.replace("  checks:", f"  checks:{PROBE.rstrip()}")
    names = list(rows(tried(SLOWER, rules=probe_first)))
    assert names.index("speed") < names.index("health")


def test_what_is_only_observed_does_not_fail() -> None:
    answer = tried(CRASHING, rules="mode: observe\n" + RULES)
    assert (answer.code, rows(answer)["health"]) == (0, "fail")
    assert "observed only" in answer.out


def test_one_document_has_every_check_with_its_evidence() -> None:
    answer = tried(CRASHING, "--json")
    document = json.loads(answer.out)
    assert (answer.code, document["format"]) == (1, "steward.rollouts.try/1")
    assert (document["status"], document["current_version"]) == ("Failed", FIRST)
    (verdict,) = document["verdicts"]
    assert [each["name"] for each in verdict["results"]] == [
        "config",
        "alarms",
        "dry-run",
        "health",
    ]
    health = verdict["results"][3]["evidence"]
    assert (health["executed_version"], health["function_error"]) == (CRASHING, "Unhandled")


def test_post_checks_judge_the_traffic_of_the_time_that_is_given() -> None:
    window = ("--since", "2026-01-31T09:00", "--until", "2026-01-31T09:30+00:00")
    answer = tried(BETTER, *window, phase="post")
    assert answer.code == 0
    told = " ".join(answer.out.split())
    assert "by the traffic from 2026-01-31 09:00 to 2026-01-31 09:30 UTC" in told
    assert rows(answer)["errors"] == "inconclusive"


def test_an_alarm_may_be_named() -> None:
    answer = tried(BETTER, "--alarm", "not-there")
    assert (answer.code, rows(answer)["alarms"]) == (1, "fail")
    assert "alarm not-there does not exist in this account and region" in answer.out


@pytest.fixture(scope="module")
def deployment(emulator: Emulator) -> Iterator[str]:
    """Shifts all traffic to BETTER and back; its group has an alarm that does not exist."""
    session = EmulatedSession(emulator.endpoint, ACCOUNT)
    client: Any = session.client("codedeploy")
    control = CodeDeployControl(emulator.endpoint)
    control.set_pace(0.002)
    client.create_application(applicationName="shop", computePlatform="Lambda")
    client.create_deployment_group(
        applicationName="shop",
        deploymentGroupName="shop",
        serviceRoleArn=f"arn:aws:iam::{ACCOUNT}:role/shop",
        alarmConfiguration={"enabled": False, "alarms": [{"name": "shop-errors"}]},
    )
    unit = control.unit(ACCOUNT)
    started = unit.start(("shop", "shop"), ("shop", "live"), (FIRST, BETTER), {})
    assert unit.wait(started)["status"] == "Succeeded"
    client.update_deployment_group(
        applicationName="shop",
        currentDeploymentGroupName="shop",
        alarmConfiguration={"enabled": True, "alarms": [{"name": "shop-errors"}]},
    )
    yield started
    session.client("lambda").update_alias(
        FunctionName="shop", Name="live", FunctionVersion=FIRST, RoutingConfig={}
    )


def test_a_deployment_says_what_is_tried(deployment: str) -> None:
    answer = steward("rollouts", "try", "--deployment", deployment, "--phase", "pre", "--json")
    document = json.loads(answer.out)
    assert (document["function"], document["alias"]) == ("shop", "live")
    assert (document["current_version"], document["target_version"]) == (FIRST, BETTER)
    assert document["verdicts"][0]["deployment_id"] == deployment


def test_the_alarms_of_its_group_are_looked_at(deployment: str) -> None:
    answer = steward("rollouts", "try", "--deployment", deployment, "--phase", "pre")
    assert (answer.code, rows(answer)["alarms"]) == (1, "fail")
    assert "alarm shop-errors does not exist" in answer.out
    assert "CodeDeploy stops deployments whose alarms it cannot read" in answer.out


def test_its_own_shift_is_the_traffic_to_judge(deployment: str, emulator: Emulator) -> None:
    client: Any = EmulatedSession(emulator.endpoint, ACCOUNT).client("codedeploy")
    (target,) = client.list_deployment_targets(deploymentId=deployment)["targetIds"]
    found = client.get_deployment_target(deploymentId=deployment, targetId=target)
    events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
    (shift,) = (each for each in events if each["lifecycleEventName"] == "AllowTraffic")
    answer = steward("rollouts", "try", "--deployment", deployment, "--phase", "post", "--json")
    window = [datetime.fromisoformat(each) for each in json.loads(answer.out)["window"]]
    assert window == [shift["startTime"], shift["endTime"]]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        pytest.param(["--version", FIRST], 2, f"is of shop:{BETTER} by the alias live", id="other"),
        pytest.param(["--function", "web"], 2, "leave out --function", id="other-function"),
    ],
)
def test_options_must_not_contradict_the_deployment(
    deployment: str, options: list[str], code: int, said: str
) -> None:
    answer = steward("rollouts", "try", "--deployment", deployment, *options)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_an_unknown_deployment_is_told() -> None:
    answer = steward("rollouts", "try", "--deployment", "d-AAAAAAAAA")
    assert (answer.code, answer.out) == (3, "")
    assert "there is no deployment d-AAAAAAAAA in this account in eu-west-1" in answer.err
    assert "to do:" in answer.err


def test_a_configuration_with_a_typo_is_what_the_hook_would_fail_for() -> None:
    answer = tried(BETTER, rules=RULES.replace("attempts", "atempts"))
    assert (answer.code, answer.out) == (1, "")
    assert "pre.checks.health" in answer.err
    assert "atempts" in answer.err
    assert "so the hook would report Failed" in answer.err


def test_the_configuration_of_the_unit_counts_without_a_file(emulator: Emulator) -> None:
    ssm: Any = EmulatedSession(emulator.endpoint, ACCOUNT).client("ssm")
    name = "/steward/rollout/shop"
    ssm.put_parameter(Name=name, Value=RULES, Type="String")
    try:
        answer = steward(
            *("rollouts", "try", "--function", "shop", "--version", CRASHING, "--phase", "pre")
        )
    finally:
        ssm.delete_parameter(Name=name)
    assert (answer.code, rows(answer)["health"]) == (1, "fail")
    assert f"rules: parameter {name} version 1; built-in defaults" in answer.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        pytest.param(["--version", "9"], 3, "shop:9 does not exist", id="no-such-version"),
        pytest.param([], 2, "it is not said which version to try", id="no-version"),
        pytest.param(["--version", "2", "--since", "later"], 2, "is no instant", id="no-instant"),
        pytest.param(
            ["--version", "2", "--since", "2026-01-31T09:00", "--until", "2026-01-31T09:00"],
            2,
            "no time lies between",
            id="no-time",
        ),
        pytest.param(["--version", "2", "--config", "gone.yaml"], 2, "gone.yaml", id="no-file"),
        pytest.param(["--version", "2", "--alias", "gone"], 3, "shop:gone", id="no-such-alias"),
        pytest.param(["--version", "2", "--endpoint", "x"], 2, "is no URL", id="no-url"),
    ],
)
def test_what_cannot_be_tried_is_told_with_what_to_do(
    options: list[str], code: int, said: str
) -> None:
    answer = steward("rollouts", "try", "--function", "shop", *options)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert "to do:" in answer.err


def test_without_credentials_it_says_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    answer = tried(BETTER)
    assert (answer.code, answer.out) == (3, "")
    assert "no usable AWS credentials" in answer.err


def test_a_terminal_gets_reasons_in_lines_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    chosen = ("--function", "shop", "--version", CRASHING, "--phase", "pre")
    answer = steward("rollouts", "try", *chosen, "--config", str(rules))
    shown = [len(line) for line in _plain(answer.out).splitlines()]
    assert max(shown) <= 80
    assert "    the function failed (Unhandled" in _plain(answer.out)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
