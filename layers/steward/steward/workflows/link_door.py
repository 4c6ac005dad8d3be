"""The extension page's door: who comes without a genuine link gets no further.

Until a link is verified nothing heavy is imported, no client is made and nothing is written:
scanners and strangers cost little, and see no stack's name.
"""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.signing_keys import SigningKeys
from steward.clock import requested_time
from steward.domain.links import Rejected, RejectedBecause, key_id_of, read_link
from steward.notify.frame import Page, message_page
from steward.observability import logger, metrics
from steward.workflows.page_requests import MOST_FORM_BYTES, Fault, method_of, page_request

if TYPE_CHECKING:
    from steward.workflows.extending import Extender

_OPEN_AGAIN = "Nothing was changed. Open the link in your mail again, and use the form there."
_REJECTIONS = {
    RejectedBecause.INVALID: message_page(
        403,
        "This link does not work",
        (
            "It is not one that Steward sent, or it is not complete: mail programs sometimes cut "
            "or change long links.",
            "Copy the whole link from the mail, or use the tags that the mail names.",
        ),
    ),
    RejectedBecause.EXPIRED: message_page(
        410,
        "This link has expired",
        (
            "Links are good for 30 days after the date in their mail.",
            "If the stack is still there, its owners are told again before it is deleted, with "
            "new links.",
        ),
    ),
}
_FAULTS = {
    Fault.METHOD: Page(
        405,
        message_page(405, "That cannot be done here", (_OPEN_AGAIN,)).html,
        {"Allow": "GET, HEAD, POST"},
    ),
    Fault.NO_FORM: message_page(415, "That is not the form of this page", (_OPEN_AGAIN,)),
    Fault.TOO_LARGE: message_page(
        413,
        "That form is too large",
        (f"It may have {MOST_FORM_BYTES} bytes at most.", _OPEN_AGAIN),
    ),
    Fault.UNREADABLE: message_page(400, "That form cannot be read", (_OPEN_AGAIN,)),
}
_FAILED = message_page(
    500,
    "Something went wrong",
    (
        "Steward could not do this, and its operators are told. Try again in a few minutes: a "
        "link extends a stack once, however often it is tried.",
        "The tags that the mail names work without this page.",
    ),
)


class Door:
    """`open_extender` is asked for once a genuine link needs it, and may take its time."""

    def __init__(
        self,
        keys: SigningKeys,
        most_skew: timedelta,
        open_extender: "Callable[[], Extender]",
    ) -> None:
        self._keys = keys
        self._most_skew = most_skew
        self._open_extender = open_extender

    def answer(self, event: Mapping[str, Any], wall: datetime) -> dict[str, object]:
        """The response to a function URL's event; what fails is logged and never shown."""
        try:
            page = self._page(event, wall)
        except Exception:
            logger.exception("the page could not be answered")
            metrics.add_metric("PageFailures", MetricUnit.Count, 1)
            page = _FAILED
        return page.response(with_body=method_of(event) != "HEAD")

    def _page(self, event: Mapping[str, Any], wall: datetime) -> Page:
        asked = page_request(event)
        if isinstance(asked, Fault):
            return _FAULTS[asked]
        now = requested_time(event, wall, self._most_skew)
        key_id = key_id_of(asked.token)
        link = read_link(asked.token, self._keys.known(key_id) if key_id else (), now)
        if isinstance(link, Rejected):
            metrics.add_metric("LinksRefused", MetricUnit.Count, 1)
            logger.info("link refused", why=link.why)
            return _REJECTIONS[link.why]
        return self._open_extender().page(link, asked.token, asked.wish, now)


def open_door(
    open_extender: "Callable[[], Extender]", environment: Mapping[str, str] = os.environ
) -> Door:
    """Reads two of the function's variables by itself: their model takes a fifth of a second."""
    try:
        secret_arn = environment["LINK_KEY_SECRET"]
        most_skew = timedelta(minutes=int(environment["MAX_CLOCK_SKEW_MINUTES"]))
    except (KeyError, ValueError):
        from steward.settings import ExtensionSettings

        settings = ExtensionSettings.from_env(environment)
        secret_arn, most_skew = settings.link_key_secret, settings.max_clock_skew
    return Door(SigningKeys(secret_arn), most_skew, open_extender)
