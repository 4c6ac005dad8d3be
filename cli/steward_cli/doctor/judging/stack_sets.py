"""Whether a stack set reaches every account that the policy is about."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from steward.domain.stacks import Account
from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_INSTALL = "deploy org/template.yaml in the hub account: docs/guide/install.md"
_CURRENT = "CURRENT"
# "StackInstanceComprehensiveStatus", AWS CloudFormation API Reference.
_SUSPENDED = "SKIPPED_SUSPENDED_ACCOUNT"
_ON_THE_WAY = frozenset({"PENDING", "RUNNING"})


@dataclass(frozen=True, slots=True)
class Instance:
    """One stack of the set. `status` and `detail` are CloudFormation's own words."""

    account_id: str
    region: str
    status: str
    detail: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    action: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StackSet:
    """`instances`: those that are not up to date, or all. `units`: the targets, OUs or roots."""

    name: str
    units: frozenset[str]
    auto_deployment: bool
    instances: tuple[Instance, ...] = ()
    last_operation: Operation | None = None


def judge_stack_sets(
    wanted: str, sets: Iterable[StackSet], accounts: Iterable[Account], *, optional: bool
) -> Finding:
    """`sets`: those of this name, none or one. `optional`: accounts may choose to go without, so
    neither the set nor its targets have to cover everyone."""
    found = tuple(sets)
    if not found:
        return _missing(wanted, optional=optional)
    problems = [problem for each in found for problem in _problems_of(each)]
    if not optional:
        problems += _uncovered(wanted, found, accounts)
    names = ", ".join(each.name for each in found)
    targets = number(len({unit for each in found for unit in each.units}), "target")
    return together(problems, ok(f"{names}: up to date in {targets}"))


def _missing(wanted: str, *, optional: bool) -> Finding:
    seen = Evidence("cloudformation:ListStackSets", "StackSetName", f"no {wanted}")
    if optional:
        return ok(f"there is no stack set {wanted}, which is optional", seen)
    return fail(f"there is no stack set {wanted}", _INSTALL, seen)


def _problems_of(found: StackSet) -> list[Finding]:
    problems = _instance_problems(found)
    if not found.auto_deployment:
        seen = Evidence("cloudformation:DescribeStackSet", "AutoDeployment.Enabled", "false")
        why = f"{found.name} is not deployed to new accounts by itself"
        problems.append(warn(why, _INSTALL, seen))
    last = found.last_operation
    if last and last.status in {"FAILED", "STOPPED"}:
        seen = Evidence("cloudformation:ListStackSetOperations", "Status", last.status)
        because = f": {last.reason}" if last.reason else ""
        why = f"the last operation of {found.name}, {last.action}, is {last.status}{because}"
        problems.append(warn(why, _update(found.name), seen))
    return problems


def _instance_problems(found: StackSet) -> list[Finding]:
    stale = [each for each in found.instances if each.status != _CURRENT]
    suspended = [each for each in stale if each.detail == _SUSPENDED]
    coming = [each for each in stale if each.detail in _ON_THE_WAY]
    broken = [each for each in stale if each not in suspended and each not in coming]
    problems = []
    if broken:
        problems.append(_broken(found.name, broken))
    if coming:
        where = some(f"{each.account_id} {each.region}" for each in coming)
        why = f"{found.name} is still being deployed to {where}"
        problems.append(warn(why, "look again when the operation is done"))
    if suspended:
        where = some({each.account_id for each in suspended})
        why = f"{found.name} cannot reach suspended {where}"
        todo = "close the account for good, or exclude it in the policy"
        problems.append(warn(why, todo, _seen(suspended[0])))
    return problems


def _broken(name: str, broken: list[Instance]) -> Finding:
    counted = Counter(each.status for each in broken)
    how = ", ".join(f"{count} {status}" for status, count in sorted(counted.items()))
    # The same reason in a thousand accounts is one line.
    evidence = {each.reason or each.detail: _seen(each) for each in reversed(broken)}
    where = some(f"{each.account_id} {each.region}" for each in broken)
    why = f"{name} is not up to date in {where} ({how})"
    return fail(why, _update(name), *list(evidence.values())[-5:])


def _seen(instance: Instance) -> Evidence:
    return Evidence(
        "cloudformation:ListStackInstances",
        f"{instance.account_id} {instance.region}",
        ": ".join(part for part in (instance.status, instance.detail, instance.reason) if part),
    )


def _update(name: str) -> str:
    return (
        f"mend the reason, then: aws cloudformation update-stack-set --stack-set-name {name} "
        "--use-previous-template --capabilities CAPABILITY_NAMED_IAM --call-as DELEGATED_ADMIN"
    )


def _uncovered(
    wanted: str, sets: tuple[StackSet, ...], accounts: Iterable[Account]
) -> list[Finding]:
    targets = {unit for each in sets for unit in each.units}
    outside = [each.account_id for each in accounts if not targets & set(each.ou_path)]
    if not outside:
        return []
    seen = Evidence(
        "cloudformation:DescribeStackSet", "OrganizationalUnitIds", some(targets) or "none"
    )
    why = f"the policy is about accounts that {wanted} does not target: {some(outside)}"
    todo = (
        "add their organizational units to OrganizationalUnitIds of org/template.yaml, "
        "or take them out of the policy's scope"
    )
    return [fail(why, todo, seen)]
