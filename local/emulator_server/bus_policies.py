"""AWS::Events::EventBusPolicy, which ministack 1.5.33 does not have.

Source: "AWS::Events::EventBusPolicy", AWS CloudFormation User Guide: one statement, given whole or
as the parameters of PutPermission.
"""

from typing import Any

from local.emulator_server.pinned import private, require

EVENTS = "ministack.services.eventbridge"
PROVISIONERS = "ministack.services.cloudformation.provisioners"
DEFAULT_BUS = "default"
Fields = dict[str, Any]
Made = tuple[str, Fields]


def install() -> None:
    require(EVENTS, "_event_bus_policies", "_put_permission", "_remove_permission")
    handlers = private(PROVISIONERS, "_RESOURCE_HANDLERS")
    handlers["AWS::Events::EventBusPolicy"] = {
        "create": _create,
        "update": _update,
        "delete": _delete,
    }


def _create(_logical_id: str, properties: Fields, _stack: str) -> Made:
    given = {name: value for name, value in properties.items() if name != "Statement"}
    private(EVENTS, "_put_permission")(given)
    if statement := properties.get("Statement"):
        bus = properties.get("EventBusName", DEFAULT_BUS)
        kept = private(EVENTS, "_event_bus_policies")[bus]["Statement"]
        kept[-1] = dict(statement) | {"Sid": properties["StatementId"]}
    return properties["StatementId"], {}


def _update(physical_id: str, old: Fields, new: Fields, stack: str) -> Made:
    _delete(physical_id, old)
    return _create("", new, stack)


def _delete(physical_id: str, properties: Fields) -> None:
    bus = properties.get("EventBusName", DEFAULT_BUS)
    private(EVENTS, "_remove_permission")({"EventBusName": bus, "StatementId": physical_id})
