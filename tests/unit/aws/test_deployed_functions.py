"""What a deployed function says of itself, and a function of the hub that is woken."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import EndpointConnectionError

from steward.aws.deployed_functions import FunctionGone, deployed_tags, version_description
from steward.aws.errors import NotAllowed
from steward.aws.waking import NotWoken, wake
from tests.factories import UNIT
from tests.unit.aws.scripted import Scripted

ARN = "arn:aws:lambda:eu-west-1:222222222222:function:shop"
VERSION = {"FunctionName": "shop", "Qualifier": "4"}


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with Scripted("lambda") as scripted:
        yield scripted


def test_tags_are_read_by_the_functions_arn(scripted: Scripted) -> None:
    scripted.answers("list_tags", {"Tags": {"owner": "a@example.com"}}, {"Resource": ARN})
    assert deployed_tags(scripted.client, UNIT, "shop") == {"owner": "a@example.com"}


def test_a_version_says_its_description(scripted: Scripted) -> None:
    scripted.answers("get_function_configuration", {"Description": "build 7"}, VERSION)
    assert version_description(scripted.client, UNIT, "shop", "4") == "build 7"


def test_a_version_without_a_description_says_nothing(scripted: Scripted) -> None:
    scripted.answers("get_function_configuration", {}, VERSION)
    assert version_description(scripted.client, UNIT, "shop", "4") == ""


def test_a_function_that_is_gone_is_named(scripted: Scripted) -> None:
    scripted.refuses("list_tags", "ResourceNotFoundException")
    with pytest.raises(FunctionGone, match="no function shop in 222222222222/eu-west-1 any more"):
        deployed_tags(scripted.client, UNIT, "shop")


def test_a_version_that_is_gone_is_named(scripted: Scripted) -> None:
    scripted.refuses("get_function_configuration", "ResourceNotFoundException")
    with pytest.raises(FunctionGone, match="no function shop:4 in"):
        version_description(scripted.client, UNIT, "shop", "4")


def test_a_denied_read_says_what_to_do(scripted: Scripted) -> None:
    scripted.refuses("list_tags", "AccessDeniedException", "no")
    with pytest.raises(NotAllowed, match="ListTags is not allowed: no; check the role"):
        deployed_tags(scripted.client, UNIT, "shop")


def test_a_function_is_woken_without_waiting_for_it(scripted: Scripted) -> None:
    asked = {"FunctionName": "digest:live", "InvocationType": "Event", "Payload": b"{}"}
    scripted.answers("invoke", {"StatusCode": 202}, asked)
    wake(scripted.client, "digest:live")


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException"])
def test_a_function_that_cannot_be_woken_is_said(scripted: Scripted, code: str) -> None:
    scripted.refuses("invoke", code, "no")
    with pytest.raises(NotWoken, match=r"digest could not be invoked .* runs on its schedule"):
        wake(scripted.client, "digest")


def test_a_network_without_an_answer_is_said_as_well(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://lambda")

    monkeypatch.setattr(scripted.client, "invoke", unreachable)
    with pytest.raises(NotWoken, match="Could not connect"):
        wake(scripted.client, "digest")
