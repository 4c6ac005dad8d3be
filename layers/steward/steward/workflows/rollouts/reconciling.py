"""Tells the hub of every late deployment again: EventBridge delivers CodeDeploy's own events by
best effort, and the hub writes only what changes."""

from datetime import datetime, timedelta

from steward.aws.codedeploy import deployments_between
from steward.aws.unit_clients import UnitClients
from steward.aws.unit_event_batches import send_all_news

# A day, and room for a schedule that was late or failed.
RECONCILED = timedelta(hours=26)


def reconcile(unit: UnitClients, now: datetime) -> int:
    """Send news of all deployments that were created in the last 26 hours; return how many.

    Raise NotSent or NotAllowed: what was sent before may be sent again.
    """
    # All are listed first: a page that fails later must not leave half of them told.
    late = [*deployments_between(unit.codedeploy(), now - RECONCILED, now)]
    return send_all_news(unit.events(), late, "reconciliation")
