"""An owner follows a link: the page shows, the form acts once."""

from dataclasses import replace
from typing import Any

import pytest

from steward.domain.leases import Attempt, Lease, LeaseState, Step
from steward.domain.links import LinkAction, SigningKey, recipient_hash, sign
from steward.domain.outbox import NoticeState
from tests.factories import make_event, make_policy
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.page_visits import COLLEAGUE, DAY, OWNER, Visitor, marked
from tests.integration.secrets_server import StoredSecret

SECOND_VALUE = "the second value of the secret, as long"


def everything(hub: Hub) -> list[dict[str, Any]]:
    pages = hub.ledger.client.get_paginator("scan").paginate(TableName=hub.ledger.name)
    items = [dict(item) for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def test_a_link_shows_the_stack_its_dates_and_what_can_be_chosen(
    hub: Hub, visitor: Visitor
) -> None:
    visit = visitor.get(visitor.token(marked(hub)))
    assert visit.status == 200
    for said in (
        "Keep feat-cart longer?",
        "payments-dev (222222222222)",
        "eu-west-1",
        "marked for deletion",
        "Fri 2026-11-27 09:00 CET, by the policy's ttl 14d",
        "not before Sat 2026-11-28 09:00 CET",
        "1 day longer until Sun 2026-11-29 09:00 CET",
        "3 days longer until Tue 2026-12-01 09:00 CET",
        "7 days longer until Sat 2026-12-05 09:00 CET",
        "As long as allowed until Tue 2027-01-12 09:00 CET",
        "Its longest life ends Tue 2027-01-12 09:00 CET, 60 days after its creation.",
        "ask platform@example.com",
        "steward:keep=true",
    ):
        assert said in visit.text, said
    assert visit.fields["choice"] == ["1", "3", "7", "longest"]


@pytest.mark.parametrize(
    ("action", "lived_days", "picked"),
    [
        pytest.param(LinkAction.EXTEND, 10, "7", id="extend"),
        pytest.param(LinkAction.EXTEND, 50, "longest", id="extend-with-less-than-7-days-left"),
        pytest.param(LinkAction.KEEP, 10, "longest", id="keep"),
    ],
)
def test_the_link_picks_for_its_reader(
    hub: Hub, visitor: Visitor, action: LinkAction, lived_days: int, picked: str
) -> None:
    lease = marked(hub, created_at=SWEPT_AT - lived_days * DAY)
    visit = visitor.get(visitor.token(lease, action=action))
    assert visit.picked == [picked]


def test_the_form_carries_what_it_needs_to_be_sent_from_anywhere(
    hub: Hub, visitor: Visitor
) -> None:
    token = visitor.token(marked(hub))
    visit = visitor.get(token)
    assert visit.fields["t"] == [token]
    assert '<form method="post" action="?">' in visit.html


@pytest.mark.parametrize(
    ("choice", "until"),
    [("1", SWEPT_AT + 6 * DAY), ("3", SWEPT_AT + 8 * DAY), ("7", SWEPT_AT + 12 * DAY)],
)
def test_a_choice_extends_by_that_much_from_the_planned_deletion(
    hub: Hub, visitor: Visitor, choice: str, until: Any
) -> None:
    lease = marked(hub)
    visit = visitor.post(visitor.token(lease), choice)
    after = hub.lease(lease.stack_id)
    assert (visit.status, after.expires_at, after.generation) == (200, until, 2)
    assert after.notices == ()
    assert after.delete_after is None


def test_keeping_gives_all_that_is_allowed_and_no_more(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    visitor.post(visitor.token(lease, action=LinkAction.KEEP), "longest")
    assert hub.lease(lease.stack_id).expires_at == lease.created_at + 60 * DAY


def test_the_answer_names_the_old_date_the_new_one_and_that_they_are_told_again(
    hub: Hub, visitor: Visitor
) -> None:
    visit = visitor.post(visitor.token(marked(hub)), "7")
    assert "feat-cart now expires Sat 2026-12-05 09:00 CET." in visit.text
    assert "Its expiry was Fri 2026-11-27 09:00 CET." in visit.text
    assert "told again before it is deleted, 7 days, 3 days and 1 day ahead" in visit.text
    assert "marked for deletion" not in visit.text


def test_an_extension_is_on_record_with_who_did_it_and_how(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    visitor.post(visitor.token(lease), "3")
    event = hub.audit(lease.stack_id)[-1]
    assert (event.what, event.actor, event.version) == ("extended", OWNER, 2)
    assert event.why.startswith(f"extended by {OWNER} (through the link of a mail) until ")
    assert event.policy == hub.ledger.last_good()[0]  # type: ignore[index]  # one is in force
    link = event.evidence["link"]
    assert event.evidence == {
        "from": "2026-11-27T08:00:00Z",
        "until": "2026-12-01T08:00:00Z",
        "by": OWNER,
        "reason": "through the link of a mail",
        "link": link,
    }
    used = hub.ledger.used_link(link)
    assert used is not None
    assert (used.stack_id, used.by, used.at) == (lease.stack_id, OWNER, hub.clock)


def test_a_link_sent_to_nobody_we_know_is_named_by_its_hash(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    stranger = recipient_hash("gone@example.com")
    visitor.post(visitor.token(lease, recipient=stranger), "1")
    assert hub.audit(lease.stack_id)[-1].actor == f"the holder of a link sent to {stranger}"


def test_only_the_readers_own_address_is_shown_in_full(hub: Hub, visitor: Visitor) -> None:
    visit = visitor.get(visitor.token(marked(hub)))
    assert f"{OWNER}: 7d notice waits to be sent" in visit.text
    assert "b…@example.com: 7d notice" in visit.text
    assert COLLEAGUE not in visit.html


def test_a_delivery_shows_with_its_time(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    (notice,) = hub.notices(lease.stack_id)
    hub.ledger.record_delivery(notice, SWEPT_AT - 2 * DAY, {OWNER: "m-1"}, "notice_digest")
    assert hub.notices(lease.stack_id)[0].state is NoticeState.SENT
    visit = visitor.get(visitor.token(hub.lease(lease.stack_id)))
    assert f"{OWNER}: 7d notice sent, Sat 2026-11-21 09:00 CET" in visit.text


def test_times_are_those_of_the_reader(hub: Hub, visitor: Visitor) -> None:
    zones = {OWNER: "America/New_York"}
    hub.put_in_force(
        make_policy(owners={"fallback": "platform@example.com", "time_zones": zones}), "f" * 12
    )
    lease = marked(hub)
    assert "Fri 2026-11-27 03:00 EST" in visitor.get(visitor.token(lease)).text
    theirs = visitor.token(lease, recipient=recipient_hash(COLLEAGUE))
    assert "Fri 2026-11-27 09:00 CET" in visitor.get(theirs).text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_a_scanner_changes_nothing(hub: Hub, visitor: Visitor, method: str) -> None:
    token = visitor.token(marked(hub), action=LinkAction.KEEP)
    before = everything(hub)
    hub.exchange.calls.clear()
    for _ in range(3):
        visitor.get(token, method)
    assert everything(hub) == before
    assert hub.exchange.writes == []


def test_head_is_get_without_a_body(hub: Hub, visitor: Visitor) -> None:
    token = visitor.token(marked(hub))
    got, head = visitor.get(token), visitor.get(token, "HEAD")
    assert (head.status, head.headers, head.html) == (got.status, got.headers, "")


def test_the_same_form_again_finds_its_link_used(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease)
    visitor.post(token, "7")
    before = everything(hub)
    for again in (visitor.post(token, "7"), visitor.post(token, "longest"), visitor.get(token)):
        assert again.status == 410
        assert "This link was used already" in again.text
        assert "It expires Sat 2026-12-05 09:00 CET" in again.text
    assert everything(hub) == before


def test_a_colleagues_link_of_the_same_mail_is_out_of_date_then(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    visitor.post(visitor.token(lease), "7")
    theirs = visitor.token(lease, recipient=recipient_hash(COLLEAGUE))
    for visit in (visitor.get(theirs), visitor.post(theirs, "7")):
        assert visit.status == 410
        assert "This link is out of date" in visit.text
        assert "Sat 2026-12-05 09:00 CET, by the extension by d…@example.com" in visit.text
    assert hub.lease(lease.stack_id).expires_at == SWEPT_AT + 12 * DAY


def end(hub: Hub, lease: Lease) -> None:
    after = replace(lease, state=LeaseState.REAPED, reason="deleted by Steward; seen today")
    hub.ledger.save(lease, after, make_event(after, at=SWEPT_AT))


def test_after_the_deletion_a_link_says_so(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    end(hub, lease)
    for visit in (visitor.get(visitor.token(lease)), visitor.post(visitor.token(lease), "7")):
        assert visit.status == 410
        assert "feat-cart: deleted by Steward; seen today." in visit.text


def test_a_stack_redeployed_under_the_same_name_is_not_extended(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    end(hub, lease)
    successor = marked(hub, stack_id=lease.stack_id[:-1] + "0")
    assert visitor.post(visitor.token(lease), "7").status == 410
    assert hub.lease(successor.stack_id) == successor


def test_a_stack_never_leased_is_unknown(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease, stack_id=lease.stack_id[:-1] + "0")
    visit = visitor.post(token, "7")
    assert (visit.status, "Steward does not know this stack" in visit.text) == (410, True)


def test_a_stack_that_is_being_deleted_is_left_to_it(hub: Hub, visitor: Visitor) -> None:
    attempt = Attempt(1, Step.PLAIN, "token", SWEPT_AT)
    lease = marked(hub, state=LeaseState.REAPING, attempt=attempt)
    for visit in (visitor.get(visitor.token(lease)), visitor.post(visitor.token(lease), "7")):
        assert visit.status == 409
        assert "This stack is being deleted" in visit.text
    assert hub.lease(lease.stack_id) == lease


@pytest.mark.parametrize(
    ("overrides", "heading"),
    [
        pytest.param(
            {"state": LeaseState.EXEMPT, "reason": "kept by its owner: tag steward:keep"},
            "This stack needs no extension",
            id="exempt",
        ),
        pytest.param(
            {"created_at": SWEPT_AT - 56 * DAY},
            "This stack cannot be extended further",
            id="at-its-limit",
        ),
    ],
)
def test_where_nothing_can_be_chosen_there_is_no_form(
    hub: Hub, visitor: Visitor, overrides: dict[str, Any], heading: str
) -> None:
    lease = marked(hub, **overrides)
    token = visitor.token(lease)
    shown, tried = visitor.get(token), visitor.post(token, "1")
    assert (shown.status, tried.status) == (200, 409)
    assert heading in shown.text
    assert shown.fields == {}
    assert hub.lease(lease.stack_id) == lease


def test_past_its_limit_the_page_says_whom_to_ask(hub: Hub, visitor: Visitor) -> None:
    visit = visitor.get(visitor.token(marked(hub, created_at=SWEPT_AT - 56 * DAY)))
    assert "ask platform@example.com, or deploy it with the tag steward:keep=true" in visit.text


def test_the_links_own_limit_holds_though_the_policy_allows_more_by_now(
    hub: Hub, visitor: Visitor
) -> None:
    lease = marked(hub)
    token = visitor.token(lease, longest=SWEPT_AT + 7 * DAY)
    assert visitor.get(token).fields["choice"] == ["1", "longest"]
    visitor.post(token, "longest")
    assert hub.lease(lease.stack_id).expires_at == SWEPT_AT + 7 * DAY


def test_the_policys_limit_holds_though_the_link_allows_more(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    visitor.post(visitor.token(lease, longest=SWEPT_AT + 900 * DAY), "longest")
    assert hub.lease(lease.stack_id).expires_at == lease.created_at + 60 * DAY


@pytest.mark.parametrize("choice", ["", "2", "7 ", "-1", "Longest", "7\0", "\u0667", "1e9"])
def test_a_choice_that_is_not_offered_shows_the_form_again(
    hub: Hub, visitor: Visitor, choice: str
) -> None:
    lease = marked(hub)
    visit = visitor.post(visitor.token(lease), choice)
    assert visit.status == 400
    assert "That cannot be chosen now. Please choose once more." in visit.text
    assert visit.fields["choice"] == ["1", "3", "7", "longest"]
    assert hub.lease(lease.stack_id) == lease


def test_without_any_policy_nothing_is_done_and_that_is_said(hub: Hub, visitor: Visitor) -> None:
    hub.forget_policies()
    lease = marked(hub)
    for visit in (visitor.get(visitor.token(lease)), visitor.post(visitor.token(lease), "7")):
        assert visit.status == 409
        assert "Steward has no policy in force" in visit.text
    assert hub.lease(lease.stack_id) == lease


@pytest.mark.parametrize("mode", ["observe", "notify"])
def test_extending_is_possible_in_every_mode_and_with_the_kill_switch_on(
    hub: Hub, visitor: Visitor, mode: str
) -> None:
    hub.put_in_force(make_policy(mode=mode), "e" * 12)
    hub.turn_kill_switch("on")
    lease = marked(hub)
    token = visitor.token(lease)
    assert "Steward only tells for now" in visitor.get(token).text
    assert visitor.post(token, "7").status == 200


def test_a_blocked_stack_is_freed_by_its_extension(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub, state=LeaseState.BLOCKED, reason="its delete failed", delete_after=None)
    token = visitor.token(lease)
    assert "due, but could not be deleted Reason its delete failed" in visitor.get(token).text
    visitor.post(token, "7")
    assert hub.lease(lease.stack_id).state is LeaseState.ACTIVE


def test_links_stay_good_over_one_rotation(
    hub: Hub, visitor: Visitor, link_key: StoredSecret
) -> None:
    lease = marked(hub)
    old = visitor.token(lease)
    version = link_key.put(SECOND_VALUE)
    visitor.function.restart()
    assert visitor.get(old).status == 200
    visitor.key = SigningKey(version[:8], SECOND_VALUE.encode())
    assert visitor.get(visitor.token(lease)).status == 200


def test_an_expired_link_changes_nothing(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease, expires_at=hub.clock)
    for visit in (visitor.get(token), visitor.post(token, "7")):
        assert (visit.status, "This link has expired" in visit.text) == (410, True)
    assert hub.lease(lease.stack_id) == lease


def test_a_forged_link_learns_and_changes_nothing(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    token = visitor.token(lease)
    forger = SigningKey(visitor.key.key_id, b"not the secret of this key, but long")
    forged = [
        token[:-1],
        token + "A",
        token.replace("v1.", "v2."),
        sign(visitor.link(lease), forger),
        sign(visitor.link(lease), replace(forger, key_id="deadbeef")),
        "",
    ]
    hub.exchange.calls.clear()
    pages = [visitor.get(each) for each in forged] + [visitor.post(each, "7") for each in forged]
    assert {page.status for page in pages} == {403}
    assert len({page.html for page in pages}) == 1
    assert "feat-cart" not in pages[0].html
    assert hub.exchange.calls == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"\xff\xfe\x00\x80" * 100, 400, id="binary"),
        pytest.param(b"x" * 4097, 413, id="too-large"),
        pytest.param(b"t=a&t=b&choice=7", 400, id="token-twice"),
        pytest.param(b"choice=7", 403, id="no-token"),
        pytest.param(b"t=%00&choice=%00", 403, id="nul-bytes"),
        pytest.param(b"", 403, id="empty"),
    ],
)
def test_a_bad_form_gets_a_page(visitor: Visitor, body: bytes, status: int) -> None:
    visit = visitor.post_body(body)
    assert visit.status == status
    assert visit.html.startswith("<!DOCTYPE html>")


def test_another_method_is_told_what_is_allowed(hub: Hub, visitor: Visitor) -> None:
    visit = visitor.get(visitor.token(marked(hub)), "DELETE")
    assert (visit.status, visit.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_hostile_names_are_shown_as_text(hub: Hub, visitor: Visitor) -> None:
    name = "<script>alert(1)</script>\r\nX: y \u202egnp.\U0001f600"
    lease = marked(hub, stack_name=name, warning="<img src=x onerror=alert(1)>")
    visit = visitor.get(visitor.token(lease))
    assert "<script>alert(1)</script> X: y gnp.\U0001f600" in visit.text
    assert "<img src=x onerror=alert(1)>" in visit.text
    assert "<script" not in visit.html
    assert "<img" not in visit.html
    assert all("\n" not in value for value in visit.headers.values())
