"""The mails of topics to their e-mail subscribers, which ministack 1.5.33 only logs.

Source: "Publish", Amazon SNS API Reference: with MessageStructure `json` an e-mail subscriber gets
the text under `email`, else that under `default`. Filter policies apply as to any subscription.
"""

from collections.abc import Callable, Iterator
from typing import Any

from local.emulator_server.pinned import private, replace, require

SNS = "ministack.services.sns"
TopicMail = dict[str, str]


class TopicMails:
    def __init__(self) -> None:
        self._sent: list[TopicMail] = []

    def install(self) -> None:
        require(SNS, "_topic_by_arn_any_scope", "_resolve_message_for_protocol")
        require(SNS, "_matches_filter_policy")
        replace((SNS,), "_fanout", self._fanning_out)

    def after(self, position: int) -> dict[str, Any]:
        sent = self._sent[position:]
        return {"records": sent, "next": position + len(sent)}

    def _fanning_out(self, fan_out: Callable[..., None]) -> Callable[..., None]:
        def fan_out_and_mail(
            topic_arn: str,
            message_id: str,
            message: str,
            subject: str,
            message_structure: str = "",
            message_attributes: dict[str, Any] | None = None,
            *rest: Any,
            **named: Any,
        ) -> None:
            known = (message_structure, message_attributes)
            fan_out(topic_arn, message_id, message, subject, *known, *rest, **named)
            text = private(SNS, "_resolve_message_for_protocol")(
                message, message_structure, "email"
            )
            for address in _readers(topic_arn, text, message_attributes or {}):
                mail = {"topic": topic_arn, "address": address, "subject": subject, "text": text}
                self._sent.append(mail)

        return fan_out_and_mail


def _readers(topic_arn: str, text: str, attributes: dict[str, Any]) -> Iterator[str]:
    """Addresses of the confirmed e-mail subscriptions whose filter policy lets this through."""
    topic = private(SNS, "_topic_by_arn_any_scope")(topic_arn) or {"subscriptions": []}
    for subscription in topic["subscriptions"]:
        mails = subscription["protocol"] == "email" and subscription.get("confirmed")
        if mails and private(SNS, "_matches_filter_policy")(subscription, attributes, text):
            yield subscription["endpoint"]
