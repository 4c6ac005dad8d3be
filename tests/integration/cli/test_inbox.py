"""`steward inbox`: the mails that a sweep and a digest now would send, and nothing is sent."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.test_plan import GUIDE, READS
from tests.integration.cli.world import EXTENSION_URL, REAP_POLICY
from tests.rollout_records import make_rollback, make_rollout, make_rollout_notice
from tests.runtime_records import make_runtime_notice

PLATFORM = "platform@example.com"


def inbox(operator: Operator, *arguments: str) -> Any:
    """One account may not be read here, so the answer is never whole."""
    answer = operator("inbox", *arguments, "--json")
    assert answer.code == 1, answer.err
    return json.loads(answer.out)


def policy_file(folder: Path, **changes: Any) -> str:
    path = folder / "policy.json"
    path.write_text(json.dumps(REAP_POLICY | changes))
    return str(path)


def test_what_waits_and_what_a_sweep_would_queue_go_into_one_mail(operator: Operator) -> None:
    (mail,) = inbox(operator)["mails"]
    assert mail["to"] == PLATFORM
    assert {(row["stack_name"], row["kind"], row["is_queued"]) for row in mail["rows"]} == {
        ("feat-due", "stage", True),
        ("feat-stale", "stage", False),
        ("feat-young", "deleted", True),
    }


def test_each_row_says_when_the_stack_would_go(operator: Operator) -> None:
    moment = operator.world.now + timedelta(hours=1)
    (mail,) = inbox(operator, "--at", moment.isoformat())["mails"]
    rows = {row["stack_name"]: row for row in mail["rows"]}
    assert rows["feat-stale"]["not_before"] == (moment + timedelta(days=7)).isoformat().replace(
        "+00:00", "Z"
    )
    assert rows["feat-young"]["not_before"] is None


def test_another_moment_gives_another_inbox(operator: Operator) -> None:
    (mail,) = inbox(operator, "--at", (operator.world.now - timedelta(days=20)).isoformat())[
        "mails"
    ]
    assert "feat-stale" not in {row["stack_name"] for row in mail["rows"]}


def test_what_the_mode_holds_back_is_listed_with_the_reason(
    operator: Operator, tmp_path: Path
) -> None:
    report = inbox(operator, "--policy", policy_file(tmp_path, mode="observe"))
    (held,) = report["held"]
    assert (held["stack_name"], held["why"]) == ("feat-due", "the mode is observe")
    (mail,) = report["mails"]
    assert [row["kind"] for row in mail["rows"]] == ["deleted"]


def test_a_notice_whose_lease_moved_on_is_listed_as_not_true_any_more(
    operator: Operator, tmp_path: Path
) -> None:
    longer = {"ttl": "80d", "max_lifetime": "90d"}
    report = inbox(operator, "--policy", policy_file(tmp_path, lease=longer))
    (cancelled,) = report["cancelled"]
    assert cancelled["stack_name"] == "feat-due"
    assert "generation 2" in cancelled["why"] or "not marked" in cancelled["why"]


@pytest.mark.parametrize(
    ("owner", "mails"),
    [
        pytest.param("Platform@Example.com", 1, id="in-another-spelling"),
        pytest.param("nobody@example.com", 0, id="nothing-for-them"),
    ],
)
def test_one_owners_inbox_can_be_asked_for(operator: Operator, owner: str, mails: int) -> None:
    report = inbox(operator, "--owner", owner)
    assert len(report["mails"]) == mails
    assert report["only_owner"] == owner


def test_the_text_is_the_mails_with_links_that_nobody_can_use(operator: Operator) -> None:
    told = operator("inbox", "--text").out
    assert told.startswith(f"To: {PLATFORM}\nSubject: Steward: ")
    assert f"{EXTENSION_URL}?t=(signed when it is sent)" in told
    assert "?t=v1." not in told
    assert "feat-stale" in told


def test_people_read_each_mail_with_its_rows(operator: Operator) -> None:
    answer = operator("inbox")
    assert answer.out.startswith(f"{PLATFORM}: Steward: ")
    assert "feat-stale (alpha-dev, eu-west-1): 7d before deletion, deleted not before" in answer.out
    assert "1 mail with 3 notices, 0 notices held; nothing was sent" in answer.out
    assert "not read: " in answer.err


def test_nothing_is_written_and_nothing_is_sent(operator: Operator, calls: Calls) -> None:
    before = operator.world.dump()
    operator("inbox")
    assert set(calls) - READS == set()
    assert operator.world.dump() == before


def test_without_a_hub_there_is_no_inbox(operator: Operator, tmp_path: Path) -> None:
    answer = operator("inbox", "--hub-region", "us-east-1", "--policy", policy_file(tmp_path))
    assert (answer.code, answer.out) == (3, "")
    assert "there is no stack steward in" in answer.err


@pytest.mark.usefixtures("ledger_put_back")
def test_notices_of_runtimes_are_in_their_owners_mail(operator: Operator, tmp_path: Path) -> None:
    operator.world.ledger.queue_news(make_runtime_notice(owners=(PLATFORM,)))
    (mail,) = inbox(operator)["mails"]
    (notice,) = mail["runtimes"]
    assert (notice["place"], notice["functions"], notice["day"]) == ("orders", 3, "2027-02-01")
    assert "orders-worker:7" in mail["text"]
    line = "  runtimes: orders, 3 functions or versions: python3.9: create block on 2027-02-01"
    told = operator("inbox")
    assert line in told.out
    assert "1 mail with 4 notices, 0 notices held; nothing was sent" in told.out
    observing = operator("inbox", "--policy", policy_file(tmp_path, mode="observe"))
    assert f"to {PLATFORM}: the mode is observe" in observing.out
    guide = GUIDE.read_text()
    assert [field for field in notice if f"`{field}`" not in guide] == []


@pytest.mark.usefixtures("ledger_put_back")
def test_notices_of_rollouts_are_in_their_owners_mail(operator: Operator, tmp_path: Path) -> None:
    ledger = operator.world.ledger
    ledger.queue_news(make_rollout_notice(make_rollout(owners=(PLATFORM,))))
    ledger.queue_news(make_rollout_notice(make_rollback(owners=(PLATFORM,))))
    (mail,) = inbox(operator)["mails"]
    assert [each["event"] for each in mail["rollouts"]] == ["failed", "rolled_back"]
    assert "ROLLOUTS THAT FAILED AND WERE ROLLED BACK (1)" in mail["text"]
    told = operator("inbox")
    line = "  rollout: shop-orders (222222222222, eu-west-1), d-FAILED001: failed: 1 of 3 checks"
    assert line in told.out
    assert "1 mail with 5 notices, 0 notices held; nothing was sent" in told.out
    observing = operator("inbox", "--policy", policy_file(tmp_path, mode="observe"))
    assert f"to {PLATFORM}: the mode is observe" in observing.out
    held = inbox(operator, "--policy", policy_file(tmp_path, mode="observe"))["rollouts_held"]
    assert len(held) == 2
    guide = GUIDE.read_text()
    assert [field for field in held[0] if f"`{field}`" not in guide] == []


def test_every_field_of_the_document_is_in_the_guide(operator: Operator, tmp_path: Path) -> None:
    report = inbox(operator, "--policy", policy_file(tmp_path, mode="observe"))
    mail = report["mails"][0]
    fields = {*report, *mail, *mail["rows"][0], *report["held"][0], *report["units_not_read"][0]}
    guide = GUIDE.read_text()
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []
