"""CodeDeployLambdaAliasUpdate: CloudFormation has CodeDeploy move an alias to its new version.

Source: "UpdatePolicy attribute", AWS CloudFormation User Guide. Only a change of the version of an
alias that exists is deployed; its creation shifts at once.
"""

import copy
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from local.emulator_server.modelled.codedeploy.making import WITHOUT_ALARMS, NewDeployment
from local.emulator_server.modelled.codedeploy.provisioning import PROVISIONERS, Made
from local.emulator_server.modelled.codedeploy.records import Deployment
from local.emulator_server.modelled.codedeploy.revisions import AFTER, BEFORE, AppSpec, Revision
from local.emulator_server.modelled.codedeploy.service import CodeDeploy
from local.emulator_server.modelled.codedeploy.unit_lambda import alias_of
from local.emulator_server.pinned import private, replace

ALIAS = "AWS::Lambda::Alias"
STACKS = "ministack.services.cloudformation.stacks"
ENGINE = "ministack.services.cloudformation.engine"
STARTING = tuple(
    f"ministack.services.cloudformation.{n}" for n in ("stacks", "handlers", "changesets")
)
HOOKS = {"BeforeAllowTrafficHook": BEFORE, "AfterAllowTrafficHook": AFTER}
# Of the arguments with which references are resolved, without the value.
STACK_NAME = 4
Fields = dict[str, Any]
_template: ContextVar[Fields] = ContextVar("codedeploy_template")
_resolution: ContextVar[tuple[Any, ...]] = ContextVar("codedeploy_resolution")


class AliasUpdates:
    def __init__(self, codedeploy: CodeDeploy) -> None:
        self._codedeploy = codedeploy

    def install(self) -> None:
        handler = private(PROVISIONERS, "_RESOURCE_HANDLERS")[ALIAS]
        handler["update"] = self._update(handler["update"])
        handler["update_with_logical_id"] = True
        replace(STARTING, "_deploy_stack_async", _remembering_template)
        replace((STACKS,), "_resolve_refs", _remembering_resolution)
        replace((STACKS,), "_runs_on_worker_thread", _with_aliases)
        replace((ENGINE, STACKS), "_extract_deps", _with_policies)
        private("ministack.services.cloudformation", "_stacks")

    def _update(self, plain: Callable[..., Made]) -> Callable[..., Made]:
        def update(physical_id: str, old: Fields, new: Fields, stack: str, logical_id: str) -> Made:
            if _only_moves(old, new) and (policy := _policy(stack, logical_id)):
                self._shift(policy, new, stack)
            return plain(physical_id, old, new, stack, logical_id)

        return update

    def _shift(self, policy: Fields, new: Fields, stack: str) -> None:
        function = str(new["FunctionName"]).rpartition(":function:")[2]
        alias = alias_of(function, new["Name"]) or {}
        current, target = str(alias.get("FunctionVersion", "")), str(new["FunctionVersion"])
        if current == target:
            return
        hooks = {name: str(policy[key]) for key, name in HOOKS.items() if policy.get(key)}
        app_spec = AppSpec(function, new["Name"], current, target, hooks)
        deployment = self._deployed(policy, app_spec, _creator(stack))
        if deployment.status == "Succeeded":
            return
        if not _serves_only(app_spec, current):
            self._deployed(policy, app_spec.backwards(), "CloudFormationRollback")
        raise ValueError(
            f"CodeDeploy deployment {deployment.id} {deployment.status.lower()}: "
            f"{deployment.error['code']}: {deployment.error['message']}"
        )

    def _deployed(self, policy: Fields, app_spec: AppSpec, creator: str) -> Deployment:
        unit = self._codedeploy.current_unit()
        key = (policy["ApplicationName"], policy["DeploymentGroupName"])
        group = unit.groups.get(key)
        if group is None:
            raise ValueError(f"No Deployment Group found for name: {key[1]}")
        settings = {} if creator == "CloudFormation" else WITHOUT_ALARMS
        new = NewDeployment(Revision("String", app_spec.text()), creator, settings=settings)
        deployment = self._codedeploy.deployments.start(unit, group, new)
        with deployment.changed:
            deployment.changed.wait_for(lambda: deployment.ended)
        return deployment


def _policy(stack: str, logical_id: str) -> Fields:
    """The update policy of the resource, its references resolved; empty without one."""
    known = _resolution.get(())
    if len(known) <= STACK_NAME or known[STACK_NAME] != stack:
        return {}
    definition = _template.get({}).get("Resources", {}).get(logical_id, {})
    policy = definition.get("UpdatePolicy")
    if not policy:
        return {}
    resolved = private(ENGINE, "_resolve_refs")(copy.deepcopy(policy), *known)
    chosen = resolved.get("CodeDeployLambdaAliasUpdate") if isinstance(resolved, dict) else None
    if not isinstance(chosen, dict):
        return {}
    return {name: value for name, value in chosen.items() if isinstance(value, str)}


def _serves_only(app_spec: AppSpec, version: str) -> bool:
    alias = alias_of(app_spec.function, app_spec.alias) or {}
    return alias.get("FunctionVersion") == version and "RoutingConfig" not in alias


def _only_moves(old: Fields, new: Fields) -> bool:
    same = all(old.get(name) == new.get(name) for name in ("FunctionName", "Name"))
    return same and old.get("FunctionVersion") != new.get("FunctionVersion")


def _creator(stack: str) -> str:
    status = private("ministack.services.cloudformation", "_stacks")[stack]["StackStatus"]
    return "CloudFormationRollback" if "ROLLBACK" in status else "CloudFormation"


def _remembering_template(plain: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def deploy_stack(
        name: str, identity: str, template: Fields, *rest: Any, **named: Any
    ) -> None:
        token = _template.set(template)
        try:
            await plain(name, identity, template, *rest, **named)
        finally:
            _template.reset(token)

    return deploy_stack


def _remembering_resolution(plain: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_refs(value: Any, *known: Any) -> Any:
        _resolution.set(known)
        return plain(value, *known)

    return resolve_refs


def _with_aliases(plain: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda resource_type: resource_type == ALIAS or plain(resource_type)


def _with_policies(plain: Callable[..., set[str]]) -> Callable[..., set[str]]:
    """What the policy of an alias refers to is made before the alias."""

    def extract_deps(definition: Fields, names: set[str]) -> set[str]:
        found = plain(definition, names)
        policy = definition.get("UpdatePolicy")
        if definition.get("Type") != ALIAS or not policy:
            return found
        return found | plain({"Properties": policy}, names)

    return extract_deps
