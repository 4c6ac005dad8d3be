"""Why an account cannot be read, and which accounts nothing can be deleted in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn
from steward_cli.stack_sets import ROLES

_INSTALL = 'docs/guide/install.md, "When it does not work"'


class State(StrEnum):
    """What AWS Organizations says of an account. UNKNOWN: it was not asked, or did not answer."""

    ACTIVE = "ACTIVE"
    CLOSED = "SUSPENDED"
    LEFT = "left"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Probe:
    """One account, tried with the read role. `refused`: what STS answered; empty when it let us in.
    `closed_regions`: why a region of the policy could not be read.
    """

    account_id: str
    refused: str = ""
    closed_regions: Mapping[str, str] = field(default_factory=dict)
    state: State = State.UNKNOWN
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What hub and member roles must have in common. `differs`: the first that has not; empty when
    all agree. `known`: the stack set could be asked."""

    differs: str = ""
    known: bool = True


def judge_members(
    probes: Iterable[Probe], in_scope: int, agreement: Agreement, role: str
) -> Finding:
    """`in_scope`: how many accounts the policy is about; the probes may be a sample of them."""
    tried = tuple(probes)
    if not tried:
        todo = "let a sweep run first: steward coverage says whether one did"
        return warn("no account is on record", todo)
    problems = [
        finding
        for each in tried
        for finding in (
            [_refusal(each, agreement, role)] if each.refused else _closed_regions(each)
        )
    ]
    sample = "" if len(tried) == in_scope else " (a sample; --all tries every one)"
    well = f"{role} can be assumed in {len(tried)} of {number(in_scope, 'account')}{sample}"
    return _grouped(problems, ok(well))


def _grouped(problems: list[Finding], well: Finding) -> Finding:
    """Ten and more accounts may have the same trouble: its mending is said once."""
    return together(problems[:10] + _rest(problems[10:]), well)


def _rest(problems: list[Finding]) -> list[Finding]:
    if not problems:
        return []
    worst = max(problems, key=lambda each: each.status.rank)
    more = number(len(problems), "more problem")
    return [Finding(worst.status, f"and {more} like these", worst.mend)]


def _refusal(probe: Probe, agreement: Agreement, role: str) -> Finding:
    account = probe.account_id
    seen = Evidence("sts:AssumeRole", f"{account} {role}", probe.refused)
    if probe.state is State.CLOSED:
        why = f"account {account} is suspended"
        return warn(why, f"exclude {account} in the policy until it is gone", seen)
    if probe.state is State.LEFT:
        why = f"account {account} has left the organization"
        return warn(why, "nothing: the next sweep passes it over", seen)
    if "RegionDisabled" in probe.refused:
        why = f"account {account} has no STS in the hub's region"
        return fail(why, "enable the region in that account, or move the hub", seen)
    return _untrusted(probe, agreement, role, seen)


def _untrusted(probe: Probe, agreement: Agreement, role: str, seen: Evidence) -> Finding:
    account = probe.account_id
    if agreement.differs:
        why = f"{role} in {account} trusts another hub: {agreement.differs}"
        return fail(why, "give org/template.yaml the hub's own values, and update it", seen)
    if probe.instance == "":
        why = f"{role} in {account} is missing or refuses the hub: no stack of {ROLES} is there"
        todo = (
            f"target its organizational unit ({_INSTALL}), or deploy org/members/roles.yaml there "
            "by hand, with the hub's ExternalId and HubRoleNamePrefix"
        )
        return fail(why, todo, seen)
    if probe.instance == "CURRENT":
        why = f"{role} in {account} is installed, yet refuses the hub"
        todo = (
            "compare its external id and the organization's service control policies: " + _INSTALL
        )
        return fail(why, todo, seen)
    if probe.instance:
        why = f"{role} in {account} was not installed: its stack is {probe.instance}"
        return fail(why, "steward doctor --only stack-set-roles says why", seen)
    why = f"{role} in {account} is missing, trusts another hub, or has another external id"
    return fail(why, f"deploy org/members/roles.yaml there: {_INSTALL}", seen)


def _closed_regions(probe: Probe) -> list[Finding]:
    return [
        warn(
            f"region {region} of account {probe.account_id} cannot be read",
            f"enable {region} in {probe.account_id}, or take it out of the policy's scope.regions",
            Evidence("cloudformation:DescribeStacks", f"{probe.account_id} {region}", why),
        )
        for region, why in sorted(probe.closed_regions.items())
    ]


@dataclass(frozen=True, slots=True)
class ReapProbe:
    """One account whose mode is reap. `stack`: the one with the member roles; empty when none was
    found. `has_role`: it made the role that deletes."""

    account_id: str
    stack: str
    has_role: bool


def judge_reap_roles(probes: Iterable[ReapProbe], in_reap_mode: int) -> Finding:
    """A missing role is a hard stop, and may be meant: nothing is deleted there."""
    tried = tuple(probes)
    unknown = [each.account_id for each in tried if not each.stack]
    without = [each for each in tried if each.stack and not each.has_role]
    problems = []
    if without:
        where = some(each.account_id for each in without)
        seen = Evidence(
            "cloudformation:DescribeStacks", f"Outputs of {without[0].stack}", "no ReapRoleArn"
        )
        why = f"nothing can be deleted in {where}: the mode is reap, but there is no reap role"
        todo = (
            "opt its organizational unit in (ReapOrganizationalUnitIds of org/template.yaml), "
            "or tag the account steward:mode=notify"
        )
        problems.append(warn(why, todo, seen))
    if unknown:
        why = f"no stack with member roles was found in {some(unknown)}"
        problems.append(warn(why, "steward doctor --only member-roles --all says why"))
    sample = "" if len(tried) == in_reap_mode else " (a sample; --all looks at every one)"
    well = f"the reap role is there in {len(tried)} of {number(in_reap_mode, 'account')}{sample}"
    return together(problems, ok(well))
