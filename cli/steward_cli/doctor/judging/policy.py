"""What Steward may do just now: the kill switch, the policy in force, and each account's mode."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from steward.domain.instants import iso
from steward.domain.modes import MODE_TAG, Mode, account_mode
from steward.domain.stacks import Account
from steward.workflows.policies import PolicyInForce
from steward_cli.ages import short_age
from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_GUIDE = "docs/guide/policy.md"


def judge_kill_switch(value: str, parameter: str) -> Finding:
    """Anything but on and off stops deletes too: a typing error must not let them through."""
    seen = Evidence("ssm:GetParameter", parameter, value)
    if value == "off":
        return ok("deletes are allowed (the switch is off)", seen)
    todo = "steward kill-switch off, once its reason is gone"
    if value == "on":
        return warn("the kill switch is on: nothing is deleted", todo, seen)
    return fail(f"the kill switch says {value!r}, so nothing is deleted", todo, seen)


@dataclass(frozen=True, slots=True)
class Rollout:
    """The last AppConfig deployment of the policy."""

    version: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """`in_force` is None when no policy was ever valid, for the reason `none`. `good_since`: when
    the policy in force first was. `validators`: what AppConfig asks before a deployment."""

    in_force: PolicyInForce | None
    none: str
    good_since: datetime | None
    last: Rollout | None
    validators: frozenset[str]


def judge_policy(facts: PolicyFacts, now: datetime) -> Finding:
    """With a problem the last good policy stays in force, but deletes nothing."""
    problems = [*_deployment_problems(facts.last), *_validator_problems(facts.validators)]
    if facts.in_force is None:
        seen = Evidence("appconfig:GetLatestConfiguration", "Configuration", "none was ever valid")
        todo = f"steward policy validate FILE, then deploy it: {_GUIDE}"
        return together([*problems, fail(facts.none, todo, seen)], ok(""))
    good = _good_since(facts.good_since, now)
    if facts.in_force.problem:
        seen = Evidence("appconfig:GetLatestConfiguration", "Configuration", facts.in_force.problem)
        why = (
            f"the last good policy {facts.in_force.fingerprint}{good} is in force, and deletes "
            f"nothing: {facts.in_force.problem}"
        )
        todo = f"mend it (`steward policy validate FILE`) and deploy it: {_GUIDE}"
        problems.append(fail(why, todo, seen))
    version = f"version {facts.last.version}" if facts.last else "a version"
    mode, fingerprint = facts.in_force.policy.mode, facts.in_force.fingerprint
    well = f"{version} is in force: mode {mode}, {fingerprint}{good}"
    return together(problems, ok(well))


def _good_since(since: datetime | None, now: datetime) -> str:
    return f" (good since {iso(since)}, {short_age(since, now)})" if since else ""


def _deployment_problems(last: Rollout | None) -> list[Finding]:
    if last is None or last.state == "COMPLETE":
        return []
    seen = Evidence("appconfig:ListDeployments", "State", last.state)
    why = f"the deployment of policy version {last.version} is {last.state}"
    if last.state in {"ROLLED_BACK", "REVERTED"}:
        return [warn(why, f"read why in AppConfig, mend it and deploy again: {_GUIDE}", seen)]
    return [warn(why, "wait until it is complete, then look again", seen)]


def _validator_problems(validators: frozenset[str]) -> list[Finding]:
    if "LAMBDA" in validators:
        return []
    found = ", ".join(sorted(validators)) or "none"
    seen = Evidence("appconfig:GetConfigurationProfile", "Validators", found)
    why = "AppConfig does not ask policy_validator, so a wrong policy can be deployed"
    return [warn(why, "deploy the hub again; its template sets the validator", seen)]


def judge_modes(policy_mode: Mode, accounts: Iterable[Account]) -> Finding:
    """What the policy's mode comes to in each organizational unit, after the accounts' own tags."""
    every = tuple(accounts)
    counted = Counter(
        (each.ou_path[-1] if each.ou_path else "this account", _mode(policy_mode, each))
        for each in every
    )
    evidence = tuple(
        Evidence(f"ledger and tag {MODE_TAG}", unit, f"{mode} in {number(count, 'account')}")
        for (unit, mode), count in sorted(counted.items())
    )
    lowered = [each.account_id for each in every if _mode(policy_mode, each) != policy_mode]
    wrong = [each.account_id for each in every if _is_no_mode(each.tags.get(MODE_TAG))]
    if wrong:
        why = f"the tag {MODE_TAG} of {some(wrong)} names no mode, so they are only observed"
        return warn(why, f"write observe, notify or reap into {MODE_TAG}", *evidence)
    lower = f", lowered by the tag {MODE_TAG} in {some(lowered)}" if lowered else ""
    return ok(f"{policy_mode} in {number(len(every), 'account')}{lower}", *evidence)


def _mode(policy_mode: Mode, account: Account) -> Mode:
    return account_mode(policy_mode, account.tags.get(MODE_TAG))


def _is_no_mode(value: str | None) -> bool:
    return value is not None and value.strip().lower() not in set(Mode)
