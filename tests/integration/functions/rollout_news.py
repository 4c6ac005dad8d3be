"""The function that keeps the history, and the news it hears from the unit it reads."""

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from functions.rollout_history import app
from steward.domain.rollouts.records import Rollout
from steward.domain.stacks import Unit
from tests.factories import NOW, UNIT
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.rollout_unit import (
    DIGEST,
    TABLE,
    Deployed,
    FakeCodeDeploy,
    FakeLambda,
    app_spec,
)
from tests.integration.functions.samples import failed, sample
from tests.rollout_values import FAILED, ROLLBACK


@dataclass
class History:
    """The function, and the unit that it reads."""

    hub: Hub
    function: Function
    codedeploy: FakeCodeDeploy
    functions: FakeLambda

    def hears(self, *deployments: str) -> list[str]:
        """Ids of the records that failed."""
        return failed(self.function(news(*deployments)))

    def on_record(self, deployment_id: str = FAILED, unit: Unit = UNIT) -> Rollout:
        found = self.hub.ledger.rollout(unit, deployment_id)
        assert found is not None, f"{deployment_id} is not on record"
        return found.rollout


def news(*deployments: str) -> dict[str, Any]:
    """The sample with a record for each deployment, numbered from 0; as it is without any."""
    (record,) = sample("sqs_rollout_news")["Records"]
    records = []
    for number, deployment in enumerate(deployments or (FAILED,)):
        event = json.loads(record["body"])
        event["detail"]["deploymentId"] = deployment
        records.append(deepcopy(record) | {"messageId": str(number), "body": json.dumps(event)})
    return {"Records": records}


def open_history(hub: Hub) -> History:
    """Deploy the function into the hub, beside a unit in which nothing was deployed yet."""
    codedeploy, functions = FakeCodeDeploy(), FakeLambda()
    hub.exchange.fakes |= {"codedeploy": codedeploy, "lambda": functions}
    hub.clock = NOW + timedelta(hours=1)
    hub.monkeypatch.setenv("ROLLOUTS_TABLE_NAME", TABLE)
    hub.monkeypatch.setenv("NOTICE_DIGEST_FUNCTION", DIGEST)
    return History(hub, hub.function(app), codedeploy, functions)


def failed_deployment(history: History) -> Deployed:
    return history.codedeploy.add(
        Deployed(
            FAILED,
            "Failed",
            completed_at=NOW + timedelta(minutes=1),
            error={"code": "HOOK_EXECUTION_FAILURE", "message": "one hook failed"},
        )
    )


def rollback_of(history: History, original: Deployed) -> Deployed:
    original.rollback = {"rollbackDeploymentId": ROLLBACK}
    return history.codedeploy.add(
        Deployed(
            ROLLBACK,
            "Succeeded",
            "codeDeployRollback",
            NOW + timedelta(minutes=1),
            NOW + timedelta(minutes=2),
            spec=app_spec("3", "4"),
            rollback={"rollbackTriggeringDeploymentId": FAILED},
        )
    )
