"""What a run of the digests did, in numbers."""

from dataclasses import dataclass


@dataclass(slots=True)
class DigestReport:
    """`owners` had something due; `sent` and `failed` count their digests.

    The rest counts notices: `delivered` to at least one owner, `cancelled` because the lease
    moved on, `held` back by the mode, `unreachable` because mails reach none of their owners,
    `left` to the next run as SES throttles or time is short, `overdue` after repeated or hopeless
    failures, `unrecorded` when they could not be read from the ledger, or their delivery
    not be written to it. `owners_unreachable` counts the addresses that hold notices back.
    `runtimes` and `runtimes_held`: how many of `delivered` and `held` were about runtimes;
    `rollouts` and `rollouts_held`: about rollouts.
    """

    owners: int = 0
    sent: int = 0
    failed: int = 0
    delivered: int = 0
    cancelled: int = 0
    held: int = 0
    unreachable: int = 0
    owners_unreachable: int = 0
    left: int = 0
    overdue: int = 0
    unrecorded: int = 0
    runtimes: int = 0
    runtimes_held: int = 0
    rollouts: int = 0
    rollouts_held: int = 0
