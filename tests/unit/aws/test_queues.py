"""Work on the queues: nothing is lost silently, and nothing is sent twice by us."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from steward.aws.queues import (
    NotQueued,
    send_reap,
    send_report,
    send_runtime_units,
    send_units,
)
from steward.messages import (
    AccountFacts,
    ReapWork,
    ReportWork,
    RuntimeUnitWork,
    Scan,
    Sweep,
    UnitWork,
)
from tests.factories import FINGERPRINT, NOW, UNIT, make_stack_id
from tests.unit.aws.scripted import Scripted

URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/units"


def make_sweep(sweep_id: str = "2026-11-23T09:00:00Z") -> Sweep:
    fields = {
        "sweep_id": sweep_id,
        "swept_at": NOW,
        "policy": FINGERPRINT,
        "mode": "reap",
        "most_reaps": 20,
        "most_reaps_per_account": 5,
    }
    return Sweep.model_validate({key: fields[key] for key in fields.keys() & Sweep.model_fields})


def make_works(count: int) -> list[UnitWork]:
    return [
        UnitWork(
            sweep=make_sweep(),
            account=AccountFacts(account_id=f"{number:012}"),
            region="eu-west-1",
            scope_since=NOW,
        )
        for number in range(count)
    ]


def make_scan() -> Scan:
    return Scan(scan_id="20261123T090000Z", scanned_at=NOW, why="schedule")


def make_runtime_works(count: int) -> list[RuntimeUnitWork]:
    return [
        RuntimeUnitWork(
            scan=make_scan(),
            account=AccountFacts(account_id=f"{number:012}"),
            region="eu-west-1",
            in_config=True,
        )
        for number in range(count)
    ]


def request(
    works: Sequence[UnitWork | RuntimeUnitWork], ids: list[int] | None = None
) -> dict[str, Any]:
    """One batch as it should be sent; `ids` are the numbers its entries have."""
    numbers = ids or list(range(len(works)))
    entries = [
        {"Id": str(number), "MessageBody": work.model_dump_json()}
        for number, work in zip(numbers, works, strict=True)
    ]
    return {"QueueUrl": URL, "Entries": entries}


def taken(count: int, failed: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    done = [
        {"Id": str(number), "MessageId": "m", "MD5OfMessageBody": "x"} for number in range(count)
    ]
    return {"Successful": done, "Failed": failed or []}


def refused(*numbers: int) -> list[dict[str, Any]]:
    return [
        {"Id": str(number), "SenderFault": False, "Code": "InternalError", "Message": "busy"}
        for number in numbers
    ]


def test_units_go_ten_to_a_call() -> None:
    works = make_works(23)
    sqs = Scripted("sqs")
    for batch in (works[:10], works[10:20], works[20:]):
        sqs.answers("send_message_batch", taken(len(batch)), request(batch))
    with sqs:
        assert send_units(sqs.client, URL, iter(works)) == 23


def test_no_units_cost_no_call() -> None:
    with Scripted("sqs") as sqs:
        assert send_units(sqs.client, URL, []) == 0


def test_only_what_was_refused_is_sent_again() -> None:
    works = make_works(3)
    sqs = Scripted("sqs")
    first = taken(1, refused(1, 2))
    sqs.answers("send_message_batch", first, request(works))
    sqs.answers("send_message_batch", taken(2), request(works[1:], [1, 2]))
    with sqs:
        assert send_units(sqs.client, URL, works) == 3


def test_what_stays_refused_is_named_after_everything_else_was_sent() -> None:
    works = make_works(11)
    sqs = Scripted("sqs")
    for _ in range(3):
        sqs.answers("send_message_batch", taken(9, refused(4)))
    sqs.answers("send_message_batch", taken(1), request(works[10:]))
    with sqs, pytest.raises(NotQueued) as caught:
        send_units(sqs.client, URL, works)
    assert caught.value.failed == ("000000000004/eu-west-1 (InternalError busy)",)
    assert "1 units were not queued" in str(caught.value)


def test_units_are_taken_as_they_come() -> None:
    """A plan of many thousand units is not held in memory a second time."""

    def works() -> Iterator[UnitWork]:
        yield from make_works(10)
        raise RuntimeError("the second batch was asked for")

    sqs = Scripted("sqs").answers("send_message_batch", taken(10))
    with sqs, pytest.raises(RuntimeError, match="second batch"):
        send_units(sqs.client, URL, works())


def test_units_whose_functions_are_scanned_go_the_same_way() -> None:
    works = make_runtime_works(11)
    sqs = Scripted("sqs")
    sqs.answers("send_message_batch", taken(9, refused(4)), request(works[:10]))
    sqs.answers("send_message_batch", taken(1), request(works[4:5], [4]))
    sqs.answers("send_message_batch", taken(1), request(works[10:]))
    with sqs:
        assert send_runtime_units(sqs.client, URL, iter(works)) == 11


def test_units_that_no_scan_will_visit_are_named() -> None:
    sqs = Scripted("sqs")
    for _ in range(3):
        sqs.answers("send_message_batch", taken(0, refused(0)))
    with sqs, pytest.raises(NotQueued, match=r"1 units .* in this scan: 000000000000/eu-west-1"):
        send_runtime_units(sqs.client, URL, make_runtime_works(1))


@pytest.mark.parametrize(
    ("asked", "sent"),
    [(0, 0), (300, 300), (900, 900), (901, 900), (-1, 0)],
)
def test_a_report_is_held_back_for_as_long_as_sqs_can(asked: int, sent: int) -> None:
    work = ReportWork(scan=make_scan(), tries=3)
    message = {"QueueUrl": URL, "MessageBody": work.model_dump_json(), "DelaySeconds": sent}
    with Scripted("sqs").answers("send_message", {"MessageId": "m"}, message) as sqs:
        send_report(sqs.client, URL, work, asked)


class Sent(Scripted):
    """Notes each message that is sent."""

    def __init__(self) -> None:
        super().__init__("sqs")
        self.requests: list[dict[str, Any]] = []
        self.client.meta.events.register("provide-client-params.sqs.SendMessage", self._note)

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        self.requests.append(params)


def make_reap(name: str = "feat-cart", sweep_id: str = "s1", account: str = "") -> ReapWork:
    return ReapWork(
        sweep=make_sweep(sweep_id),
        account=AccountFacts(account_id=account or UNIT.account_id),
        region=UNIT.region,
        stack_id=make_stack_id(name),
        generation=1,
    )


def sent_for(*works: ReapWork) -> list[dict[str, Any]]:
    sqs = Sent()
    for _ in works:
        sqs.answers("send_message", {"MessageId": "m", "MD5OfMessageBody": "x"})
    with sqs:
        for work in works:
            send_reap(sqs.client, URL, work)
    return sqs.requests


def test_a_reap_is_queued_behind_the_others_of_its_account() -> None:
    work = make_reap()
    (message,) = sent_for(work)
    assert message["MessageGroupId"] == "222222222222"
    assert ReapWork.model_validate_json(message["MessageBody"]) == work


def test_a_stack_is_queued_once_a_sweep() -> None:
    same, again, other_stack, other_sweep = sent_for(
        make_reap(), make_reap(), make_reap("feat-shop"), make_reap(sweep_id="s2")
    )
    ids = [each["MessageDeduplicationId"] for each in (same, again, other_stack, other_sweep)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert all(len(each) <= 128 for each in ids)
