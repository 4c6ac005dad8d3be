"""The events of deployments on the default bus of their unit.

Source: "Monitoring deployments with Amazon CloudWatch Events", AWS CodeDeploy User Guide.
"""

import logging
import uuid
from datetime import UTC, datetime

from local.emulator_server.event_bus import Event, put_on_the_bus
from local.emulator_server.modelled.codedeploy.records import Deployment, Unit

log = logging.getLogger("codedeploy")


def tell_state(unit: Unit, deployment: Deployment, state: str) -> None:
    """`state`: START, SUCCESS, FAILURE or STOP. Best effort: a deployment goes on without it."""
    try:
        put_on_the_bus(_event(unit, deployment, state))
    except Exception:
        log.exception("%s of deployment %s", state, deployment.id)


def _event(unit: Unit, deployment: Deployment, state: str) -> Event:
    detail = {
        "region": unit.region,
        "deploymentId": deployment.id,
        "instanceGroupId": str(uuid.uuid4()),
        "deploymentGroup": deployment.group,
        "state": state,
        "application": deployment.application,
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "CodeDeploy Deployment State-change Notification",
        "source": "aws.codedeploy",
        "account": unit.account,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": unit.region,
        "resources": [
            unit.arn(f"application:{deployment.application}"),
            unit.group_arn(deployment.application, deployment.group),
        ],
        "detail": detail,
    }
