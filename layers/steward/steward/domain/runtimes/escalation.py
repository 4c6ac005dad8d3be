"""Who hears of it when nobody answers: the owner, then the unit's owner, then the platform team."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.runtimes.severity import Level


class Audience(StrEnum):
    """Who is told, from the nearest to the last resort."""

    OWNER = "owner"
    UNIT_OWNER = "owner of the organizational unit"
    PLATFORM = "platform team"


# Days without an acknowledgement after which the next one hears of it, and again for the last.
PATIENCE_DAYS = {Level.MEDIUM: 14, Level.HIGH: 7, Level.CRITICAL: 3, Level.BREACH: 3}


@dataclass(frozen=True, slots=True)
class Escalation:
    """Up to whom it has come, the sentence why, and when it goes on; None when it does not."""

    audience: Audience
    reason: str
    next_on: date | None = None


def escalate(level: Level, told_on: date, acknowledged: bool, today: date) -> Escalation:
    """Up to whom a finding of `level` has come, which its owner was told of on `told_on`.

    `told_on` is the day of the first notice at this level or a graver one.
    """
    patience = PATIENCE_DAYS.get(level)
    if acknowledged:
        return Escalation(Audience.OWNER, "acknowledged by its owner")
    if patience is None:
        return Escalation(Audience.OWNER, f"{level}: stays with its owner")
    waited = max((today - told_on).days, 0)
    rung = min(waited // patience, len(Audience) - 1)
    audience = list(Audience)[rung]
    next_on = date.fromordinal(told_on.toordinal() + patience * (rung + 1))
    reason = f"{level}: no answer for {waited} {'day' if waited == 1 else 'days'}"
    return Escalation(audience, reason, None if audience is Audience.PLATFORM else next_on)
