"""What is wrong with a version that is about to get traffic, and what it has lost."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from steward.domain.rollouts.config_checks import Difference
from steward.domain.rollouts.version_diff import version_diff
from steward.domain.rollouts.version_facts import Concurrency, VersionFacts
from steward.domain.runtimes.lifecycle import Lifecycle

TODAY = date(2026, 11, 23)
LIFECYCLE = Lifecycle.model_validate(
    {
        "as_of": TODAY,
        "runtimes": {
            "python3.13": {"family": "python", "version": [3, 13]},
            "python3.9": {
                "family": "python",
                "version": [3, 9],
                "deprecated": "2026-11-23",
                "update_block": "2026-11-24",
            },
            "python3.8": {
                "family": "python",
                "version": [3, 8],
                "deprecated": "2024-10-14",
                "update_block": "2026-11-23",
            },
        },
    }
)
LAYER = "arn:aws:lambda:eu-west-1:111122223333:layer:shared"
CURRENT = VersionFacts(
    function="shop",
    version="3",
    role="arn:aws:iam::111122223333:role/shop",
    timeout=timedelta(seconds=30),
    memory_mb=512,
    state="Active",
    update_status="Successful",
    runtime_id="python3.13",
    dead_letter="arn:aws:sqs:eu-west-1:111122223333:dead",
    environment_keys=frozenset({"TABLE", "STAGE"}),
    network=frozenset({"subnet-1", "sg-1"}),
    architecture="arm64",
    layers=(f"{LAYER}:7",),
    handler="app.handler",
)
TARGET = replace(CURRENT, version="4")


def differences(target: VersionFacts, concurrency: Concurrency | None = None) -> list[Difference]:
    found = version_diff(CURRENT, target, concurrency, LIFECYCLE, TODAY)
    return [each.difference for each in found]


def sentence(target: VersionFacts, concurrency: Concurrency | None = None) -> str:
    (found,) = version_diff(CURRENT, target, concurrency, LIFECYCLE, TODAY)
    return found.sentence


def test_versions_that_are_alike_differ_in_nothing() -> None:
    assert differences(TARGET) == []


@pytest.mark.parametrize(
    ("changed", "difference", "said"),
    [
        pytest.param(
            {"role": "arn:aws:iam::111122223333:role/other"},
            Difference.ROLE_CHANGED,
            "the execution role is arn:aws:iam::111122223333:role/other, "
            "was arn:aws:iam::111122223333:role/shop",
            id="role",
        ),
        pytest.param(
            {"dead_letter": ""},
            Difference.DEAD_LETTER_CHANGED,
            "the dead-letter target is none, was arn:aws:sqs:eu-west-1:111122223333:dead",
            id="dead-letter",
        ),
        pytest.param(
            {"timeout": timedelta(seconds=29)},
            Difference.TIMEOUT_DECREASED,
            "the timeout is 29 s, was 30 s",
            id="timeout",
        ),
        pytest.param(
            {"memory_mb": 511},
            Difference.MEMORY_DECREASED,
            "the memory is 511 MB, was 512 MB",
            id="memory",
        ),
        pytest.param(
            {"environment_keys": frozenset({"NEW"})},
            Difference.ENV_KEY_REMOVED,
            "environment variables removed: STAGE, TABLE",
            id="environment",
        ),
        pytest.param(
            {"network": frozenset()},
            Difference.VPC_CHANGED,
            "the VPC connection is none, was sg-1, subnet-1",
            id="vpc",
        ),
        pytest.param(
            {"architecture": "x86_64"},
            Difference.ARCHITECTURE_CHANGED,
            "the architecture is x86_64, was arm64",
            id="architecture",
        ),
        pytest.param(
            {"layers": ("arn:aws:lambda:eu-west-1:111122223333:layer:other:1",)},
            Difference.LAYER_REMOVED,
            f"layer removed: {LAYER}",
            id="layer",
        ),
        pytest.param(
            {"handler": "app.main"},
            Difference.HANDLER_CHANGED,
            "the handler is app.main, was app.handler",
            id="handler",
        ),
        pytest.param(
            {"state": "Failed", "state_reason": "The image was deleted."},
            Difference.NOT_ACTIVE,
            "shop:4 is not ready to be invoked: state Failed (The image was deleted)",
            id="failed",
        ),
        pytest.param(
            {"update_status": "InProgress"},
            Difference.NOT_ACTIVE,
            "shop:4 is not ready to be invoked: last update InProgress",
            id="update-in-progress",
        ),
    ],
)
def test_each_difference_is_told_in_a_sentence(
    changed: dict[str, Any], difference: Difference, said: str
) -> None:
    target = replace(TARGET, **changed)
    assert differences(target) == [difference]
    assert sentence(target) == said


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"timeout": timedelta(seconds=31)}, id="longer-timeout"),
        pytest.param({"memory_mb": 1024}, id="more-memory"),
        pytest.param(
            {"environment_keys": frozenset({"TABLE", "STAGE", "NEW"})}, id="more-variables"
        ),
        pytest.param({"layers": (f"{LAYER}:8",)}, id="another-version-of-a-layer"),
        pytest.param({"state": "", "update_status": ""}, id="no-state-told"),
        pytest.param({"environment_keys": None}, id="variables-that-cannot-be-decrypted"),
    ],
)
def test_what_is_no_loss_is_no_difference(changed: dict[str, Any]) -> None:
    assert differences(replace(TARGET, **changed)) == []


def test_a_runtime_is_deprecated_on_its_day() -> None:
    target = replace(TARGET, runtime_id="python3.9")
    assert differences(target) == [Difference.RUNTIME_DEPRECATED]
    assert "2026-11-23" in sentence(target)


def test_a_runtime_whose_updates_are_blocked_is_deprecated_too() -> None:
    target = replace(TARGET, runtime_id="python3.8")
    assert differences(target) == [Difference.RUNTIME_DEPRECATED, Difference.RUNTIME_BLOCKED]


def test_an_image_has_no_runtime_that_ends() -> None:
    assert differences(replace(TARGET, runtime_id=None, package_type="Image")) == []


@pytest.mark.parametrize("status", ["IN_PROGRESS", "FAILED"])
def test_provisioned_concurrency_has_to_be_ready(status: str) -> None:
    concurrency = Concurrency(status, "Too few left.", requested=5, available=2)
    assert sentence(TARGET, concurrency) == (
        f"the alias's provisioned concurrency is not ready: {status}, 2 of 5 available "
        "(Too few left)"
    )


def test_provisioned_concurrency_that_is_ready_is_no_difference() -> None:
    assert differences(TARGET, Concurrency("READY")) == []


def test_a_first_version_is_judged_and_not_compared() -> None:
    target = replace(TARGET, state="Pending", runtime_id="python3.8", role="other")
    found = version_diff(None, target, Concurrency("FAILED"), LIFECYCLE, TODAY)
    assert [each.difference for each in found] == [
        Difference.NOT_ACTIVE,
        Difference.RUNTIME_DEPRECATED,
        Difference.RUNTIME_BLOCKED,
        Difference.CONCURRENCY_NOT_READY,
    ]
