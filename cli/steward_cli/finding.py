"""Which stack is meant: a StackId names one; a name may be borne by many, some of them deleted."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from steward.aws.stacks import read_stack
from steward.domain.instants import iso
from steward.domain.leases import Lease
from steward.domain.stacks import GONE_STATUS, Account, Stack, Unit
from steward_cli.aws_failures import EXPECTED, reason_of
from steward_cli.failures import ExitCode, Failure
from steward_cli.gaps import gap_lines
from steward_cli.situation import Situation, members
from steward_cli.surveying import UNITS_AT_ONCE

_STACK_ID = re.compile(
    r"arn:aws[a-z-]*:cloudformation:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})"
    r":stack/(?P<name>[^/]+)/.+"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One stack, one lease, or both; `lease` may have ended."""

    unit: Unit
    stack_id: str
    stack: Stack | None
    lease: Lease | None

    @property
    def name(self) -> str:
        if self.lease is not None:
            return self.lease.stack_name
        return self.stack.name if self.stack else self.stack_id

    @property
    def is_alive(self) -> bool:
        return self.stack is not None and self.stack.status != GONE_STATUS

    def __str__(self) -> str:
        if self.stack is not None:
            return f"{self.stack_id} ({self.stack.status}, created {iso(self.stack.created_at)})"
        return f"{self.stack_id} ({self.lease.reason if self.lease else 'unknown'})"


@dataclass(frozen=True, slots=True)
class Search:
    """The stack that is meant, others that bore its name before, and units not searched."""

    found: Found
    account: Account
    earlier: tuple[Found, ...] = ()
    not_searched: dict[Unit, str] = field(default_factory=dict)


def find(
    situation: Situation, wanted: str, accounts: tuple[str, ...], region: str | None
) -> Search:
    """The one stack that `wanted` means; raise Failure when there is none or more than one."""
    match = _STACK_ID.fullmatch(wanted)
    if match is None:
        return _by_name(situation, wanted, accounts, region)
    unit = Unit(match["account"], match["region"])
    found, not_read = _by_id(situation, unit, wanted)
    if found is None:
        raise _no_such_stack(wanted, not_read)
    return Search(found, _account(situation, unit.account_id), not_searched=not_read)


def _by_id(situation: Situation, unit: Unit, stack_id: str) -> tuple[Found | None, dict[Unit, str]]:
    """What the ledger knows counts even where CloudFormation cannot be asked any more."""
    ledger = situation.ledger
    lease = ledger.lease(unit, stack_id) or ledger.ended_lease(unit, stack_id)
    try:
        client = situation.sessions.cloudformation(unit, situation.read_role)
        stack = read_stack(client, unit, stack_id)
    except EXPECTED as error:
        if lease is None:
            raise
        return Found(unit, stack_id, None, lease), {unit: reason_of(error)}
    return Found(unit, stack_id, stack, lease) if stack or lease else None, {}


def _account(situation: Situation, account_id: str) -> Account:
    """What the last sweep knew of the account, else what Organizations says."""
    on_record = situation.ledger.account(account_id)
    return on_record or members(situation, (account_id,))[0]


def _by_name(
    situation: Situation, name: str, accounts: tuple[str, ...], region: str | None
) -> Search:
    known = {account.account_id: account for account in members(situation, accounts)}
    regions = [region] if region else situation.in_force.policy.scope.regions
    units = [Unit(account_id, each) for account_id in known for each in regions]
    candidates, not_searched = _search(situation, name, units)
    alive = [each for each in candidates if each.is_alive]
    ended = [each for each in candidates if not each.is_alive]
    meant = alive or ended
    if not meant:
        raise _no_such_stack(name, not_searched)
    if len(meant) > 1:
        raise _ambiguous(name, meant)
    account = known[meant[0].unit.account_id]
    if alive:
        return Search(alive[0], account, tuple(ended), not_searched)
    return Search(_as_it_ended(situation, ended[0]), account, (), not_searched)


def _as_it_ended(situation: Situation, gone: Found) -> Found:
    """CloudFormation describes a deleted stack for 90 days, by its StackId only."""
    found, _not_read = _by_id(situation, gone.unit, gone.stack_id)
    return found or gone


def _search(
    situation: Situation, name: str, units: Iterable[Unit]
) -> tuple[list[Found], dict[Unit, str]]:
    found: list[Found] = []
    not_searched: dict[Unit, str] = {}
    threads = ThreadPoolExecutor(UNITS_AT_ONCE)
    searches = {unit: threads.submit(_named, situation, unit, name) for unit in units}
    try:
        for unit, search in searches.items():
            try:
                found += search.result()
            except EXPECTED as error:
                not_searched[unit] = reason_of(error)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    return found, not_searched


def _named(situation: Situation, unit: Unit, name: str) -> list[Found]:
    """Every stack and every lease of the unit that bears the name."""
    leases = {each.stack_id: each for each in _leases(situation, unit) if each.stack_name == name}
    client = situation.sessions.cloudformation(unit, situation.read_role)
    stack = read_stack(client, unit, name)
    found = [Found(unit, stack_id, None, lease) for stack_id, lease in leases.items()]
    if stack is None:
        return found
    others = [each for each in found if each.stack_id != stack.stack_id]
    return [Found(unit, stack.stack_id, stack, leases.get(stack.stack_id)), *others]


def _leases(situation: Situation, unit: Unit) -> Iterable[Lease]:
    yield from situation.ledger.leases_of(unit)
    yield from situation.ledger.ended_leases_of(unit)


def _no_such_stack(wanted: str, not_searched: dict[Unit, str]) -> Failure:
    todo = "check the name, narrow with --account and --region, or give the StackId"
    what = f"no stack {wanted} was found, and the ledger knows no lease of it"
    for line in gap_lines(not_searched):
        what += f"\n  not searched: {line}"
    return Failure(what, todo, ExitCode.NOT_WHOLE)


def _ambiguous(name: str, candidates: Iterable[Found]) -> Failure:
    listed = "\n  ".join(str(each) for each in candidates)
    todo = "narrow with --account and --region, or give one of these StackIds"
    return Failure(f"{name} names more than one stack:\n  {listed}", todo, ExitCode.USAGE)
