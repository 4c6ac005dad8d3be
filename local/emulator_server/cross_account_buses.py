"""Events that a rule sends to a bus of another account or region, which ministack 1.5.33 drops.

Source: "Sending and receiving events between AWS accounts in Amazon EventBridge": the event keeps
the account and region of its origin, the bus's policy has to let the sending account in, and an
event that came from another account goes to no third one. Of a policy's conditions only
aws:PrincipalOrgID and aws:SourceArn are known here; others keep the event out.
"""

import fnmatch
import json
from collections.abc import Callable, Iterator
from typing import Any

from local.emulator_server.pinned import private, replace, require

EVENTS = "ministack.services.eventbridge"
EVALUATOR = "ministack.core.iam_evaluator"
RESPONSES = "ministack.core.responses"
CAME_FROM_ELSEWHERE = "_CameFromElsewhere"
Event = dict[str, Any]
Statement = dict[str, Any]


def install() -> None:
    require(EVENTS, "_dispatch_event", "_archive_event", "_event_buses", "_event_bus_policies")
    require(EVALUATOR, "_principal_org_id")
    replace((EVENTS,), "_dispatch_to_event_bus", _to_any_bus)


def _to_any_bus(plain: Callable[..., None]) -> Callable[..., None]:
    def dispatch(spec: Any, event: Event, rule: Any, path: Any, payload: Any = None) -> None:
        if (spec.account_id, spec.region) == _here() or spec.service != "events":
            plain(spec, event, rule, path, payload)
            return
        if not event.get(CAME_FROM_ELSEWHERE) or event["Account"] == spec.account_id:
            sender = _here()[0]
            with private(RESPONSES, "request_scope")(spec.account_id, spec.region):
                _receive(spec, event, sender, rule, payload)

    return dispatch


def _receive(spec: Any, event: Event, sender: str, rule: Any, payload: Any) -> None:
    name = spec.resource.partition("/")[2]
    private(EVENTS, "_ensure_default_bus")()
    if name not in private(EVENTS, "_event_buses"):
        return
    if sender != spec.account_id and not _lets_in(name, sender, rule["Arn"]):
        return
    kept = {key: value for key, value in event.items() if key != "_DispatchPath"}
    received = kept | {"EventBusName": name, CAME_FROM_ELSEWHERE: True}
    if payload is not None:
        received["Detail"] = payload
    private(EVENTS, "_dispatch_event")(received)
    private(EVENTS, "_archive_event")(received)


def _lets_in(bus: str, sender: str, rule_arn: str) -> bool:
    policy = private(EVENTS, "_event_bus_policies").get(bus) or {}
    return any(_allows(each, sender, rule_arn) for each in _statements(policy))


def _statements(policy: Any) -> Iterator[Statement]:
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = document.get("Statement", [])
    yield from statements if isinstance(statements, list) else [statements]


def _allows(statement: Statement, sender: str, rule_arn: str) -> bool:
    actions = _listed(statement.get("Action", []))
    named = any(fnmatch.fnmatchcase("events:PutEvents", action) for action in actions)
    allowed = statement.get("Effect") == "Allow" and named and _is_principal(statement, sender)
    return allowed and _meets(statement.get("Condition") or {}, sender, rule_arn)


def _is_principal(statement: Statement, sender: str) -> bool:
    principal = statement.get("Principal", [])
    named = _listed(principal.get("AWS", [])) if isinstance(principal, dict) else _listed(principal)
    return any(each in ("*", sender) or each.split(":")[4:5] == [sender] for each in named)


def _meets(condition: dict[str, Any], sender: str, rule_arn: str) -> bool:
    if {"Type", "Key", "Value"} <= condition.keys():
        condition = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return all(
        _holds(key, _listed(wanted), sender, rule_arn)
        for operator in condition.values()
        for key, wanted in operator.items()
    )


def _holds(key: str, wanted: list[str], sender: str, rule_arn: str) -> bool:
    match key.casefold():
        case "aws:principalorgid":
            return private(EVALUATOR, "_principal_org_id")(sender) in wanted
        case "aws:sourcearn":
            return any(fnmatch.fnmatchcase(rule_arn, pattern) for pattern in wanted)
        case _:
            return False


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _here() -> tuple[str, str]:
    return str(private(RESPONSES, "get_account_id")()), str(private(RESPONSES, "get_region")())
