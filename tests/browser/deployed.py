"""The deployed app in an embedded organization, with a stack whose owner was told by mail."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from local import build
from local.demo_policy import policy_document
from local.demo_story import HUB_PARAMETERS
from local.emulator import Emulator
from local.function_url import local_url
from local.hub import Hub, open_hub
from local.inbox import Mail, read_inbox
from local.member_roles import deploy_member_roles
from local.organization import create_organization
from local.scenario_accounts import MEMBERS
from local.scenario_model import Expectation, SeededStack
from local.seeds import seed
from steward.domain.deliveries import DeliveryStatus
from steward.domain.leases import Lease
from steward.domain.stacks import Unit

OWNER = "dev@example.com"
ACCOUNTS = tuple(each for each in MEMBERS if each.name in {"payments-dev", "shop-prod"})
CART = SeededStack(
    key="cart",
    account="payments-dev",
    name="feat-cart",
    age=timedelta(days=10),
    tags={"owner": OWNER, "stage": "feature"},
    expectation=Expectation.KEPT,
    why="its owner extends it",
)
HAPPENS_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class Deployed:
    emulator: Emulator
    hub: Hub
    stack_id: str

    def lease(self) -> Lease:
        _, _, _, region, account, _ = self.stack_id.split(":", 5)
        lease = self.hub.ledger.lease(Unit(account, region), self.stack_id)
        assert lease is not None, f"no live lease of {self.stack_id}"
        return lease

    def mail(self) -> Mail:
        (mail,) = [each for each in read_inbox(self.emulator.endpoint) if OWNER in each.recipients]
        return mail

    def links(self) -> list[str]:
        """The web pages that the owner's mail leads to, as they open on this machine."""
        found = [link for link in _links_of(self.mail().html) if link.startswith("https://")]
        return [local_url(link, self.emulator.endpoint) for link in found]

    def everything(self) -> list[dict[str, Any]]:
        """Every item of the ledger."""
        table = self.hub.outputs["LedgerTableName"]
        client = self.hub.organization.session().client("dynamodb")
        pages = client.get_paginator("scan").paginate(TableName=table)
        return sorted((dict(item) for page in pages for item in page["Items"]), key=repr)


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Told on the first day: the digest was sent, and SES reported that it arrived."""
    build.build()
    with Emulator(enforce_iam=True) as emulator:
        organization = create_organization(emulator.endpoint, ACCOUNTS)
        deploy_member_roles(organization, ACCOUNTS)
        organization.session().client("sesv2").create_email_identity(EmailIdentity="example.com")
        build.deploy(emulator.endpoint, HUB_PARAMETERS | {"LeaseSchedule": "rate(1 day)"})
        hub = open_hub(organization)
        hub.stop_schedules()
        today = datetime.now(UTC).replace(microsecond=0)
        stack_ids = seed(organization, emulator.control, [CART], today)
        hub.deploy_policy(policy_document(organization, "reap", acknowledged=1))
        for moment in (today, today + timedelta(hours=1)):
            emulator.control.travel_to(moment)
            hub.plan_sweep(moment)
            hub.await_queues()
        hub.send_digests(emulator.control.now())
        running = Deployed(emulator, hub, stack_ids[CART.key])
        _await(lambda: _arrived(running), "SES's report of the delivery is not recorded")
        yield running


def _await(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + HAPPENS_WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


def _arrived(running: Deployed) -> bool:
    notices = running.hub.ledger.notices_of(running.stack_id)
    statuses = [each.status for notice in notices for each in notice.deliveries]
    return bool(statuses) and set(statuses) == {DeliveryStatus.DELIVERED}


def _links_of(html: str) -> list[str]:
    reader = _Links()
    reader.feed(html)
    return reader.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]
