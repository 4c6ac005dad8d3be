"""Tags of one function, by the ARN that its configuration tells."""

import pytest

from steward.aws.rollout_tags import TagsUnread, read_function_tags
from tests.unit.aws.scripted import Scripted

ARN = "arn:aws:lambda:eu-west-1:111111111111:function:shop"


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:4"], ids=["unqualified", "of-a-version"])
def test_tags_are_those_of_the_unqualified_function(arn: str) -> None:
    lambdas = Scripted("lambda").answers(
        "get_function_configuration", {"FunctionArn": arn}, {"FunctionName": "shop"}
    )
    lambdas.answers("list_tags", {"Tags": {"team": "shop"}}, {"Resource": ARN})
    with lambdas:
        assert read_function_tags(lambdas.client, "shop") == {"team": "shop"}


def test_a_function_without_tags_has_none() -> None:
    lambdas = Scripted("lambda").answers("get_function_configuration", {"FunctionArn": ARN})
    with lambdas.answers("list_tags", {}):
        assert read_function_tags(lambdas.client, "shop") == {}


@pytest.mark.parametrize("at", ["GetFunctionConfiguration", "ListTags"])
def test_a_refusal_says_which_call_was_refused(at: str) -> None:
    lambdas = Scripted("lambda")
    if at == "ListTags":
        lambdas.answers("get_function_configuration", {"FunctionArn": ARN})
    operation = "list_tags" if at == "ListTags" else "get_function_configuration"
    lambdas.refuses(operation, "AccessDeniedException", "not for you")
    with lambdas, pytest.raises(TagsUnread, match=f"{at}: AccessDeniedException: not for you"):
        read_function_tags(lambdas.client, "shop")
