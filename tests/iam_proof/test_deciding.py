"""The evaluator against cases of the IAM User Guide, and against the emulator's own decisions."""

from typing import Any

import pytest

from tests.iam_proof.deciding import NotUnderstoodError, Request, allowing

READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::box/*"}
OBJECT = "arn:aws:s3:::box/key"


def with_condition(operator: str, key: str, value: Any, **other: Any) -> dict[str, Any]:
    return {**READ, **other, "Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        pytest.param("s3:GetObject", OBJECT, True, id="named"),
        pytest.param("S3:getobject", OBJECT, True, id="actions-in-any-case"),
        pytest.param("s3:PutObject", OBJECT, False, id="another-action"),
        pytest.param("s3:GetObject", "arn:aws:s3:::box", False, id="the-bucket-is-not-its-objects"),
        pytest.param("s3:GetObject", "arn:aws:s3:::BOX/key", False, id="resources-in-their-case"),
        pytest.param("s3:GetObject", "arn:aws:s3:::box/a/b:c", True, id="star-reaches-over-all"),
        pytest.param("s3:GetObject", "", True, id="not-seen-is-in-favour"),
    ],
)
def test_actions_and_resources(action: str, resource: str, allowed: bool) -> None:
    assert (allowing([READ], Request(action, resource)) is not None) is allowed


@pytest.mark.parametrize(
    ("statement", "keys", "allowed"),
    [
        pytest.param(with_condition("StringEquals", "a:B", "x"), {"a:b": ["x"]}, True, id="equal"),
        pytest.param(with_condition("StringEquals", "a:B", "x"), {}, False, id="absent"),
        pytest.param(
            with_condition("StringEquals", "a:B", ["y", "x"]), {"a:b": ["x"]}, True, id="or"
        ),
        pytest.param(with_condition("StringLike", "a:B", "x-*"), {"a:b": ["x-1"]}, True, id="like"),
        pytest.param(
            with_condition("StringEquals", "a:B", "x-*"), {"a:b": ["x-1"]}, False, id="no-star"
        ),
        pytest.param(
            with_condition("ArnEqualsIfExists", "a:B", "x"), {}, True, id="absent-if-exists"
        ),
        pytest.param(
            with_condition("ArnEqualsIfExists", "a:B", "arn:a:b:c:d:e"),
            {"a:b": ["arn:a:b:c:d:f"]},
            False,
            id="present-if-exists",
        ),
        pytest.param(
            with_condition("ForAnyValue:StringEquals", "a:B", "x"),
            {"a:b": ["z", "x"]},
            True,
            id="any",
        ),
    ],
)
def test_conditions(statement: dict[str, Any], keys: dict[str, list[str]], allowed: bool) -> None:
    assert (allowing([statement], Request("s3:GetObject", OBJECT, keys)) is not None) is allowed


def test_a_denial_wins() -> None:
    denial = {**READ, "Effect": "Deny", "Resource": "*"}
    assert allowing([READ, denial], Request("s3:GetObject", OBJECT)) is None


def test_a_condition_that_was_not_seen_neither_refuses_nor_denies() -> None:
    allow = with_condition("StringEquals", "aws:ResourceTag/stage", "feature")
    deny = with_condition("StringEquals", "aws:ResourceTag/stage", "prod", Effect="Deny")
    unseen = Request("s3:GetObject", OBJECT, unseen=("aws:resourcetag/",))
    assert allowing([allow, deny], unseen) == allow
    assert allowing([allow], Request("s3:GetObject", OBJECT)) is None


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, id="not-action"),
        pytest.param(with_condition("NumericEquals", "a:b", 1), id="numeric"),
        pytest.param(with_condition("ForAllValues:StringEquals", "a:b", "x"), id="for-all-values"),
        pytest.param(with_condition("StringNotEquals", "a:b", "x"), id="negated"),
    ],
)
def test_what_is_not_understood_is_refused(statement: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstoodError):
        allowing([statement], Request("s3:GetObject", OBJECT))
