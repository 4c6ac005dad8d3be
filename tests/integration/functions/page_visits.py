"""Visits to the extension page, as browsers and scanners make them, through the real handler."""

import json
from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.links import Link, LinkAction, SigningKey, recipient_hash, sign
from steward.domain.outbox import Notice
from tests.factories import make_event, make_lease, make_notice
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.samples import sample

DAY = timedelta(days=1)
OWNER = "dev@example.com"
COLLEAGUE = "bob@example.com"


@dataclass(frozen=True)
class Visit:
    """What came back. `text` is what a person reads, `fields` what the form holds."""

    status: int
    headers: dict[str, str]
    html: str
    text: str
    fields: dict[str, list[str]]
    picked: list[str]


@dataclass
class Visitor:
    """Somebody at the page, at the hub's clock."""

    hub: Hub
    function: Function
    key: SigningKey

    def token(self, lease: Lease, **changes: Any) -> str:
        return sign(self.link(lease, **changes), self.key)

    def link(self, lease: Lease, **changes: Any) -> Link:
        fields: dict[str, Any] = {
            "stack_id": lease.stack_id,
            "generation": lease.generation,
            "action": LinkAction.EXTEND,
            "longest": lease.created_at + 60 * DAY,
            "recipient": recipient_hash(OWNER),
            "expires_at": SWEPT_AT + 37 * DAY,
        }
        return Link(**fields | changes)

    def get(self, token: str, method: str = "GET") -> Visit:
        event = sample("function_url_get") | {"queryStringParameters": {"t": token}}
        return self.send(event, method)

    def post(self, token: str, choice: str) -> Visit:
        return self.post_body(urlencode({"t": token, "choice": choice}).encode())

    def post_body(self, body: bytes) -> Visit:
        event = sample("function_url_post") | {"body": b64encode(body).decode()}
        return self.send(event, "POST")

    def send(self, event: dict[str, Any], method: str) -> Visit:
        sent = deepcopy(event)
        sent["requestContext"]["http"]["method"] = method
        sent["requestContext"]["timeEpoch"] = int(self.hub.clock.timestamp() * 1000)
        answer = json.loads(json.dumps(self.function(sent)))
        page = _read(answer["body"])
        return Visit(
            answer["statusCode"],
            answer["headers"],
            answer["body"],
            " ".join(page.text.split()),
            page.fields,
            page.picked,
        )

    def ask(self, **wish: Any) -> dict[str, Any]:
        """What an operator is answered."""
        answer: dict[str, Any] = json.loads(json.dumps(self.function({"extend": wish})))
        return answer


def marked(hub: Hub, name: str = "feat-cart", **overrides: Any) -> Lease:
    """A lease that expires in four days, whose owners were told; as it is stored."""
    fields: dict[str, Any] = {
        "state": LeaseState.MARKED,
        "created_at": SWEPT_AT - 10 * DAY,
        "expires_at": SWEPT_AT + 4 * DAY,
        "delete_after": SWEPT_AT + 5 * DAY,
        "marked_at": SWEPT_AT - 3 * DAY,
        "notices": (LeaseNotice(7 * DAY, SWEPT_AT - 3 * DAY, SWEPT_AT - 3 * DAY),),
        "owners": (OWNER, COLLEAGUE),
    }
    lease = make_lease(name, **fields | overrides)
    notice: Notice = make_notice(lease, 7 * DAY, queued_at=SWEPT_AT - 3 * DAY)
    return hub.ledger.save(None, lease, make_event(lease, at=lease.registered_at), [notice])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.fields: dict[str, list[str]] = {}
        self.picked: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        given = dict(attrs)
        if tag == "input":
            value = given.get("value") or ""
            self.fields.setdefault(given["name"] or "", []).append(value)
            self.picked += [value] if "checked" in given else []

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        self.text += " " if tag in {"p", "li", "dt", "dd", "span", "h1", "h2", "legend"} else ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_style else data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader
