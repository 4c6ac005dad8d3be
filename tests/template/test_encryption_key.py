"""A key of the customer's own encrypts everything that keeps data, and only when it is given."""

import json
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from tests.template import key_rules as keys
from tests.template.documents import ROOT, Document, changed, load, values_of

Rule = Callable[[Document], list[str]]
_QUEUE = "Resources/UnitsQueue/Properties"
_GRANT = "Resources/QueueKeyPolicy/Properties"


class Slip(NamedTuple):
    rule: Rule
    place: str
    value: object


SLIPS = [
    Slip(keys.encrypted_with_the_key, f"{_QUEUE}/KmsMasterKeyId", None),
    Slip(keys.encrypted_with_the_key, "Resources/LeaseWorkerLogs/Properties/KmsKeyId", None),
    Slip(keys.encrypted_with_the_key, "Resources/Ledger/Properties/SSESpecification", {}),
    Slip(keys.encrypted_with_the_key, "Resources/AlarmsTopic/Properties/KmsMasterKeyId", None),
    Slip(keys.encrypted_with_the_key, "Resources/LinkKey/Properties/KmsKeyId", None),
    Slip(keys.as_before_without, f"{_QUEUE}/KmsMasterKeyId", keys.KEY),
    Slip(keys.one_kind_of_queue_encryption, f"{_QUEUE}/SqsManagedSseEnabled", True),
    Slip(keys.roles_may_use_the_key, f"{_GRANT}/Roles", []),
    Slip(keys.roles_may_use_the_key, "Resources/LinkKeyKeyPolicy", None),
    Slip(
        keys.the_key_is_used_where_needed,
        "Resources/TopicKeyPolicy/Properties/Roles/0/Ref",
        "LeaseWorkerRole",
    ),
    Slip(keys.grants_are_confined, "Resources/QueueKeyPolicy/Condition", None),
    Slip(keys.grants_are_confined, f"{_GRANT}/PolicyDocument/Statement/0/Resource", "*"),
    Slip(keys.grants_are_confined, f"{_GRANT}/PolicyDocument/Statement/0/Condition", None),
]


@cache
def _template() -> Document:
    return load("template.yaml")


def _rule_name(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", dict.fromkeys(slip.rule for slip in SLIPS), ids=_rule_name)
def test_the_template_keeps_the_rule(rule: Rule) -> None:
    assert rule(_template()) == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.rule.__name__}-{slip.place}")
def test_the_rule_notices_when_it_is_broken(slip: Slip) -> None:
    assert slip.rule(changed(_template(), slip.place, slip.value)) != []


def test_the_guides_key_policy_lets_in_every_service_that_acts_by_itself() -> None:
    """The services that our own policies let into queues and topics, and CloudWatch Logs."""
    own = set(values_of(load("template.yaml")["Resources"], "Service"))
    acting = own & {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    assert acting | {"logs.eu-west-1.amazonaws.com"} == set(values_of(_key_policy(), "Service"))


def test_the_guides_key_policy_grants_what_encrypting_takes() -> None:
    for statement in _key_policy()["Statement"][1:]:
        actions = {action.removesuffix("*") for action in statement["Action"]}
        assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions


def _key_policy() -> Document:
    guide = (ROOT / "docs" / "guide" / "operations.md").read_text()
    policy: Document = json.loads(guide.split("```json\n")[1].split("```")[0])
    return policy
