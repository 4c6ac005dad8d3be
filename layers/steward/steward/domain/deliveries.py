"""What became of one mail to one address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """ACCEPTED by SES and nothing heard since; what its events said later.

    DELAYED: still tried. SUPPRESSED: bounced by SES itself, which has the address on its
    suppression list. COMPLAINED: delivered, and marked as spam by its reader.
    """

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    COMPLAINED = "complained"
    REJECTED = "rejected"

    @property
    def failed(self) -> bool:
        """Whether nobody read the mail, and nobody will."""
        return self in {self.BOUNCED, self.SUPPRESSED, self.REJECTED}

    def after(self, earlier: "DeliveryStatus") -> "DeliveryStatus":
        """What holds once both were reported, in whatever order the two events came."""
        return max(self, earlier, key=_WEIGHT.__getitem__)


# Events come more than once and in any order, so the weightier one stands.
_WEIGHT = {
    DeliveryStatus.ACCEPTED: 0,
    DeliveryStatus.DELAYED: 1,
    DeliveryStatus.DELIVERED: 2,
    DeliveryStatus.COMPLAINED: 3,
    DeliveryStatus.BOUNCED: 4,
    DeliveryStatus.SUPPRESSED: 5,
    DeliveryStatus.REJECTED: 6,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one address; `detail` is what the mail system said."""

    address: str
    message_id: str
    status: DeliveryStatus
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address that no mail is sent to until `until`, and why."""

    address: str
    status: DeliveryStatus
    detail: str
    since: datetime
    until: datetime
