"""Telling the unit's event bus what the guard did: a nudge, which reconciliation repeats."""

from steward.aws.unit_clients import UnitClients
from steward.aws.unit_events import What, send_news
from steward.domain.rollouts.results import Verdict
from steward.observability import logger


def tell(unit: UnitClients, verdict: Verdict, what: What) -> None:
    """Send news of a verdict. That it could not be sent is logged and changes nothing."""
    try:
        send_news(unit.events(), verdict.deployment_id, what, verdict.phase, verdict.status)
    except Exception:
        logger.exception("news not sent; the verdict stands", deployment=verdict.deployment_id)
