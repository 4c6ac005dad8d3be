"""Every filter policy of the guide, on moto and on the emulator, with messages as Steward sends."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from steward.notify.channels import Publisher
from tests.integration.digest_hub import aws
from tests.integration.notices.guide import BY_THE_BODY, filter_policies
from tests.integration.notices.samples import SAMPLES, WANTED
from tests.integration.notices.subscribers import Subscribers

POLICIES = filter_policies()


def subscribed(subscribers: Subscribers) -> Subscribers:
    for heading, policy in POLICIES.items():
        subscribers.subscribe(heading, policy)
    return subscribers


@pytest.fixture
def on_moto() -> Iterator[Subscribers]:
    with mock_aws():
        sns, sqs = aws().client("sns"), aws().client("sqs")
        topic_arn = sns.create_topic(Name="notices")["TopicArn"]
        yield subscribed(Subscribers(sns, sqs, topic_arn))


@pytest.fixture(scope="module")
def on_the_emulator() -> Iterator[Subscribers]:
    with Emulator(enforce_iam=True) as emulator:
        session = EmulatedSession(emulator.endpoint, emulator.hub_account)
        sns, sqs = session.client("sns"), session.client("sqs")
        topic_arn = sns.create_topic(Name="notices")["TopicArn"]
        yield subscribed(Subscribers(sns, sqs, topic_arn))


def publish_all(subscribers: Subscribers) -> None:
    publisher = Publisher(subscribers.sns, subscribers.topic_arn)
    for message in SAMPLES.values():
        publisher.publish(message)


def names(subscribers: Subscribers, heading: str) -> list[str]:
    return sorted(body["id"] for body in subscribers.got(heading))


def test_every_policy_of_the_guide_is_tried() -> None:
    assert POLICIES.keys() == WANTED.keys()


@pytest.mark.parametrize("heading", WANTED)
def test_every_policy_wants_some_messages_and_not_others(heading: str) -> None:
    assert set() < WANTED[heading] < SAMPLES.keys()


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_policy_keeps_to_the_constraints(policy: dict[str, list[object]]) -> None:
    """ "Filter policy constraints in Amazon SNS", Amazon SNS Developer Guide."""
    combinations = 1
    for values in policy.values():
        combinations *= len(values)
    assert len(policy) <= 5
    assert combinations <= 150


@pytest.mark.parametrize("heading", sorted(WANTED.keys() - {BY_THE_BODY}))
def test_a_policy_selects_on_moto(on_moto: Subscribers, heading: str) -> None:
    publish_all(on_moto)
    assert names(on_moto, heading) == sorted(WANTED[heading])


def test_a_policy_for_the_body_selects_on_moto(on_moto: Subscribers) -> None:
    """Moto compares the structure of all forms, not the form of the queue, so it gets that one."""
    for message in SAMPLES.values():
        on_moto.sns.publish(TopicArn=on_moto.topic_arn, Message=message.model_dump_json())
    assert names(on_moto, BY_THE_BODY) == sorted(WANTED[BY_THE_BODY])


def test_all_policies_select_on_the_emulator(on_the_emulator: Subscribers) -> None:
    publish_all(on_the_emulator)
    selected = {heading: names(on_the_emulator, heading) for heading in WANTED}
    assert selected == {heading: sorted(wanted) for heading, wanted in WANTED.items()}


def test_a_queue_gets_the_message_as_it_was_made(on_the_emulator: Subscribers) -> None:
    publish_all(on_the_emulator)
    bodies = {body["id"]: body for body in on_the_emulator.got("By owner")}
    made = {name: SAMPLES[name].model_dump(mode="json") for name in WANTED["By owner"]}
    assert bodies == made
