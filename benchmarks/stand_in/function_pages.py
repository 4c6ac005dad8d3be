"""Lets ListFunctions give 50 rows at a time, as Lambda does; moto gives all of them at once.

Moto copies every function for every such list. So a list is made with its first page, and kept.
"""

import json
from typing import Any

from moto.awslambda.responses import LambdaResponse

MOST_LISTED = 50
_lists: dict[tuple[str, str], list[dict[str, Any]]] = {}


def list_in_pages() -> None:
    # moto has no setting for it, so its method is replaced.
    LambdaResponse.list_functions = _page  # type: ignore[method-assign, assignment]


def _page(response: LambdaResponse) -> str:
    asked, backend = response.querystring, response.backend
    first = int(asked.get("Marker", ["0"])[0] or 0)
    size = min(int(asked.get("MaxItems", [MOST_LISTED])[0]), MOST_LISTED)
    unit = (backend.account_id, backend.region_name)
    if not first:
        rows = backend.list_functions(asked.get("FunctionVersion", [None])[0])
        _lists[unit] = [row.get_configuration() for row in rows]
    more = {"NextMarker": str(first + size)} if first + size < len(_lists[unit]) else {}
    return json.dumps({"Functions": _lists[unit][first : first + size], **more})
