"""The extension page when two click at once, the table fails, or the process ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from os import environ
from pathlib import Path
from threading import Barrier, Lock
from typing import Any

import pytest

from functions.lease_extension import app as extension_app
from steward.domain.leases import Lease
from steward.domain.links import LinkAction, SigningKey, link_id
from steward.observability import logger
from steward.settings import BadEnvironment
from tests.factories import make_event
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.page_visits import COLLEAGUE, DAY, OWNER, Visitor, marked
from tests.integration.functions.samples import sample

ROOT = Path(__file__).parents[3]


def extensions(hub: Hub, lease: Lease) -> int:
    return hub.history(lease.stack_id).count("extended")


def test_of_two_clicks_at_once_exactly_one_acts(hub: Hub, visitor: Visitor) -> None:
    """Both have read the same lease before either writes."""
    lease = marked(hub)
    link, token = visitor.link(lease), visitor.token(lease)
    both, turn = Barrier(2), Lock()

    def wait_for_the_other() -> None:
        both.wait(timeout=30)
        turn.acquire()

    hub.exchange.before("TransactWriteItems", wait_for_the_other, times=2)
    hub.exchange.after("TransactWriteItems", turn.release)
    hub.exchange.after("TransactWriteItems", turn.release, skip=1)
    extender = extension_app.extender()
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(extender.page, link, token, "7", hub.clock) for _ in range(2)]
        pages = sorted((click.result() for click in clicks), key=lambda page: page.status)
    assert [page.status for page in pages] == [200, 410]
    assert "This link was used already" in pages[1].html
    assert hub.lease(lease.stack_id).expires_at == SWEPT_AT + 12 * DAY
    assert extensions(hub, lease) == 1


def test_of_two_owners_at_once_one_extends_and_the_other_is_told(
    hub: Hub, visitor: Visitor
) -> None:
    lease = marked(hub)
    other = visitor.link(lease, recipient="0" * 16, action=LinkAction.KEEP)
    extender = extension_app.extender()

    def first() -> None:
        assert extender.page(other, "another token", "longest", hub.clock).status == 200

    hub.exchange.before("TransactWriteItems", first)
    late = visitor.post(visitor.token(lease), "1")
    assert (late.status, "This link is out of date" in late.text) == (410, True)
    assert "Tue 2027-01-12 09:00 CET" in late.text
    assert extensions(hub, lease) == 1


def sweep_over(hub: Hub, stack_id: str) -> None:
    """What a sweep does to a lease that it only looks at again."""
    lease = hub.lease(stack_id)
    hub.ledger.save(lease, replace(lease, reason=f"{lease.reason}."), make_event(lease))


def test_a_sweep_in_between_does_not_cost_the_click(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    hub.exchange.before("TransactWriteItems", lambda: sweep_over(hub, lease.stack_id), times=4)
    assert visitor.post(visitor.token(lease), "7").status == 200
    assert extensions(hub, lease) == 1


def test_a_lease_that_never_stands_still_is_given_up_on(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease)
    hub.exchange.before("TransactWriteItems", lambda: sweep_over(hub, lease.stack_id), times=5)
    assert visitor.post(token, "7").status == 500
    assert hub.ledger.used_link(link_id(token)) is None
    assert visitor.post(token, "7").status == 200


def test_a_click_whose_answer_was_lost_has_acted_once(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease)

    def crash() -> None:
        raise Crash

    hub.exchange.after("TransactWriteItems", crash)
    with pytest.raises(Crash):
        visitor.post(token, "7")
    visitor.function.restart()
    again = visitor.post(token, "7")
    assert (again.status, "This link was used already" in again.text) == (410, True)
    assert extensions(hub, lease) == 1


@pytest.mark.parametrize("operation", ["GetItem", "Query", "TransactWriteItems"])
def test_what_fails_is_counted_and_never_shown(
    hub: Hub, visitor: Visitor, capsys: pytest.CaptureFixture[str], operation: str
) -> None:
    lease = marked(hub)
    hub.exchange.refuse(operation, "InternalServerError", "table ledger in shard 7")
    visit = visitor.post(visitor.token(lease), "7")
    assert visit.status == 500
    assert "Something went wrong" in visit.text
    assert not {"ledger", "Traceback", "feat-cart", "Error"} & set(visit.text.split())
    assert [1.0] in [line.get("PageFailures") for line in lines(capsys)]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_extensions_and_refusals_are_counted(
    hub: Hub, visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    token = visitor.token(marked(hub))
    capsys.readouterr()
    visitor.post(token, "7")
    assert [1.0] in [line.get("LeasesExtended") for line in lines(capsys)]
    visitor.post(token, "7")
    assert [1.0] in [line.get("LinksRefused") for line in lines(capsys)]
    visitor.get(token + "x")
    assert [1.0] in [line.get("LinksRefused") for line in lines(capsys)]


def test_logs_hold_neither_tokens_nor_addresses(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease)
    log = StringIO()
    former = logger.registered_handler.setStream(log)  # type: ignore[attr-defined]  # a stream's
    try:
        visitor.get(token)
        visitor.post(token, "7")
        visitor.post(token, "7")
        visitor.get(token[:-2])
        hub.exchange.refuse("GetItem", "InternalServerError", "of the table")
        visitor.get(token)
    finally:
        logger.registered_handler.setStream(former)  # type: ignore[attr-defined]
    logged = log.getvalue()
    for said in ("lease extended", "link refused", "the page could not be answered"):
        assert said in logged
    for secret in (token[30:60], OWNER, COLLEAGUE, "example.com"):
        assert secret not in logged


@pytest.mark.parametrize("name", ["LINK_KEY_SECRET", "MAX_CLOCK_SKEW_MINUTES"])
def test_a_missing_variable_is_named(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(BadEnvironment, match=f"{name}: Field required"):
        visitor.get("x")


def test_an_unreadable_key_is_a_failure_that_says_nothing(hub: Hub, visitor: Visitor) -> None:
    token = visitor.token(marked(hub))
    hub.monkeypatch.setenv("LINK_KEY_SECRET", "any")
    visitor.function.restart()
    visit = visitor.get(token)
    assert (visit.status, "any" in visit.text.split()) == (500, False)


PROGRAM = """
import json, sys
from types import SimpleNamespace
sys.path[:0] = [{layer!r}, {function!r}]
import app
names = ("function_name", "memory_limit_in_mb", "invoked_function_arn", "aws_request_id")
context = SimpleNamespace(**dict.fromkeys(names, "x"))
for event in json.load(sys.stdin):
    print("STATUS", app.lambda_handler(event, context)["statusCode"])
