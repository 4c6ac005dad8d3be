"""A notice of a rollout on the topics: its schema, its attributes, its forms for people."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from steward.aws.topics import LARGEST
from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.notify.attributes import attributes_of
from steward.notify.channels import ChatPublisher, Publisher
from steward.notify.chat import LONGEST_STEP
from steward.notify.message import NoticeMessage
from steward.notify.rollouts.chat import rollout_chat
from steward.notify.rollouts.fitting import CUTTING
from steward.notify.rollouts.message import (
    SEVERITIES,
    RolloutMessage,
    rollout_message,
    rollout_notice_schema,
)
from steward.notify.rollouts.rows import Gravity
from steward.notify.rollouts.topic_mail import rollout_topic_mail
from tests.factories import NOW, make_policy
from tests.rollout_records import make_result, make_rollback, make_rollout, make_verdict
from tests.unit.notify.rollout_examples import (
    every_gravity,
    failed_and_rolled_back,
    notice_in,
    overridden,
    rollback_failed,
    rows_of,
    stopped_by_alarm,
)
from tests.unit.notify.rows import HOSTILE
from tests.unit.notify.runtime_examples import runtime_row
from tests.unit.notify.test_channels import ADA, BOB, TAKEN, TOPIC, Recorded, owners, size
from tests.unit.notify.test_runtime_message import message_of as runtime_message_of

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/rollout_notice.schema.json"
POLICY = make_policy(
    owners={"contacts": {"payments": "Dev@example.com"}, "fallback": "platform@example.com"}
)
NOTICES = [notice for row in every_gravity() for notice in row.notices]
FAILED = notice_in(failed_and_rolled_back(), Told.FAILED)
ROLLED_BACK = notice_in(failed_and_rolled_back(), Told.ROLLED_BACK)


def message_of(notice: RolloutNotice = FAILED, **overrides: Any) -> RolloutMessage:
    told, not_told = ("dev@example.com",), {"bob@example.com": "bounced"}
    message = rollout_message(notice, "", told, not_told, POLICY, NOW)
    return message.model_copy(update=overrides)


def notice_of(**facts: Any) -> RolloutNotice:
    return notice_in(rows_of(make_rollout(**facts)), Told.FAILED)


def test_the_committed_schema_is_the_models() -> None:
    assert SCHEMA.read_text() == rollout_notice_schema(), (
        "write rollout_notice_schema() of steward.notify.rollouts.message to "
        "data/rollout_notice.schema.json, and raise the message's version if a released field "
        "changed"
    )


@pytest.mark.parametrize("notice", NOTICES, ids=lambda each: each.story.deployment_id)
def test_every_message_keeps_to_the_schema(notice: RolloutNotice) -> None:
    body = json.loads(message_of(notice).model_dump_json())
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert (body["version"], body["kind"], body["event"]) == (1, "rollout", notice.event)


def test_the_kind_tells_it_from_other_notices() -> None:
    kinds = NoticeMessage.model_json_schema()["$defs"]["NoticeKind"]["enum"]
    assert message_of().kind not in [*kinds, runtime_message_of(runtime_row()).kind]


def test_each_event_of_each_deployment_has_its_own_id_and_one_thread() -> None:
    failed, undone = message_of(FAILED), message_of(ROLLED_BACK)
    assert failed.id == message_of(FAILED).id != undone.id
    assert failed.thread == undone.thread
    elsewhere = message_of(notice_of(region="us-east-1"))
    assert elsewhere.id != failed.id
    assert elsewhere.thread != failed.thread


def test_the_attributes_are_those_of_all_notices() -> None:
    assert attributes_of(message_of(), "Dev@Example.com") == {
        "kind": "rollout",
        "severity": "warning",
        "team": "payments",
        "account": "222222222222",
        "owner": "dev@example.com",
    }


@pytest.mark.parametrize(
    ("notice", "severity"),
    [
        pytest.param(FAILED, "warning", id="failed"),
        pytest.param(ROLLED_BACK, "info", id="rolled-back"),
        pytest.param(notice_in(rollback_failed(), Told.ROLLED_BACK), "critical", id="not-undone"),
        pytest.param(notice_in(overridden(), Told.OVERRIDDEN), "warning", id="overridden"),
    ],
)
def test_severity_says_whether_somebody_is_needed(notice: RolloutNotice, severity: str) -> None:
    assert message_of(notice).severity == severity


def test_every_gravity_has_a_severity() -> None:
    assert SEVERITIES.keys() == set(Gravity)


def test_the_message_says_what_codedeploy_did_and_what_to_do() -> None:
    message = message_of()
    assert message.title == "shop-orders failed after traffic shift"
    assert message.traffic == "no rollback is known of so far, so version 4 may still get traffic"
    assert message.show_command == "steward rollouts show d-FAILED001"
    assert "/steward/rollout-override/shop-orders" in message.override_command
    assert message.console_url.endswith("/deployments/d-FAILED001?region=eu-west-1")
    assert [check.name for check in message.checks] == ["errors"]


def test_no_override_is_offered_against_an_alarm() -> None:
    assert message_of(notice_in(stopped_by_alarm(), Told.FAILED)).override_command == ""


def test_a_mail_to_subscribers_says_what_when_and_what_to_do() -> None:
    mail = rollout_topic_mail(message_of())
    assert mail.startswith("shop-orders failed after traffic shift\n")
    assert "Function:    shop-orders:live\n" in mail
    assert "Account:     payments-dev (222222222222)\n" in mail
    assert "Check:       errors (compare, fail): 12 of 400" in mail
    assert "Not told:    bob@example.com: bounced\n" in mail
    assert "- To see the evidence: steward rollouts show d-FAILED001\n" in mail
    assert mail.endswith("not as an owner of the function.\n")


@pytest.mark.parametrize("notice", NOTICES, ids=lambda each: each.story.deployment_id)
def test_a_channel_gets_every_event(notice: RolloutNotice) -> None:
    shown = rollout_chat(message_of(notice))
    assert shown.metadata.event_type == "Steward-rollout"
    assert shown.metadata.additional_context["event"] == notice.event
    assert shown.metadata.additional_context["deploymentId"] == notice.story.deployment_id
    assert notice.story.function in shown.content.description
    assert all(len(step) <= LONGEST_STEP for step in shown.content.next_steps)


def test_a_channel_is_not_pinged_by_what_a_workload_answered() -> None:
    answer = f"@here <!channel> *{HOSTILE}*"
    result = make_result(reason=answer)
    notice = notice_of(verdicts=(make_verdict(reason=answer, results=(result,)),))
    shown = rollout_chat(message_of(notice)).content.description
    assert "@here" not in shown
    assert "<!" not in shown


def test_a_command_that_a_channel_would_cut_is_left_out() -> None:
    (step,) = rollout_chat(message_of(notice_of(function="f" * 255))).content.next_steps
    assert step.startswith("To see the evidence")


def test_a_message_that_fits_is_left_as_it_is() -> None:
    assert CUTTING.fitted(message_of(), lambda _: True) == message_of()


def test_a_large_message_is_cut_and_counts_what_is_missing() -> None:
    reasons = {f"owner-{each}@example.com": "x" * 600 for each in range(3)}
    results = tuple(make_result(f"check-{each}") for each in range(9))
    notice = notice_of(verdicts=(make_verdict(results=results),))
    cut = CUTTING.fitted(message_of(notice, not_told=reasons), lambda each: len(each.checks) <= 1)
    assert len(cut.checks) == 1
    assert cut.truncated == {"checks": 8, "not_told": 300}
    RolloutMessage.model_validate_json(cut.model_dump_json())


def test_the_largest_message_that_a_deployment_can_make_fits_into_sns() -> None:
    long = "\N{PARTY POPPER}" * 5000
    results = tuple(make_result(long, reason=long, evidence={long: 1}) for _ in range(60))
    names = ("function", "alias", "stack", "application", "group", "from_version", "to_version")
    words = dict.fromkeys([*names, "error_code", "error_message"], long)
    verdict = make_verdict(reason=long, results=results)
    notice = notice_of(deployment_id=long, verdicts=(verdict,), owners=(ADA,), **words)
    with Recorded().answers("publish", TAKEN) as sns:
        Publisher(sns.client, TOPIC).publish(message_of(notice))
    assert isinstance(sns, Recorded)
    (request,) = sns.requests
    body = json.loads(json.loads(request["Message"])["default"])
    assert size(request) <= LARGEST
    assert (body["truncated"], body["more_checks"]) == ({}, 50)


def test_it_is_published_once_for_each_owner_and_once_in_a_channel() -> None:
    message = message_of(notice_of(owners=(ADA, BOB)))
    with Recorded().answers("publish", TAKEN).answers("publish", {"MessageId": "m-2"}) as sns:
        assert Publisher(sns.client, TOPIC).publish(message) == ["m-1", "m-2"]
    assert isinstance(sns, Recorded)
    assert owners(sns) == ["ada@example.com", "bob@example.com"]
    assert json.loads(sns.requests[0]["Message"]) == {
        "default": message.model_dump_json(),
        "email": rollout_topic_mail(message),
    }
    with Recorded().answers("publish", TAKEN) as chat:
        assert ChatPublisher(chat.client, TOPIC).publish(message) == "m-1"
    assert isinstance(chat, Recorded)
    form = rollout_chat(message).model_dump_json(by_alias=True)
    assert json.loads(chat.requests[0]["Message"]) == {"default": form}


def test_a_rollback_says_what_it_undoes() -> None:
    message = message_of(notice_in(rows_of(make_rollback()), Told.ROLLED_BACK))
    assert (message.undoes, message.reason) == ("d-FAILED001", "version 3 serves again")
