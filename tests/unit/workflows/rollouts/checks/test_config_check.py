"""`config`: what is denied fails, what is warned of is said, the rest is evidence."""

from dataclasses import replace
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import ConfigCheck
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Finding, Outcome
from steward.workflows.rollouts.checks.config import check_config
from tests.unit.aws.scripted import Scripted
from tests.unit.workflows.rollouts.checks.lambda_wire import TARGET, Clock
from tests.unit.workflows.rollouts.checks.scripted_bench import ScriptedClients, bench

READ = "get_function_configuration"
CONCURRENCY = "get_provisioned_concurrency_config"
NONE_PROVISIONED = "ProvisionedConcurrencyConfigNotFoundException"
FIRST = replace(TARGET, current_version="")


def row(version: str, **fields: Any) -> dict[str, Any]:
    return {
        "Version": version,
        "Role": "arn:aws:iam::111122223333:role/shop",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Timeout": 30,
        "MemorySize": 512,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "CodeSha256": f"sha-{version}",
    } | fields


def asked(version: str) -> dict[str, str]:
    return {"FunctionName": "shop", "Qualifier": version}


def checked(
    aws: Scripted,
    check: ConfigCheck | None = None,
    clock: Clock | None = None,
    target: Target = TARGET,
    seconds: float = 20,
) -> Finding:
    clients = ScriptedClients(functions=aws.client)
    with aws:
        return check_config(
            check or ConfigCheck(type="config"), bench(clients, clock or Clock(), target, seconds)
        )


def two_versions(**of_target: Any) -> Scripted:
    aws = Scripted("lambda").answers(READ, row("3"), asked("3"))
    return aws.answers(READ, row("4", **of_target), asked("4")).refuses(
        CONCURRENCY, NONE_PROVISIONED
    )


def judged(found: Finding) -> list[tuple[str, str]]:
    rows: Any = found.evidence["differences"]
    return [(each["difference"], each["judged"]) for each in rows]


def test_versions_that_are_alike_pass() -> None:
    found = checked(two_versions())
    assert found.outcome is Outcome.PASS
    assert found.reason == "nothing denied differs between shop:3 and shop:4"
    assert (found.evidence["current_code_sha256"], found.evidence["target_code_sha256"]) == (
        "sha-3",
        "sha-4",
    )


def test_what_is_denied_fails_and_says_why() -> None:
    found = checked(two_versions(Role="arn:aws:iam::111122223333:role/other"))
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("the execution role is arn:aws:iam::111122223333:role/other")
    assert judged(found) == [("role_changed", "denied")]


def test_what_is_warned_of_passes_and_is_said() -> None:
    found = checked(two_versions(Timeout=10, Handler="app.main"))
    assert found.outcome is Outcome.PASS
    assert found.reason.endswith("; warning: the timeout is 10 s, was 30 s")
    assert judged(found) == [("timeout_decreased", "warned"), ("handler_changed", "recorded")]


def test_the_document_decides_what_is_denied() -> None:
    strict = ConfigCheck.model_validate({"type": "config", "deny": ["timeout_decreased"]})
    found = checked(two_versions(Timeout=10), strict)
    assert (found.outcome, judged(found)) == (Outcome.FAIL, [("timeout_decreased", "denied")])


def test_no_value_of_an_environment_variable_is_in_the_evidence() -> None:
    before = {"Environment": {"Variables": {"TOKEN": "hunter2", "TABLE": "orders"}}}
    aws = Scripted("lambda").answers(READ, row("3", **before))
    aws.answers(READ, row("4", Environment={"Variables": {"TABLE": "other"}}))
    found = checked(aws.refuses(CONCURRENCY, NONE_PROVISIONED))
    assert "TOKEN" in found.reason
    assert not {"hunter2", "orders", "other"} & set(str(found).replace("'", " ").split())


def test_a_first_version_is_compared_with_nothing() -> None:
    aws = Scripted("lambda").answers(READ, row("4"), asked("4"))
    found = checked(aws.refuses(CONCURRENCY, NONE_PROVISIONED), target=FIRST)
    assert found.outcome is Outcome.PASS
    assert found.reason.endswith("no version before it to compare with")


def test_a_first_version_has_to_be_ready_all_the_same() -> None:
    aws = Scripted("lambda").answers(READ, row("4", State="Failed"))
    found = checked(aws.refuses(CONCURRENCY, NONE_PROVISIONED), target=FIRST)
    assert (found.outcome, judged(found)) == (Outcome.FAIL, [("not_active", "denied")])


def test_a_version_that_gets_ready_is_waited_for() -> None:
    aws = Scripted("lambda").answers(READ, row("3"))
    for state in ("Pending", "Pending", "Active"):
        aws.answers(READ, row("4", State=state)).refuses(CONCURRENCY, NONE_PROVISIONED)
    clock = Clock()
    found = checked(aws, clock=clock)
    assert (found.outcome, clock.slept) == (Outcome.PASS, [2, 2])
    assert found.evidence["waited_seconds"] == 4


def test_a_version_that_does_not_get_ready_in_time_fails_in_time() -> None:
    aws = Scripted("lambda").answers(READ, row("3"))
    for _ in range(4):
        aws.answers(READ, row("4", State="Pending")).refuses(CONCURRENCY, NONE_PROVISIONED)
    clock = Clock()
    deadline = bench(ScriptedClients(), clock, seconds=10).deadline
    found = checked(aws, clock=clock, seconds=10)
    assert found.outcome is Outcome.FAIL
    assert found.reason == "after a wait of 6 s: shop:4 is not ready to be invoked: state Pending"
    assert clock() < deadline


def test_provisioned_concurrency_is_waited_for_and_fails_when_it_does_not_come() -> None:
    busy = {"Status": "IN_PROGRESS", "RequestedProvisionedConcurrentExecutions": 5}
    aws = Scripted("lambda").answers(READ, row("3"))
    for _ in range(2):
        aws.answers(READ, row("4")).answers(CONCURRENCY, busy, asked("live"))
    found = checked(aws, seconds=6)
    assert (found.outcome, judged(found)) == (
        Outcome.FAIL,
        [("concurrency_not_ready", "denied")],
    )


@pytest.mark.parametrize("gone", ["3", "4"], ids=["current", "target"])
def test_a_version_that_was_deleted_fails(gone: str) -> None:
    aws = Scripted("lambda")
    if gone == "4":
        aws.answers(READ, row("3"))
    found = checked(aws.refuses(READ, "ResourceNotFoundException", expected=asked(gone)))
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith(f"shop:{gone} does not exist")


def test_a_missing_permission_is_raised() -> None:
    with pytest.raises(NotAllowed, match="GetFunctionConfiguration"):
        checked(Scripted("lambda").refuses(READ, "AccessDeniedException"))


def test_without_an_alias_no_concurrency_is_asked_for() -> None:
    aws = Scripted("lambda").answers(READ, row("4"))
    assert checked(aws, target=replace(FIRST, alias="")).outcome is Outcome.PASS
