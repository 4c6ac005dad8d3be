"""`steward notices`: every notice of every generation, and what became of its mails."""

import json
from typing import Any

import pytest

from tests.factories import NOW
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.test_plan import GUIDE, READS
from tests.rollout_records import FAILED_ID, make_rollout_notice


def listed(operator: Operator, *arguments: str) -> Any:
    answer = operator("notices", *arguments, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_a_deleted_stacks_notices_are_listed_by_generation(operator: Operator) -> None:
    report = listed(operator, operator.world.earlier_id)
    assert (report["lease_state"], report["generation"]) == ("reaped", 2)
    assert [(each["generation"], each["kind"]) for each in report["notices"]] == [
        (1, "stage"),
        (2, "stage"),
        (2, "deleted"),
    ]


def test_each_mail_tells_what_became_of_it(operator: Operator) -> None:
    bounced, arrived, waiting = listed(operator, operator.world.earlier_id)["notices"]
    (mail,) = bounced["deliveries"]
    assert (mail["address"], mail["status"], mail["detail"]) == (
        "gone@example.com",
        "bounced",
        "no such user",
    )
    assert [each["status"] for each in arrived["deliveries"]] == ["delivered"]
    assert (waiting["state"], waiting["deliveries"]) == ("pending", [])


def test_people_read_the_same(operator: Operator) -> None:
    told = operator("notices", operator.world.earlier_id).out.splitlines()
    assert told[0].endswith(", eu-west-1: reaped")
    assert told[1] == "generation 1, over"
    assert told[2].endswith(": 7d before deletion: sent")
    assert told[3].startswith("    gone@example.com: bounced ")
    assert told[3].endswith(" UTC: no such user")
    assert "generation 2" in told
    assert "    for platform@example.com (found by the policy's fallback contact)" in told


def test_a_name_means_the_living_stack(operator: Operator) -> None:
    report = listed(operator, "feat-due")
    assert report["stack"]["stack_id"] == operator.world.stack_ids["feat-due"]
    assert [each["state"] for each in report["notices"]] == ["pending"]


def test_earlier_stacks_of_the_name_are_named_for_whoever_means_them(operator: Operator) -> None:
    (earlier,) = listed(operator, "feat-young")["earlier_stacks"]
    assert earlier.startswith(operator.world.earlier_id)
    assert f"earlier stack of this name: {earlier}" in operator("notices", "feat-young").out


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        pytest.param("payments", "nobody is told of a stack that is not leased", id="not-leased"),
        pytest.param("feat-stale", "no notice was queued so far", id="not-yet"),
    ],
)
def test_without_a_notice_it_says_why_there_is_none(
    operator: Operator, stack: str, told: str
) -> None:
    answer = operator("notices", stack)
    assert answer.code == 0
    assert told in answer.out


def test_an_unknown_stack_is_not_found(operator: Operator) -> None:
    answer = operator("notices", "nobody")
    assert (answer.code, answer.out) == (1, "")
    assert "no stack nobody was found" in answer.err


def test_a_name_of_several_stacks_lists_them(operator: Operator) -> None:
    answer = operator("notices", "feat-twin")
    assert (answer.code, answer.out) == (2, "")
    assert operator.world.stack_ids["feat-twin-elsewhere"] in answer.err


def test_without_a_hub_there_is_nothing_to_list(operator: Operator) -> None:
    answer = operator("notices", "feat-due", "--hub-region", "us-east-1")
    assert (answer.code, answer.out) == (3, "")
    assert "there is no stack steward in" in answer.err
    assert "use credentials of the hub account" in answer.err


def test_it_only_reads(operator: Operator, calls: Calls) -> None:
    before = operator.world.dump()
    operator("notices", "feat-due")
    assert set(calls) - READS == set()
    assert operator.world.dump() == before


def test_every_field_of_the_document_is_in_the_guide(operator: Operator) -> None:
    report = listed(operator, operator.world.earlier_id)
    notice = report["notices"][0]
    fields = {*report, *report["stack"], *notice, *notice["deliveries"][0]}
    guide = GUIDE.read_text()
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []


@pytest.mark.usefixtures("ledger_put_back")
def test_a_deployments_notices_are_listed_by_its_id(operator: Operator) -> None:
    ledger = operator.world.ledger
    notice = make_rollout_notice()
    ledger.queue_news(notice)
    ledger.record_news_sent(notice, NOW, {"dev@example.com": "m-1"})
    report = listed(operator, FAILED_ID)
    assert report["format"] == "steward.rollout-notices/1"
    (told,) = report["notices"]
    assert (told["event"], told["state"], told["owner_source"]) == (
        "failed",
        "sent",
        "tag team=payments",
    )
    guide = GUIDE.read_text()
    assert [field for field in (*report, *told) if f"`{field}`" not in guide] == []
    assert operator("notices", FAILED_ID).out.splitlines() == [
        "d-FAILED001: shop-orders in 222222222222, eu-west-1",
        "  Mon 2026-11-23 09:00 UTC: failed: sent: 1 of 3 checks failed: errors: 12 of 400 "
        "invocations of version 4 failed",
        "    to dev@example.com (found by tag team=payments), Mon 2026-11-23 09:00 UTC",
    ]


@pytest.mark.usefixtures("ledger_put_back")
def test_a_notice_that_nobody_took_says_why(operator: Operator) -> None:
    notice = make_rollout_notice()
    operator.world.ledger.queue_news(notice)
    operator.world.ledger.record_news_failure(notice, "SES said no", NOW)
    told = operator("notices", FAILED_ID).out
    assert "failed: pending: " in told
    assert "    for dev@example.com (found by tag team=payments)\n" in told
    assert "    after 1 tries: SES said no" in told


def test_a_deployment_without_notices_is_looked_for_as_a_stack(operator: Operator) -> None:
    answer = operator("notices", "d-NOTHING01")
    assert answer.code == 1
    assert answer.err.startswith("no notice about a deployment d-NOTHING01 is on record; is it")
    assert "no stack d-NOTHING01 was found" in answer.err
