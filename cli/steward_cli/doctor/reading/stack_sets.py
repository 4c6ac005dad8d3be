"""Stack sets as the hub sees them, which is their delegated administrator."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from steward_cli.doctor.findings import Finding
from steward_cli.doctor.judging.stack_sets import (
    Instance,
    Operation,
    StackSet,
    judge_stack_sets,
)
from steward_cli.doctor.patient import Patient
from steward_cli.stack_sets import EVENTS, HOOKS, REAPING, ROLES, call_as

# A set of 10,000 accounts in 4 regions takes 400 pages; those that are well are not asked for.
_NOT_WELL = ("FAILED", "CANCELLED", "INOPERABLE", "SKIPPED_SUSPENDED_ACCOUNT", "PENDING", "RUNNING")


def look_at_stack_set(name: str, patient: Patient, *, optional: bool = False) -> Finding:
    found = read_stack_set(patient, name)
    sets = [] if found is None else [found]
    return judge_stack_sets(name, sets, patient.accounts, optional=optional)


look_at_roles_set = partial(look_at_stack_set, ROLES)
look_at_reaping_set = partial(look_at_stack_set, REAPING, optional=True)
look_at_events_set = partial(look_at_stack_set, EVENTS)
look_at_hooks_set = partial(look_at_stack_set, HOOKS, optional=True)


def _call_as(patient: Patient) -> str:
    return call_as(patient.management_account, patient.home.account_id)


def described(patient: Patient, name: str) -> dict[str, Any] | None:
    """The set as CloudFormation describes it; None when there is none."""
    client: Any = patient.cloudformation
    try:
        answer = client.describe_stack_set(StackSetName=name, CallAs=_call_as(patient))
    except client.exceptions.StackSetNotFoundException:
        return None
    row: dict[str, Any] = answer["StackSet"]
    return row if row.get("Status", "ACTIVE") == "ACTIVE" else None


def read_stack_set(patient: Patient, name: str) -> StackSet | None:
    row = described(patient, name)
    if row is None:
        return None
    instances = {(each.account_id, each.region): each for each in _instances(patient, name)}
    return StackSet(
        name=name,
        units=frozenset(row.get("OrganizationalUnitIds", ())),
        auto_deployment=bool(row.get("AutoDeployment", {}).get("Enabled")),
        instances=tuple(instances.values()),
        last_operation=_last_operation(patient, name),
    )


def _instances(patient: Patient, name: str) -> Iterator[Instance]:
    client: Any = patient.cloudformation
    pages = client.get_paginator("list_stack_instances")
    for status in _NOT_WELL:
        asked = pages.paginate(
            StackSetName=name,
            CallAs=_call_as(patient),
            Filters=[{"Name": "DETAILED_STATUS", "Values": status}],
        )
        for page in asked:
            yield from map(_instance, page["Summaries"])


def _instance(row: dict[str, Any]) -> Instance:
    return Instance(
        account_id=row.get("Account", ""),
        region=row.get("Region", ""),
        status=row.get("Status", ""),
        detail=row.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
        reason=row.get("StatusReason", ""),
    )


def _last_operation(patient: Patient, name: str) -> Operation | None:
    client: Any = patient.cloudformation
    rows = client.list_stack_set_operations(
        StackSetName=name, CallAs=_call_as(patient), MaxResults=1
    )["Summaries"]
    if not rows:
        return None
    return Operation(
        rows[0].get("Action", ""), rows[0].get("Status", ""), rows[0].get("StatusReason", "")
    )


def instance_status(patient: Patient, account_id: str) -> str:
    """How the roles' stack of one account is; empty when there is none."""
    client: Any = patient.cloudformation
    rows = client.list_stack_instances(
        StackSetName=ROLES, StackInstanceAccount=account_id, CallAs=_call_as(patient)
    )["Summaries"]
    return str(rows[0].get("Status", "")) if rows else ""
