"""Notices as custom notifications, which Amazon Q Developer shows in chat channels.

Fields and their limits: "Custom notifications using Amazon Q Developer in chat applications",
Amazon Q Developer in chat applications Administrator Guide. All notices of a lease share a thread.
"""

import json
import re
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


def chat_notification(message: NoticeMessage) -> ChatNotification:
    """`message` as a channel shows it. What does not fit is cut, and says so."""
    title = plain(message.title, LONGEST_TITLE)
    return ChatNotification(
        id=message.id,
        content=Content(
            title=title,
            description=clipped(description_of(message), LONGEST_DESCRIPTION),
            next_steps=tuple(clipped(step, LONGEST_STEP) for step in next_steps(message, code)),
            keywords=_keywords(message),
        ),
        metadata=Metadata(
            thread_id=message.lease_id,
            summary=title,
            event_type=f"Steward-{message.kind}",
            related_resources=(message.stack_id,),
            additional_context=_context(message),
        ),
    )


def _keywords(message: NoticeMessage) -> tuple[str, ...]:
    words = ("Steward", message.severity, message.account_name or message.account, message.team)
    return tuple(plain(word, LONGEST_KEYWORD) for word in words if word.strip())


def _context(message: NoticeMessage) -> dict[str, str]:
    """What a button can pass on to a command; a value that it cannot is left out."""
    not_before = message.delete_not_before
    values = {
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
    return {name: value for name, value in values.items() if PASSED_ON.fullmatch(value)}


def chat_schema() -> str:
    """The JSON Schema of it, as committed in data/chat_notification.schema.json."""
    return json.dumps(ChatNotification.model_json_schema(mode="serialization"), indent=2) + "\n"
