"""Notices as custom notifications, which Amazon Q Developer shows in chat channels.

Fields and their limits: "Custom notifications using Amazon Q Developer in chat applications",
Amazon Q Developer in chat applications Administrator Guide. All notices of a lease share a thread.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from steward.domain.instants import iso
from steward.messages import Message
from steward.notify.chat_markdown import clipped, code, plain
from steward.notify.chat_text import description_of
from steward.notify.message import NoticeMessage
from steward.notify.steps import next_steps

LONGEST_TITLE = 250
LONGEST_DESCRIPTION = 8000
LONGEST_STEP = 350
LONGEST_KEYWORD = 75
# Values that buttons can pass on ("CustomActionAttachment", Amazon Q Developer in chat
# applications API Reference).
PASSED_ON = re.compile(r"[\x21-\x7e]{1,1024}")

Step = Annotated[str, StringConstraints(max_length=LONGEST_STEP)]
Keyword = Annotated[str, StringConstraints(max_length=LONGEST_KEYWORD)]


class _Part(Message):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Content(_Part):
    """What the channel shows. Texts are markdown; `keywords` are shown as tags."""

    text_type: Literal["client-markdown"] = "client-markdown"
    title: Annotated[str, StringConstraints(max_length=LONGEST_TITLE)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_DESCRIPTION)]
    next_steps: tuple[Step, ...]
    keywords: tuple[Keyword, ...]


class Metadata(_Part):
    """What is around it. Notifications with one `threadId` are one thread, headed by `summary`.

    Buttons may pass on what is in `additionalContext`.
    """

    thread_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
    summary: Annotated[str, StringConstraints(max_length=LONGEST_TITLE)]
    event_type: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9-]{1,100}$")]
    related_resources: tuple[str, ...]
    additional_context: dict[str, str]


class ChatNotification(_Part):
    """One notice about one lease, for chat channels."""

    version: Literal["1.0"] = "1.0"
    source: Literal["custom"] = "custom"
    id: Annotated[str, Field(min_length=1)]
    content: Content
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Said:
    """What a channel is to show, in full: texts are markdown already, and are cut to their room.

    `thread`: what all notices share that belong together. `resources`: what it is about, as ARNs.
    """

    id: str
    thread: str
    kind: str
    title: str
    description: str
    steps: Iterable[str]
    keywords: Iterable[str]
    context: Mapping[str, str]
    resources: tuple[str, ...] = ()

    @property
    def notification(self) -> ChatNotification:
        """A value of `context` that no button can pass on is left out, as are empty keywords."""
        title = plain(self.title, LONGEST_TITLE)
        passed_on = {name: each for name, each in self.context.items() if PASSED_ON.fullmatch(each)}
        keywords = (plain(word, LONGEST_KEYWORD) for word in self.keywords if word.strip())
        return ChatNotification(
            id=self.id,
            content=Content(
                title=title,
                description=clipped(self.description, LONGEST_DESCRIPTION),
                next_steps=tuple(clipped(step, LONGEST_STEP) for step in self.steps),
                keywords=tuple(keywords),
            ),
            metadata=Metadata(
                thread_id=self.thread,
                summary=title,
                event_type=f"Steward-{self.kind}",
                related_resources=self.resources,
                additional_context=passed_on,
            ),
        )


def chat_notification(message: NoticeMessage) -> ChatNotification:
    """`message` as a channel shows it. What does not fit is cut, and says so."""
    said = Said(
        id=message.id,
        thread=message.lease_id,
        kind=message.kind,
        title=message.title,
        description=description_of(message),
        steps=next_steps(message, code),
        keywords=_keywords(message),
        context=_context(message),
        resources=(message.stack_id,),
    )
    return said.notification


def _keywords(message: NoticeMessage) -> tuple[str, ...]:
    return ("Steward", message.severity, message.account_name or message.account, message.team)


def _context(message: NoticeMessage) -> dict[str, str]:
    """What a button can pass on to a command."""
    not_before = message.delete_not_before
    return {
        "leaseId": message.lease_id,
        "stackId": message.stack_id,
        "stackName": message.stack_name,
        "account": message.account,
        "region": message.region,
        "kind": message.kind,
        "stage": message.stage,
        "severity": message.severity,
        "deleteNotBefore": iso(not_before) if not_before else "",
    }


def chat_schema() -> str:
    """The JSON Schema of it, as committed in data/chat_notification.schema.json."""
    return json.dumps(ChatNotification.model_json_schema(mode="serialization"), indent=2) + "\n"
