"""The CloudFormation types of CodeDeploy.

Sources, AWS CloudFormation User Guide: AWS::CodeDeploy::Application,
AWS::CodeDeploy::DeploymentGroup, AWS::CodeDeploy::DeploymentConfig. Their properties are the
parameters of the API, capitalized.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator_server.modelled.codedeploy.service import CodeDeploy
from local.emulator_server.modelled.service import RefusedCallError
from local.emulator_server.modelled.validation import problems
from local.emulator_server.pinned import private

PROVISIONERS = "ministack.services.cloudformation.provisioners"
BOOLEANS = ("enabled", "ignorePollAlarmFailure")
NUMBERS = ("canaryPercentage", "canaryInterval", "linearPercentage", "linearInterval")
APPLICATION, GROUP, CONFIGURATION = (
    f"AWS::CodeDeploy::{name}" for name in ("Application", "DeploymentGroup", "DeploymentConfig")
)
NAMES = {
    APPLICATION: "applicationName",
    GROUP: "deploymentGroupName",
    CONFIGURATION: "deploymentConfigName",
}
Fields = dict[str, Any]
Made = tuple[str, dict[str, Any]]


class Provisioning:
    def __init__(self, codedeploy: CodeDeploy) -> None:
        self._codedeploy = codedeploy

    def install(self) -> None:
        handlers = private(PROVISIONERS, "_RESOURCE_HANDLERS")
        for kind, name in NAMES.items():
            handlers[kind] = self._handlers(kind, name)
        tagged = private(PROVISIONERS, "_STACK_TAG_PROPERTY")
        tagged.update({APPLICATION: ("Tags", "list"), GROUP: ("Tags", "list")})
        private(PROVISIONERS, "_physical_name")

    def _handlers(self, kind: str, name: str) -> Fields:
        operation = kind.rpartition("::")[2]

        def create(logical_id: str, properties: Fields, stack: str) -> Made:
            wanted = _parameters(properties)
            wanted.setdefault(name, private(PROVISIONERS, "_physical_name")(stack, logical_id))
            self._call(f"Create{operation}", wanted)
            return wanted[name], {}

        def update(physical_id: str, old: Fields, new: Fields, _stack: str) -> Made:
            if kind == GROUP:
                self._update_group(physical_id, old, new)
            return physical_id, {}

        def delete(physical_id: str, properties: Fields) -> None:
            named = {name: physical_id}
            if kind == GROUP:
                named["applicationName"] = _parameters(properties)["applicationName"]
            self._call(f"Delete{operation}", named)

        return {"create": create, "update": update, "delete": delete}

    def _update_group(self, physical_id: str, old: Fields, new: Fields) -> None:
        """A property that the template no longer has goes back to its default."""
        wanted = _parameters(new)
        wanted.pop("deploymentGroupName", None)
        tags = wanted.pop("tags", [])
        gone = _parameters(old).keys() - wanted.keys() - {"deploymentGroupName", "tags"}
        defaults: Fields = {
            "alarmConfiguration": {"enabled": False, "alarms": []},
            "autoRollbackConfiguration": {"enabled": False, "events": []},
            "triggerConfigurations": [],
        }
        emptied = {each: defaults[each] for each in gone & defaults.keys()}
        self._call(
            "UpdateDeploymentGroup", emptied | wanted | {"currentDeploymentGroupName": physical_id}
        )
        if tags:
            arn = self._codedeploy.current_unit().group_arn(wanted["applicationName"], physical_id)
            self._call("TagResource", {"ResourceArn": arn, "Tags": tags})

    def _call(self, operation: str, parameters: Fields) -> None:
        shape = self._codedeploy.service.model.operation_model(operation).input_shape
        if wrong := problems(parameters, shape):
            raise ValueError(f"{operation}: {'; '.join(wrong)}")
        try:
            self._codedeploy.operations[operation](parameters)
        except RefusedCallError as error:
            raise ValueError(f"{error.code}: {error.message}") from error


def _parameters(properties: Mapping[str, Any]) -> Fields:
    """Tags keep their `Key` and `Value`."""
    return {
        _name(each): value if each == "Tags" else _converted(_name(each), value)
        for each, value in properties.items()
    }


def _converted(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {_name(each): _converted(_name(each), part) for each, part in value.items()}
    if isinstance(value, list):
        return [_converted(name, part) for part in value]
    if name in BOOLEANS:
        return str(value).lower() == "true"
    return int(value) if name in NUMBERS else value


def _name(property_name: str) -> str:
    return property_name[:1].lower() + property_name[1:]
