"""Tags of all functions of one unit at once, which Lambda itself shows one by one."""

from typing import TYPE_CHECKING

from steward.aws.errors import denials
from steward.aws.function_arns import function_arn

if TYPE_CHECKING:
    from steward.aws.paged import Paged


def function_tags(client: "Paged") -> dict[str, dict[str, str]]:
    """Tags by function; those that never had any may be left out. Raise NotAllowed."""
    found: dict[str, dict[str, str]] = {}
    with denials():
        pages = client.get_paginator("get_resources")
        for page in pages.paginate(ResourceTypeFilters=["lambda:function"]):
            for row in page.get("ResourceTagMappingList", []):
                arn = function_arn(row.get("ResourceARN", ""))
                if arn is not None:
                    found[arn.name] = {tag["Key"]: tag["Value"] for tag in row.get("Tags", [])}
    return found
