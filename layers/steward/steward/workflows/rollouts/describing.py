"""Say whose a deployment is: whom its configuration names, else the owners of its function."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from steward.aws.deployed_functions import FunctionGone, deployed_tags, version_description
from steward.aws.errors import denials
from steward.aws.stacks import read_stack
from steward.domain.addresses import AddressBook
from steward.domain.deliveries import Unreachable
from steward.domain.one_line import one_line
from steward.domain.owners import LONGEST_SOURCE, Ownership
from steward.domain.policy import Policy
from steward.domain.rollouts.commit_time import COMMIT_TIME_TAG, commit_time
from steward.domain.rollouts.history import CONFIGURED, Description, Reading, target_of
from steward.domain.rollouts.records import Rollout
from steward.domain.runtimes.ownership import FunctionClues, function_owners
from steward.domain.stacks import Account, Stack
from steward.ledger.ledger import Ledger
from steward.workflows.runtimes.owners import STACK_ID_TAG, STACK_NAME_TAG
from steward.workflows.runtimes.unit_doors import Doors

_DEEPEST = 10
_NO_TAGS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Describer:
    """`doors` lead into the deployment's unit; what they do not open to is a problem."""

    doors: Doors
    ledger: Ledger
    now: datetime

    def describe(self, reading: Reading, undone: Rollout | None) -> Description:
        """`undone`: the deployment that it rolls back, as it is on record."""
        unit, function = self.doors.unit, target_of(reading).function
        account = self.ledger.account(unit.account_id) or Account(unit.account_id)
        tags = self._asked_tags(function) if function else _NO_TAGS
        configured = _configured(reading) or _configured_on_record(undone)
        owners = self._owners(configured, tags, account)
        return Description(
            account_name=account.name,
            stack=tags.get(STACK_NAME_TAG, ""),
            owners=owners.addresses,
            owner_source=owners.source,
            committed_at=self._committed_at(reading, tags),
            problems=self.doors.problems.listed(),
        )

    def _owners(
        self, configured: tuple[str, ...], tags: Mapping[str, str], account: Account
    ) -> Ownership:
        saved = self.ledger.last_good()
        if saved is None:
            return Ownership(configured, CONFIGURED if configured else "there is no policy yet")
        policy = Policy.model_validate_json(saved[1])
        unreachable = self.ledger.unreachable(self.now)
        named = _permitted(configured, policy, unreachable)
        if named.addresses:
            return named
        clues = FunctionClues(tags, self._stack_tags(tags), account)
        found = function_owners(clues, policy.owners, unreachable)
        said = [found.source, *([named.source] if configured else [])]
        return replace(found, source=one_line("; ".join(said), LONGEST_SOURCE))

    def _asked_tags(self, function: str) -> Mapping[str, str]:
        def asked() -> Mapping[str, str]:
            try:
                return deployed_tags(self.doors.functions(), self.doors.unit, function)
            except FunctionGone as error:
                self.doors.problems.note(f"tags: not known, since {error}")
                return _NO_TAGS

        return self.doors.ask("tags of the function", asked, _NO_TAGS)

    def _stack_tags(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Of its own stack, and of the stacks around it where its own has no such tag."""
        stack_id = tags.get(STACK_ID_TAG, "")
        if not stack_id:
            return _NO_TAGS
        return self.doors.ask("tags of its stack", lambda: self._asked_stack(stack_id), _NO_TAGS)

    def _asked_stack(self, stack_id: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for _ in range(_DEEPEST):
            stack = self._stack(stack_id)
            if stack is None:
                break
            found = {**stack.tags, **found}
            if not stack.parent_id:
                break
            stack_id = stack.parent_id
        return found

    def _stack(self, stack_id: str) -> Stack | None:
        with denials():
            return read_stack(self.doors.stacks(), self.doors.unit, stack_id)

    def _committed_at(self, reading: Reading, tags: Mapping[str, str]) -> datetime | None:
        target, deployment = target_of(reading), reading.deployment
        said = self._asked_version(target.function, target.target_version)
        tag = tags.get(COMMIT_TIME_TAG, "")
        return commit_time(tag, (said, deployment.description), deployment.created_at)

    def _asked_version(self, function: str, version: str) -> str:
        if not (function and version):
            return ""

        def asked() -> str:
            try:
                return version_description(
                    self.doors.functions(), self.doors.unit, function, version
                )
            except FunctionGone:
                return ""

        return self.doors.ask("description of the version", asked, "")


def _configured(reading: Reading) -> tuple[str, ...]:
    """Whom the configuration names: the last phase's, since it was read last."""
    named = [each for each in reading.verdicts if each.owner]
    return max(named, key=lambda each: each.decided_at).owner if named else ()


def _configured_on_record(undone: Rollout | None) -> tuple[str, ...]:
    """A rollback runs no checks, so that it reads no configuration of its own."""
    if undone is None or not undone.owner_source.startswith(CONFIGURED):
        return ()
    return undone.owners


def _permitted(
    addresses: tuple[str, ...], policy: Policy, unreachable: Mapping[str, Unreachable]
) -> Ownership:
    """Those of `addresses` that may be mailed: a workload's author names whomever they like."""
    book = AddressBook(policy.owners, unreachable)
    why_not = {address: book.why_not(address) for address in addresses}
    may = tuple(address for address, why in why_not.items() if not why)
    over = [why for why in why_not.values() if why]
    source = "; ".join([CONFIGURED, *over])
    return Ownership(may, one_line(source, LONGEST_SOURCE))
