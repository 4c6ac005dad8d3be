"""Tags of a unit's functions by the tagging API."""

from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.aws.function_tags import function_tags
from tests.unit.aws.scripted import Scripted

ASKED = {"ResourceTypeFilters": ["lambda:function"]}


def tagged(name: str, **tags: str) -> dict[str, Any]:
    return {
        "ResourceARN": f"arn:aws:lambda:eu-west-1:111122223333:function:{name}",
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def test_pages_are_read_to_the_empty_token() -> None:
    """The tagging API ends its pages with an empty token rather than with none."""
    first = {"ResourceTagMappingList": [tagged("a", owner="x", team="")], "PaginationToken": "t"}
    last = {"ResourceTagMappingList": [tagged("b")], "PaginationToken": ""}
    aws = Scripted("resourcegroupstaggingapi").answers("get_resources", first, ASKED)
    aws.answers("get_resources", {"PaginationToken": "u"}, {**ASKED, "PaginationToken": "t"})
    aws.answers("get_resources", last, {**ASKED, "PaginationToken": "u"})
    with aws:
        assert function_tags(aws.client) == {"a": {"owner": "x", "team": ""}, "b": {}}


def test_what_is_no_function_is_passed_over() -> None:
    layer = {"ResourceARN": "arn:aws:lambda:eu-west-1:111122223333:layer:x", "Tags": []}
    answer = {"ResourceTagMappingList": [layer, tagged("a")]}
    with Scripted("resourcegroupstaggingapi").answers("get_resources", answer) as aws:
        assert function_tags(aws.client) == {"a": {}}


def test_a_denied_call_is_named() -> None:
    with (
        Scripted("resourcegroupstaggingapi").refuses(
            "get_resources", "AccessDeniedException", "no"
        ) as aws,
        pytest.raises(NotAllowed, match="GetResources"),
    ):
        function_tags(aws.client)
