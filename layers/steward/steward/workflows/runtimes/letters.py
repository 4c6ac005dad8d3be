"""One notice of runtimes on its way to its owners: who is told, and what goes on record."""

from collections.abc import Mapping
from dataclasses import dataclass

from steward.domain.decisions import effective_mode
from steward.domain.deliveries import Unreachable
from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.domain.runtimes.records import RuntimeNotice
from steward.notify.runtimes.facts import MOST_PLACES
from steward.notify.runtimes.message import RuntimeMessage, runtime_message
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.runtimes.words import today_of
from steward.workflows.letters import CLAIM_LASTS
from steward.workflows.mailing import AccountOf, Mailing, Office, out_of_reach
from steward.workflows.reachability import heed_runtime, learn


@dataclass(slots=True, eq=False)
class RuntimeLetter(Mailing):
    """`row` is known once it may be sent. `note`: which of its owners mails do not reach."""

    notice: RuntimeNotice
    note: str = ""
    row: RuntimeRow | None = None

    @property
    def name(self) -> str:
        return f"{self.notice.group} {self.notice.key}"

    @property
    def tries(self) -> int:
        return self.notice.tries

    @property
    def is_ready(self) -> bool:
        return self.row is not None

    @property
    def account_ids(self) -> list[str]:
        """Those that a card has room for."""
        return [unit.partition("/")[0] for unit in self.notice.units[:MOST_PLACES]]

    def open(self, office: Office) -> bool:
        """What is not true any more is cancelled by who queues it, so that none is here."""
        if office.ledger.claim_runtime_notice(self.notice, office.now, CLAIM_LASTS):
            self.row = RuntimeRow(self.notice, today_of(office.now), self.note)
        return False

    def message(self, office: Office) -> RuntimeMessage:
        assert self.row is not None
        told = tuple(self.taken)
        return runtime_message(self.row, told, self.refused, office.policy, office.now)

    def record(self, office: Office) -> None:
        """What was reported of a mail before it was on record is heeded now; later reports find
        the record."""
        if self.refused:
            office.ledger.record_runtime_failure(self.notice, self.problems, office.now)
        if not self.taken:
            return
        office.ledger.record_runtime_sent(self.notice, office.now, self.taken)
        for message_id, outcome in office.ledger.outcomes_of(self.taken.values()).items():
            address = next(each for each, mail in self.taken.items() if mail == message_id)
            learn(office.ledger, outcome, address, office.now)
            heed_runtime(office.ledger, outcome, self.notice, address)


def runtime_letter(
    notice: RuntimeNotice, policy: Policy, unreachable: Mapping[str, Unreachable]
) -> RuntimeLetter:
    """The notice, addressed to those owners whom mails reach, else to the fallback; to nobody
    when mails do not reach that either.
    """
    fallback = policy.owners.fallback
    owners = notice.owners or (fallback,)
    refused = out_of_reach(owners, unreachable)
    reached = {owner for owner in owners if owner not in refused}
    if not reached and fallback.casefold() not in unreachable:
        reached = {fallback}
    note = "; ".join(f"{owner}: {why}" for owner, why in refused.items())
    return RuntimeLetter(reached, notice, note, refused=refused)


def why_runtime_held(notice: RuntimeNotice, policy: Policy, account_of: AccountOf) -> str:
    """Why the notice waits; empty when it may be sent.

    It is held back where every account that it is about only lets Steward observe.
    """
    ids = {unit.partition("/")[0] for unit in notice.units}
    if not policy.mode.allows(Mode.NOTIFY):
        return f"the mode is {policy.mode}"
    accounts = [account_of(each) for each in ids]
    modes = [effective_mode(each, policy) if each else policy.mode for each in accounts]
    if not modes or any(mode.allows(Mode.NOTIFY) for mode in modes):
        return ""
    return f"the mode of {', '.join(sorted(ids))} is {Mode.OBSERVE}"
