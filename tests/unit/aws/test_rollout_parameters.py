"""Reading parameters in one call, and telling which one is denied when one is."""

from datetime import UTC, datetime
from typing import Any

from steward.aws.rollout_parameters import Parameter, Unreadable, read_parameters
from tests.unit.aws.scripted import Scripted

CHANGED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWN, OVERRIDE = "/steward/rollout/shop", "/steward/rollout-override/shop"


def row(name: str, text: str = "{}", kind: str = "String") -> dict[str, Any]:
    return {
        "Name": name,
        "Type": kind,
        "Value": text,
        "Version": 3,
        "LastModifiedDate": CHANGED,
    }


def asked(*names: str) -> dict[str, Any]:
    return {"Names": list(names), "WithDecryption": False}


def test_one_call_reads_what_is_there_and_what_is_not() -> None:
    answer = {"Parameters": [row(OWN, "mode: observe")], "InvalidParameters": [OVERRIDE]}
    with Scripted("ssm").answers("get_parameters", answer, asked(OWN, OVERRIDE)) as ssm:
        found = read_parameters(ssm.client, [OWN, OVERRIDE, OWN])
    assert found == {OWN: Parameter(OWN, 3, "mode: observe", CHANGED), OVERRIDE: None}
    assert str(found[OWN]) == "parameter /steward/rollout/shop version 3"


def test_where_all_are_denied_each_is_asked_for_alone() -> None:
    ssm = Scripted("ssm").refuses("get_parameters", "AccessDeniedException", "no")
    ssm.answers("get_parameters", {"Parameters": [row(OWN)]}, asked(OWN))
    ssm.refuses("get_parameters", "AccessDeniedException", "not yours", asked(OVERRIDE))
    with ssm:
        found = read_parameters(ssm.client, [OWN, OVERRIDE])
    denied = found[OVERRIDE]
    assert isinstance(found[OWN], Parameter)
    assert isinstance(denied, Unreadable)
    assert denied.why == "it cannot be read: GetParameters: AccessDeniedException: not yours"


def test_another_failure_is_no_absence() -> None:
    with Scripted("ssm").refuses("get_parameters", "ThrottlingException", "slow down") as ssm:
        found = read_parameters(ssm.client, [OWN, OVERRIDE])
    assert all(isinstance(each, Unreadable) for each in found.values())
    assert "ThrottlingException: slow down" in str(getattr(found[OWN], "why", ""))


def test_more_names_than_one_call_takes_are_read_in_two() -> None:
    names = [f"/steward/rollout-profiles/p{number}" for number in range(11)]
    ssm = Scripted("ssm").answers("get_parameters", {"Parameters": []}, asked(*names[:10]))
    ssm.answers("get_parameters", {"Parameters": [row(names[10])]}, asked(names[10]))
    with ssm:
        found = read_parameters(ssm.client, names)
    assert [name for name, each in found.items() if each is not None] == [names[10]]


def test_no_name_needs_no_call() -> None:
    with Scripted("ssm") as ssm:
        assert read_parameters(ssm.client, []) == {}


def test_an_encrypted_parameter_is_not_taken_for_its_cipher_text() -> None:
    answer = {"Parameters": [row(OWN, "AQICAHh", "SecureString")]}
    with Scripted("ssm").answers("get_parameters", answer) as ssm:
        found = read_parameters(ssm.client, [OWN])[OWN]
    assert isinstance(found, Unreadable)
    assert "write it as a String" in found.why
