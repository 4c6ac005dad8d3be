"""What a notice of a rollout tells, as attributes of its item, and back."""

from pydantic import ValidationError

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.stories import RolloutStory
from steward.ledger.attributes import Item, ItemReader, text
from steward.ledger.telling import Telling


def rollout_told(notice: RolloutNotice) -> Item:
    """The story is one JSON document, since no query ever looks into it."""
    return {
        "event": text(notice.event),
        "owner_source": text(notice.owner_source),
        "story": text(notice.story.model_dump_json()),
    }


def rollout_notice_from(read: ItemReader, telling: Telling) -> RolloutNotice:
    return RolloutNotice(
        event=read.choice("event", Told),
        story=_story(read),
        owner_source=read.text("owner_source"),
        **telling,
    )


def _story(read: ItemReader) -> RolloutStory:
    written = read.text("story")
    try:
        return RolloutStory.model_validate_json(written)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise read.broken("story", f"is no story of a rollout: {place}: {first['msg']}") from None
