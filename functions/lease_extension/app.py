"""Extends a lease. Trigger: function URL (an owner's link), or an operator's direct call."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger, metrics
from steward.workflows.link_door import Door, open_door

if TYPE_CHECKING:
    from steward.workflows.extending import Extender


@cache
def extender() -> "Extender":
    # Imported for genuine links only: it takes longer than all that a refused one needs.
    from steward.settings import ExtensionSettings
    from steward.workflows.extending import Extender

    return Extender.of(ExtensionSettings.from_env())


@cache
def door() -> Door:
    return open_door(extender)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    wall = datetime.now(UTC)
    # The URL's own field comes first: nobody outside can make their request an operator's.
    if "requestContext" in event:
        return door().answer(event, wall)
    return extender().ask(event.get("extend"), wall)
