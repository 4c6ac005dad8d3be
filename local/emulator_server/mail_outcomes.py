"""What becomes of a mail to an address: delivered, unless the address was told to answer otherwise.

The addresses of the mailbox simulator answer as documented ("Sending test emails in Amazon SES
with the simulator"), with a label after a plus sign as well.
"""

from email.utils import parseaddr
from enum import StrEnum

SIMULATOR_DOMAIN = "simulator.amazonses.com"


class Outcome(StrEnum):
    DELIVERY = "delivery"
    BOUNCE = "bounce"
    TRANSIENT_BOUNCE = "transient-bounce"
    SUPPRESSED = "suppressed"
    GLOBALLY_SUPPRESSED = "globally-suppressed"
    COMPLAINT = "complaint"
    REJECT = "reject"
    DELAY = "delay"


SIMULATOR = {
    "bounce": Outcome.BOUNCE,
    "complaint": Outcome.COMPLAINT,
    "suppressionlist": Outcome.GLOBALLY_SUPPRESSED,
}


class MailOutcomes:
    """Addresses are compared without regard to case, and without a display name."""

    def __init__(self) -> None:
        self._told: dict[str, Outcome] = {}

    def tell(self, address: str, outcome: Outcome) -> None:
        self._told[bare(address)] = outcome

    def of(self, address: str) -> Outcome:
        known = bare(address)
        local_part, _, domain = known.partition("@")
        if domain == SIMULATOR_DOMAIN:
            return SIMULATOR.get(local_part.partition("+")[0], Outcome.DELIVERY)
        return self._told.get(known, Outcome.DELIVERY)


def bare(address: str) -> str:
    """`ana@example.com` of `Ana <Ana@Example.com>`."""
    return (parseaddr(address)[1] or address).strip().casefold()
