"""What DescribeStacks of ministack 1.5.33 omits although AWS returns it.

- `ParentId` and `RootId` of a nested stack: without them a child looks like a stack of its own.
- `ResolvedValue` of an SSM-typed parameter, whose `ParameterValue` is the parameter's name.
- `LastUpdatedTime` "is returned only if the stack has been updated at least once": ministack also
  sets it at creation.

Source: "Stack" and "Parameter" data types, AWS CloudFormation API Reference. The facts are in
ministack's records already; only the answer is completed.
"""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from local.emulator_server.clock import CLOUDFORMATION
from local.emulator_server.pinned import private, replace

NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
Record = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Wrap the handler and enter the wrapped one into the table of actions."""
    handlers = f"{CLOUDFORMATION}.handlers"
    replace((handlers,), "_describe_stacks", _completing)
    actions = private(CLOUDFORMATION, "_ACTION_HANDLERS")
    actions["DescribeStacks"] = private(handlers, "_describe_stacks")


def _completing(describe: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    ET.register_namespace("", NAMESPACE)

    def describe_completely(params: Any) -> Answer:
        status, headers, body = describe(params)
        if status != 200:
            return status, headers, body
        return status, headers, _completed(body, _records_by_id())

    return describe_completely


def _records_by_id() -> dict[str, Record]:
    stacks = private(CLOUDFORMATION, "_stacks")
    return {record["StackId"]: record for record in stacks.values()}


def _completed(body: bytes, records: dict[str, Record]) -> bytes:
    document = ET.fromstring(body)
    for member in document.findall(_path("DescribeStacksResult", "Stacks", "member")):
        record = records[_text(member, "StackId")]
        _add_ancestors(member, record, records)
        _add_resolved_values(member, record)
        _drop_update_time_of_a_stack_never_updated(member, record)
    answer: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return answer


def _add_ancestors(member: ET.Element, record: Record, records: dict[str, Record]) -> None:
    parent_id = record.get("ParentId")
    if parent_id:
        _add(member, "ParentId", parent_id)
        _add(member, "RootId", _root_of(parent_id, records))


def _root_of(stack_id: str, records: dict[str, Record]) -> str:
    while parent_id := records.get(stack_id, {}).get("ParentId"):
        stack_id = parent_id
    return stack_id


def _add_resolved_values(member: ET.Element, record: Record) -> None:
    resolved = record.get("_resolved_params", {})
    for parameter in member.findall(_path("Parameters", "member")):
        known = resolved.get(_text(parameter, "ParameterKey"), {})
        if isinstance(known, dict) and known.get("SsmName"):
            value = parameter.find(_path("ParameterValue"))
            _add(parameter, "ResolvedValue", _text(parameter, "ParameterValue"))
            if value is not None:
                value.text = known["SsmName"]


def _drop_update_time_of_a_stack_never_updated(member: ET.Element, record: Record) -> None:
    events = private(CLOUDFORMATION, "_stack_events").get(record["StackId"], [])
    statuses = {
        event["ResourceStatus"]
        for event in events
        if event["LogicalResourceId"] == record["StackName"]
    }
    updated = any(status.startswith(("UPDATE_", "REVIEW_", "IMPORT_")) for status in statuses)
    stamp = member.find(_path("LastUpdatedTime"))
    if not updated and stamp is not None:
        member.remove(stamp)


def _path(*names: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in names)


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(_path(name)) or ""


def _add(element: ET.Element, name: str, text: str) -> None:
    ET.SubElement(element, f"{{{NAMESPACE}}}{name}").text = text
