"""SES v2 SendEmail as AWS does it, after ministack 1.5.33 took the mail.

ministack ignores the configuration set, forgets headers and tags, and publishes no events.
Sources: "SendEmail", Amazon SES API v2 Reference; "Set up an EventBridge destination for event
publishing" (events go to the default bus of the account that sends).
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.emulator_server.clock import TravellingClock
from local.emulator_server.event_bus import put_on_the_bus
from local.emulator_server.mail_events import mail_events
from local.emulator_server.mail_outcomes import MailOutcomes
from local.emulator_server.pinned import private, replace, require
from local.emulator_server.sent_mail import SentMail

SES = "ministack.services.ses_v2"
Request = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Handle = Callable[..., Awaitable[Answer]]


class Mails:
    def __init__(self, clock: TravellingClock, outcomes: MailOutcomes) -> None:
        self._clock = clock
        self._outcomes = outcomes
        self._requests: dict[str, Request] = {}

    def install(self) -> None:
        require(SES, "_config_sets", "_missing_config_set")
        replace((SES,), "handle_request", self._sending)

    def requests(self) -> dict[str, Request]:
        """Message id -> the SendEmail request without the bodies that the inbox has."""
        return self._requests

    def _sending(self, handle: Handle) -> Handle:
        async def handle_request(
            method: str, path: str, headers: Any, body: bytes, query: Any
        ) -> Answer:
            if (method, path) != ("POST", "/v2/email/outbound-emails"):
                return await handle(method, path, headers, body, query)
            request: Request = json.loads(body or b"{}")
            unknown = _unknown_configuration_set(request)
            if unknown:
                return unknown
            answer = await handle(method, path, headers, body, query)
            if answer[0] == 200:
                self._accepted(request, json.loads(answer[2])["MessageId"])
            return answer

        return handle_request

    def _accepted(self, request: Request, message_id: str) -> None:
        self._requests[message_id] = _without_bodies(request)
        wanted = _wanted_events(request)
        if wanted:
            mail = self._sent_mail(request, message_id)
            for event in mail_events(mail, self._outcomes, wanted):
                put_on_the_bus(event)

    def _sent_mail(self, request: Request, message_id: str) -> SentMail:
        responses = "ministack.core.responses"
        to = request.get("Destination", {})
        simple = request.get("Content", {}).get("Simple", {})
        return SentMail(
            message_id=message_id,
            account=private(responses, "get_account_id")(),
            region=private(responses, "get_region")(),
            sender=request.get("FromEmailAddress", ""),
            to=to.get("ToAddresses", []),
            copied=[*to.get("CcAddresses", []), *to.get("BccAddresses", [])],
            subject=simple.get("Subject", {}).get("Data", ""),
            configuration_set=request["ConfigurationSetName"],
            at=self._clock.now(),
            tags=_by_name(request.get("EmailTags", [])),
            headers=_by_name(simple.get("Headers", [])),
        )


def _unknown_configuration_set(request: Request) -> Answer | None:
    name = request.get("ConfigurationSetName")
    if not name or name in private(SES, "_config_sets"):
        return None
    answer: Answer = private(SES, "_missing_config_set")(name)
    return answer


def _wanted_events(request: Request) -> set[str]:
    """The event types of every enabled destination that is the event bus."""
    sets: Mapping[str, Any] = private(SES, "_config_sets")
    known = sets.get(request.get("ConfigurationSetName", "")) or {}
    return {
        kind
        for destination in (known.get("EventDestinations") or {}).values()
        if destination["Enabled"] and "EventBridgeDestination" in destination
        for kind in destination["MatchingEventTypes"]
    }


def _without_bodies(request: Request) -> Request:
    content = request.get("Content", {})
    simple = {key: value for key, value in content.get("Simple", {}).items() if key != "Body"}
    return request | {"Content": content | ({"Simple": simple} if simple else {})}


def _by_name(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}
