"""Stack sets, instances and operations in the shapes of the API. Drift is never looked for."""

from typing import Any

from local.emulator_server.stack_sets.records import Instance, Operation, Result, StackSet, is_true

NOT_CHECKED = {"DriftStatus": "NOT_CHECKED"}
Fields = dict[str, Any]


def set_summary(stack_set: StackSet) -> Fields:
    description = stack_set.properties.get("Description")
    shown = {"Description": description} if description else {}
    return shown | {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.id,
        "Status": "ACTIVE",
        "AutoDeployment": _auto_deployment(stack_set),
        "PermissionModel": "SERVICE_MANAGED",
        "ManagedExecution": _managed_execution(stack_set),
        **NOT_CHECKED,
    }


def set_shown(stack_set: StackSet) -> Fields:
    known = stack_set.properties
    groups = known.get("StackInstancesGroup", [])
    units = {unit: None for each in groups for unit in _units(each)}
    summary = set_summary(stack_set)
    summary.pop("DriftStatus")
    return summary | {
        "TemplateBody": stack_set.template,
        "Parameters": _parameters(known.get("Parameters", [])),
        "Capabilities": list(known.get("Capabilities", [])),
        "Tags": [dict(tag) for tag in known.get("Tags", [])],
        "StackSetARN": stack_set.arn,
        "OrganizationalUnitIds": list(units),
        "Regions": sorted({place.region for place in stack_set.instances}),
    }


def instance_summary(stack_set: StackSet, instance: Instance) -> Fields:
    shown = {
        "StackSetId": stack_set.id,
        "Region": instance.place.region,
        "Account": instance.place.account,
        "Status": instance.status,
        "StackInstanceStatus": {"DetailedStatus": instance.detail},
        "OrganizationalUnitId": instance.unit,
        "LastOperationId": instance.operation,
    }
    told = {"StackId": instance.stack_id, "StatusReason": instance.reason}
    return shown | NOT_CHECKED | {name: value for name, value in told.items() if value}


def instance_shown(stack_set: StackSet, instance: Instance) -> Fields:
    overrides = [
        {"ParameterKey": key, "ParameterValue": str(value)}
        for key, value in instance.overrides.items()
    ]
    return instance_summary(stack_set, instance) | {"ParameterOverrides": overrides}


def operation_summary(operation: Operation) -> Fields:
    shown: Fields = {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": operation.began,
        "StatusDetails": {"FailedStackInstancesCount": len(operation.failures)},
    }
    return shown | ({"EndTimestamp": operation.ended} if operation.ended else {})


def operation_shown(stack_set: StackSet, operation: Operation) -> Fields:
    return operation_summary(operation) | {"StackSetId": stack_set.id}


def result_summary(result: Result) -> Fields:
    shown = {
        "Account": result.place.account,
        "Region": result.place.region,
        "Status": result.status,
        "OrganizationalUnitId": result.unit,
    }
    return shown | ({"StatusReason": result.reason} if result.reason else {})


def _auto_deployment(stack_set: StackSet) -> Fields:
    depends = stack_set.properties.get("AutoDeployment", {}).get("DependsOn", [])
    return {
        "Enabled": stack_set.deploys_by_itself,
        "RetainStacksOnAccountRemoval": stack_set.retains_stacks,
    } | ({"DependsOn": list(depends)} if depends else {})


def _managed_execution(stack_set: StackSet) -> Fields:
    return {"Active": is_true(stack_set.properties.get("ManagedExecution", {}).get("Active"))}


def _parameters(parameters: list[Fields]) -> list[Fields]:
    return [
        {"ParameterKey": each["ParameterKey"], "ParameterValue": str(each["ParameterValue"])}
        for each in parameters
    ]


def _units(group: Fields) -> list[str]:
    found: list[str] = group.get("DeploymentTargets", {}).get("OrganizationalUnitIds", [])
    return found
