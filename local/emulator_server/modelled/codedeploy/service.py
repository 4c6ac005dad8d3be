"""AWS CodeDeploy for the Lambda platform, which ministack 1.5.33 does not have.

Source: "AWS CodeDeploy API Reference", 2014-10-06.
"""

from typing import Any

from local.emulator_server.modelled.codedeploy import unit_lambda
from local.emulator_server.modelled.codedeploy.deployments import DeploymentOperations
from local.emulator_server.modelled.codedeploy.groups import Groups
from local.emulator_server.modelled.codedeploy.making import Deployments
from local.emulator_server.modelled.codedeploy.pace import Pace
from local.emulator_server.modelled.codedeploy.records import Unit, Units
from local.emulator_server.modelled.service import ModelledService


class CodeDeploy:
    def __init__(self) -> None:
        unit_lambda.require_names()
        self.pace = Pace()
        self.units = Units()
        self.deployments = Deployments(self.pace)
        groups = Groups(self.current_unit)
        running = DeploymentOperations(self.current_unit, self.deployments)
        self.operations = groups.operations() | running.operations()
        self.service = ModelledService("codedeploy", self.operations)

    def current_unit(self) -> Unit:
        """That of the request, or of the scope in which other parts of the emulator call."""
        return self.units.of(*unit_lambda.current_place())

    def turn(self, settings: dict[str, Any]) -> None:
        self.pace.turn(**settings)

    def shown_time(self, account: str, region: str, function: str, instant: float) -> float:
        """The time that metrics of a function show: that of its running deployment, if any."""
        for each in tuple(self.units.of(account, region).deployments.values()):
            if each.app_spec.function == function and not each.ended:
                return each.clock.at(instant).timestamp()
        return instant
