"""How far Steward may go: observe < notify < reap."""

from enum import StrEnum

MODE_TAG = "steward:mode"


class Mode(StrEnum):
    """observe: write the ledger only. notify: also tell owners and tag. reap: also delete."""

    OBSERVE = "observe"
    NOTIFY = "notify"
    REAP = "reap"

    @property
    def rank(self) -> int:
        return list(Mode).index(self)

    def allows(self, other: "Mode") -> bool:
        return self.rank >= other.rank


def lowest(*modes: Mode) -> Mode:
    """The most careful of `modes`."""
    return min(modes, key=lambda mode: mode.rank)


def account_mode(policy_mode: Mode, tag_value: str | None) -> Mode:
    """The mode in an account: its `steward:mode` tag may lower the policy's, never raise it.

    A value that is no mode means observe: whoever set it wanted something to be held back.
    """
    if tag_value is None:
        return policy_mode
    try:
        return lowest(policy_mode, Mode(tag_value.strip().lower()))
    except ValueError:
        return Mode.OBSERVE
