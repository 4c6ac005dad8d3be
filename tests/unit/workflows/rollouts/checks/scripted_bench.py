"""A bench whose clients answer from scripts."""

from datetime import timedelta
from typing import Any

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import CheckBench
from tests.unit.workflows.rollouts.checks.lambda_wire import TARGET, Clock


class ScriptedClients(UnitClients):
    """`clients`: by service; another one is a defect of the check."""

    def __init__(self, **clients: Any) -> None:
        super().__init__()
        self._scripted = clients

    def functions(self) -> Any:
        return self._scripted["functions"]

    def cloudwatch(self) -> Any:
        return self._scripted["cloudwatch"]


def bench(
    clients: UnitClients,
    clock: Clock,
    target: Target = TARGET,
    seconds: float = 20,
    alarm_names: tuple[str, ...] = (),
) -> CheckBench:
    return CheckBench(
        phase=Phase.PRE,
        target=target,
        clients=clients,
        clock=clock,
        sleep=clock.sleep,
        deadline=clock() + timedelta(seconds=seconds),
        alarm_names=alarm_names,
    )
