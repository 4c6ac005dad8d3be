import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from steward.domain.runtimes.severity import Level
from steward.notify.attributes import attributes_of
from steward.notify.message import NoticeMessage
from steward.notify.runtimes.chat import runtime_chat
from steward.notify.runtimes.fitting import CUTTING
from steward.notify.runtimes.message import (
    SEVERITIES,
    RuntimeMessage,
    runtime_message,
    runtime_notice_schema,
)
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.runtimes.topic_mail import runtime_topic_mail
from tests.factories import NOW, make_policy
from tests.unit.notify.rows import HOSTILE
from tests.unit.notify.runtime_examples import every_kind, regression_row, runtime_row

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/runtime_notice.schema.json"
OWNERS = {
    "contacts": {"payments": "Dev@example.com", "search": "search@example.com"},
    "fallback": "platform@example.com",
}
POLICY = make_policy(owners=OWNERS)


def message_of(row: RuntimeRow | None = None, **overrides: Any) -> RuntimeMessage:
    told, not_told = ("dev@example.com",), {"bob@example.com": "bounced"}
    message = runtime_message(row or runtime_row(), told, not_told, POLICY, NOW)
    return message.model_copy(update=overrides)


def test_the_committed_schema_is_the_models() -> None:
    assert SCHEMA.read_text() == runtime_notice_schema(), (
        "write runtime_notice_schema() of steward.notify.runtimes.message to "
        "data/runtime_notice.schema.json, and raise the message's version if a released field "
        "changed"
    )


@pytest.mark.parametrize(
    "row", [*every_kind(), regression_row()], ids=lambda row: str(row.notice.kind)
)
def test_every_message_keeps_to_the_schema(row: RuntimeRow) -> None:
    body = json.loads(message_of(row).model_dump_json())
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert (body["version"], body["kind"]) == (1, "runtime")


def test_r14_what_is_new_is_titled_so() -> None:
    message = message_of(regression_row())
    assert message.about == "regression"
    assert message.title == "New on python3.9 since the last report: orders"
    assert message.acknowledge == "steward runtimes acknowledge orders"


def test_the_kind_tells_it_from_a_notice_about_a_lease() -> None:
    kinds = NoticeMessage.model_json_schema()["$defs"]["NoticeKind"]["enum"]
    assert message_of().kind not in kinds


def test_a_repeated_message_has_the_same_id_and_another_stage_another() -> None:
    other = message_of(runtime_row(key="create block/2027-02-01/60"))
    assert message_of().id == message_of().id != other.id
    assert message_of().thread == other.thread


@pytest.mark.parametrize(
    ("units", "account"),
    [
        pytest.param(("2/eu-west-1", "2/us-east-1"), "2", id="one-account"),
        pytest.param(("2/eu-west-1", "3/eu-west-1"), "", id="several"),
        pytest.param((), "", id="none"),
    ],
)
def test_an_account_is_an_attribute_if_it_is_the_only_one(
    units: tuple[str, ...], account: str
) -> None:
    message = message_of(runtime_row(units=units))
    assert message.account == account
    assert attributes_of(message).get("account", "") == account


@pytest.mark.parametrize(
    ("owners", "team"),
    [
        pytest.param(("dev@example.com",), "payments", id="a-contact"),
        pytest.param(("dev@example.com", "search@example.com"), "", id="two-contacts"),
        pytest.param(("eve@example.com",), "", id="no-contact"),
    ],
)
def test_a_team_is_the_contact_that_owns_it(owners: tuple[str, ...], team: str) -> None:
    assert message_of(runtime_row(owners=owners)).team == team


def test_the_attributes_are_those_of_all_notices() -> None:
    assert attributes_of(message_of(), "Dev@Example.com") == {
        "kind": "runtime",
        "severity": "critical",
        "team": "payments",
        "account": "222222222222",
        "owner": "dev@example.com",
    }


def test_every_level_has_a_severity() -> None:
    assert SEVERITIES.keys() == set(Level)
    ranks = [list(SEVERITIES.values()).index(SEVERITIES[level]) for level in Level]
    assert ranks == sorted(ranks)


def test_a_mail_to_subscribers_says_what_when_and_what_to_do() -> None:
    mail = runtime_topic_mail(message_of())
    assert mail.startswith("No new functions from Mon 2027-02-01, in 70 days: orders\n")
    assert "Change python3.9 in the template of stack orders to python3.12." in mail
    assert "steward runtimes acknowledge" in mail
    assert "Not told:    bob@example.com: bounced" in mail
    assert mail.endswith("not as an owner of the functions.\n")


def test_news_about_dates_asks_for_nothing() -> None:
    (row,) = [each for each in every_kind() if each.notice.kind == "dates"]
    mail = runtime_topic_mail(message_of(row))
    assert "exception" not in mail
    assert "acknowledge" not in mail


@pytest.mark.parametrize("row", every_kind(), ids=lambda row: str(row.notice.kind))
def test_a_channel_gets_every_kind(row: RuntimeRow) -> None:
    shown = runtime_chat(message_of(row))
    assert shown.metadata.event_type == "Steward-runtime"
    assert shown.metadata.additional_context["about"] == row.notice.kind
    assert row.notice.place in shown.content.description


def test_a_channel_is_not_pinged_by_a_name() -> None:
    row = runtime_row(headline=f"@here <!channel> *{HOSTILE}*", functions=("@channel",))
    shown = runtime_chat(message_of(row)).content.description
    assert "@here" not in shown
    assert "<!" not in shown
    assert "\n@channel" not in shown


def test_a_message_that_fits_is_left_as_it_is() -> None:
    assert CUTTING.fitted(message_of(), lambda _: True) == message_of()


@pytest.mark.parametrize("longest", [1_000, 4_000, 100_000])
def test_a_large_message_is_cut_until_it_fits_and_counts_what_is_missing(longest: int) -> None:
    functions = tuple(f"function-{index}" * 10 for index in range(3000))
    whole = message_of(runtime_row(functions=functions, headline="x" * 5000), note="n")
    tries = []

    def fits(message: RuntimeMessage) -> bool:
        tries.append(message)
        return sum(map(len, message.functions)) <= longest

    cut = CUTTING.fitted(whole, fits)
    assert fits(cut)
    assert len(cut.functions) + cut.truncated["functions"] == 3000
    assert len(cut.headline) + cut.truncated["headline"] == 5000
    assert "note" not in cut.truncated
    assert len(tries) < 8
    RuntimeMessage.model_validate_json(cut.model_dump_json())