print("MODULES", *sys.modules)
"""
HEAVY = (
    *("boto3", "botocore.session", "botocore.client", "botocore.loaders", "botocore.model"),
    *("pydantic", "jinja2", "steward.settings", "steward.domain.policy", "steward.ledger.ledger"),
)


def run_apart(events: list[dict[str, Any]], endpoint: str) -> Iterator[list[str]]:
    """The words of each line that a process of its own printed for these events."""
    program = PROGRAM.format(
        layer=str(ROOT / "layers/steward"), function=str(ROOT / "functions/lease_extension")
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        input=json.dumps(events),
        env=dict(environ) | {"AWS_ENDPOINT_URL": endpoint},
        capture_output=True,
        text=True,
        check=True,
    )
    return (line.split() for line in done.stdout.splitlines() if line[0].isupper())


def visits(tokens: list[str]) -> list[dict[str, Any]]:
    event = sample("function_url_get")
    # The sample's moment is far from that process's clock, which therefore counts.
    return [event | {"queryStringParameters": {"t": token}} for token in tokens]


def test_refused_links_load_nothing_heavy(
    hub: Hub, visitor: Visitor, secrets_endpoint: str
) -> None:
    lease = marked(hub)
    token = visitor.token(lease)
    forged = visitor.token(replace(lease, generation=9)).split(".")[:3] + token.split(".")[3:]
    expired = visitor.token(lease, expires_at=SWEPT_AT - 3650 * DAY)
    foreign = Visitor(hub, visitor.function, SigningKey("deadbeef", b"x" * 40)).token(lease)
    refused = ["not a token", ".".join(forged), foreign, token[:-1], expired]
    *statuses, (_, *modules) = run_apart(visits(refused), secrets_endpoint)
    assert [status for _, status in statuses] == ["403", "403", "403", "403", "410"]
    assert set(HEAVY) & set(modules) == set()
    assert "steward.workflows.link_door" in modules


def test_a_genuine_link_may_load_what_it_needs(
    hub: Hub, visitor: Visitor, secrets_endpoint: str
) -> None:
    """Else the test above would prove nothing."""
    token = visitor.token(marked(hub), expires_at=SWEPT_AT + 36500 * DAY)
    *statuses, (_, *modules) = run_apart(visits([token]), secrets_endpoint)
    assert [status for _, status in statuses] == ["200"]
    assert set(HEAVY) - set(modules) <= {"boto3"}
