"""The links of one row, as the mail shows them."""

from dataclasses import dataclass

from steward.domain.outbox import NoticeKind
from steward.notify.digest import Row
from steward.notify.keeping import can_live_longer, longest_life
from steward.notify.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Button:
    """`spoken` is the label for who does not see which stack it stands beside."""

    label: str
    spoken: str
    url: str


def has_buttons(row: Row, occasion: Occasion) -> bool:
    """Whether a page is there, and the stack, and something that it can be given."""
    if occasion.links is None or row.notice.kind is NoticeKind.DELETED:
        return False
    return can_live_longer(row.notice, occasion.policy, occasion.now)


def buttons_of(row: Row, occasion: Occasion) -> tuple[Button, ...]:
    """Extend and Keep, or none."""
    links, notice, policy = occasion.links, row.notice, occasion.policy
    if links is None or not has_buttons(row, occasion):
        return ()
    day = longest_life(notice, policy).astimezone(occasion.zone).date()
    keep = f"Keep until {day.isoformat()}"
    asked = (notice, occasion.reader, row.not_before, policy, occasion.now)
    return (
        Button("Extend", f"Extend {notice.stack_name}", links.extend(*asked)),
        Button(keep, f"{keep}: {notice.stack_name}", links.keep(*asked)),
    )
