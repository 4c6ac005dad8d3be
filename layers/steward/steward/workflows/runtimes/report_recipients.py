"""Whom a report may tell: under the very policy its scan was planned with."""

from dataclasses import dataclass

from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from steward.messages import Scan


@dataclass(frozen=True, slots=True)
class Recipients:
    """The policy whose contacts are told. `silent`: why nobody is; `problem`: if that is wrong."""

    policy: Policy | None
    silent: str = ""
    problem: str = ""


def recipients_of(scan: Scan, ledger: Ledger) -> Recipients:
    """Nobody without a policy, nor in mode observe: the report is written all the same."""
    if not scan.policy:
        return Recipients(None, "nobody is told: there is no policy")
    document = ledger.policy_document(scan.policy)
    if document is None:
        why = f"nobody is told: policy {scan.policy} of the scan is not in the ledger"
        return Recipients(None, why, f"{why}; the next scan takes the one that is in force")
    policy = Policy.model_validate_json(document)
    silent = "nobody is told in mode observe" if policy.mode is Mode.OBSERVE else ""
    return Recipients(policy, silent)
