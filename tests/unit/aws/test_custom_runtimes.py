"""Customer-managed runtimes, whose publishers date them."""

from datetime import date
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.custom_runtimes import custom_runtime
from tests.unit.aws.scripted import Scripted

RUNTIME = "arn:aws:lambda:eu-west-1:111122223333:runtime/companyphp8"
ALIAS = f"{RUNTIME}/alias/prod"
ASKED = {"RuntimeName": RUNTIME, "Name": "prod"}
LIFECYCLE = {
    "ReleaseState": "GA",
    "DeprecationDate": "2027-01-31",
    "FunctionCreateBlockDate": "2027-02-28",
}
RUNTIME_ANSWER = {
    "Arn": RUNTIME,
    "Name": "companyphp8",
    "Created": "2026-10-01T00:00:00Z",
    "LastModified": "2026-10-01T00:00:00Z",
}


def answer(**fields: Any) -> dict[str, Any]:
    return {
        "Name": "prod",
        "Arn": ALIAS,
        "RuntimeVersion": "v1",
        "RuntimeVersionArn": f"{RUNTIME}/version/v1",
        "State": "ACTIVE",
        "Created": "2026-10-01T00:00:00Z",
        "LastModified": "2026-10-01T00:00:00Z",
        **fields,
    }


def core(**fields: Any) -> Scripted:
    return Scripted("lambda-core").answers("get_runtime_alias", answer(**fields), ASKED)


def test_an_alias_says_when_its_runtime_ends() -> None:
    with core(ReleaseLifecycle=LIFECYCLE) as aws:
        runtime = custom_runtime(aws.client, ALIAS)
    assert runtime is not None
    assert runtime.id == "custom-companyphp8-prod-111122223333"
    assert runtime.family == "custom"
    assert runtime.deprecated == date(2027, 1, 31)
    assert runtime.create_block == date(2027, 2, 28)
    assert runtime.update_block is None
    assert runtime.ga
    assert runtime.note == (
        "published by account 111122223333 as companyphp8, alias prod; its publisher says GA"
    )


def test_what_an_alias_does_not_say_its_runtime_says() -> None:
    aws = core()
    told = {**RUNTIME_ANSWER, "ReleaseLifecycle": LIFECYCLE}
    with aws.answers("get_runtime", told, {"RuntimeName": RUNTIME}):
        runtime = custom_runtime(aws.client, ALIAS)
    assert runtime is not None
    assert runtime.deprecated == date(2027, 1, 31)


def test_a_runtime_that_nobody_dated_is_not_scheduled() -> None:
    aws = core()
    with aws.answers("get_runtime", RUNTIME_ANSWER):
        runtime = custom_runtime(aws.client, ALIAS)
    assert runtime is not None
    assert list(runtime.scheduled()) == []


@pytest.mark.parametrize(
    ("lifecycle", "expected"),
    [
        pytest.param({"ReleaseState": "PREVIEW"}, {"ga": False}, id="preview"),
        pytest.param(
            {"ReleaseState": "DEPRECATED", "DeprecationDate": "2026-xx-01"},
            {"ga": True, "deprecated": None},
            id="no-day",
        ),
    ],
)
def test_lifecycles_as_publishers_write_them(
    lifecycle: dict[str, Any], expected: dict[str, Any]
) -> None:
    with core(ReleaseLifecycle=lifecycle) as aws:
        runtime = custom_runtime(aws.client, ALIAS)
    assert runtime is not None
    assert {name: getattr(runtime, name) for name in expected} == expected


def test_one_that_is_to_be_deleted_says_so() -> None:
    fields = {"PendingDeletionAt": "2026-12-24T00:00:00Z", "State": "PENDING_DELETION"}
    with core(ReleaseLifecycle=LIFECYCLE, **fields) as aws:
        runtime = custom_runtime(aws.client, ALIAS)
    assert runtime is not None
    assert runtime.note.endswith("to be deleted at 2026-12-24T00:00:00Z")


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ResourceNotFoundException", "InvalidParameterValueException"]
)
def test_an_alias_that_nobody_here_may_read_is_unresolved(code: str) -> None:
    with Scripted("lambda-core").refuses("get_runtime_alias", code) as aws:
        assert custom_runtime(aws.client, ALIAS) is None


def test_inherited_dates_that_cannot_be_read_are_not_taken_for_none() -> None:
    aws = core()
    with aws.refuses("get_runtime", "AccessDeniedException"):
        assert custom_runtime(aws.client, ALIAS) is None


def test_being_busy_is_not_being_unresolved() -> None:
    with (
        Scripted("lambda-core").refuses("get_runtime_alias", "TooManyRequestsException") as aws,
        pytest.raises(ClientError),
    ):
        custom_runtime(aws.client, ALIAS)


@pytest.mark.parametrize("written", ["", RUNTIME, "prod", f"{ALIAS}/more"])
def test_what_is_no_alias_is_not_asked_for(written: str) -> None:
    with Scripted("lambda-core") as aws:
        assert custom_runtime(aws.client, written) is None


def test_an_sdk_that_does_not_know_such_runtimes_leaves_them_unresolved() -> None:
    older: Any = object()
    assert custom_runtime(older, ALIAS) is None
    assert custom_runtime(None, ALIAS) is None


def test_long_names_keep_apart_what_differs_at_their_end() -> None:
    def id_of(name: str) -> str:
        arn = f"arn:aws:lambda:eu-west-1:111122223333:runtime/{name}"
        alias = f"{arn}/alias/Prod_1"
        told = answer(ReleaseLifecycle=LIFECYCLE)
        with Scripted("lambda-core").answers("get_runtime_alias", told) as aws:
            runtime = custom_runtime(aws.client, alias)
        assert runtime is not None
        return runtime.id

    first, second = id_of(f"{'x' * 90}1"), id_of(f"{'x' * 90}2")
    assert first != second
    assert len(first) == len(second) == 63
    assert id_of("php_8") == "custom-php-8-prod-1-111122223333"
