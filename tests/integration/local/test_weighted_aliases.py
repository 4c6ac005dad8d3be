"""Aliases with two versions, whichever way their function is invoked."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from tests.integration.local.rollout_world import RolloutWorld

ACCOUNT = "510000000004"
# Says in a queue which version ran, under which ARN.
SAYING = """
import json
import boto3

def handler(event, context):
    ran = {"version": context.function_version, "arn": context.invoked_function_arn}
    sqs = boto3.client("sqs")
    if event != "quiet":
        sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="ran")["QueueUrl"],
                         MessageBody=json.dumps(ran))
    return ran
"""
LIVE = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:web:live"


@pytest.fixture(scope="module")
def built(emulator: Emulator) -> RolloutWorld:
    world = RolloutWorld(emulator, ACCOUNT).build()
    world.publish(SAYING)
    world.publish(SAYING + "\n")
    world.session.client("sqs").create_queue(QueueName="ran")
    return world


@pytest.fixture
def world(built: RolloutWorld) -> Iterator[RolloutWorld]:
    yield built
    built.functions.delete_function_concurrency(FunctionName="web")


def weigh(world: RolloutWorld, weight: float) -> None:
    """To version 4; the rest stays with version 3."""
    world.functions.update_alias(
        FunctionName="web",
        Name="live",
        FunctionVersion="3",
        RoutingConfig={"AdditionalVersionWeights": {"4": weight} if weight else {}},
    )


def ran(world: RolloutWorld) -> dict[str, str]:
    news: dict[str, str] = world.news("ran", lambda _each: True)
    return news


def test_invocations_go_to_both_versions_by_weight(world: RolloutWorld) -> None:
    weigh(world, 0.5)
    executed: Counter[str] = Counter()
    for _ in range(60):
        answer = world.functions.invoke(
            FunctionName="web", Qualifier="live", Payload=json.dumps("quiet").encode()
        )
        told = json.load(answer["Payload"])
        assert told == {"version": answer["ExecutedVersion"], "arn": LIVE}
        executed[answer["ExecutedVersion"]] += 1
    assert executed.keys() == {"3", "4"}
    assert 10 <= executed["4"] <= 50  # beyond with a probability of 1 in 10 million


def test_the_alias_is_shown_with_its_own_version(world: RolloutWorld) -> None:
    weigh(world, 1.0)
    shown = world.functions.get_function_configuration(FunctionName="web", Qualifier="live")
    assert shown["Version"] == "3"


@pytest.mark.parametrize(
    ("weight", "version"), [pytest.param(0.0, "3", id="no"), pytest.param(1.0, "4", id="all")]
)
class TestWithAllOrNoWeight:
    def test_an_asynchronous_invocation_follows(
        self, world: RolloutWorld, weight: float, version: str
    ) -> None:
        weigh(world, weight)
        answer = world.functions.invoke(
            FunctionName="web", Qualifier="live", InvocationType="Event", Payload=b"{}"
        )
        assert answer["ExecutedVersion"] == version
        assert ran(world) == {"version": version, "arn": LIVE}

    def test_a_name_with_the_alias_in_it_follows(
        self, world: RolloutWorld, weight: float, version: str
    ) -> None:
        weigh(world, weight)
        answer = world.functions.invoke(FunctionName="web:live", Payload=b'"quiet"')
        assert answer["ExecutedVersion"] == version

    def test_the_target_of_a_rule_follows(
        self, world: RolloutWorld, weight: float, version: str
    ) -> None:
        weigh(world, weight)
        rules = world.session.client("events")
        pattern = json.dumps({"source": ["shop"]})
        rules.put_rule(Name="orders", EventPattern=pattern)
        rules.put_targets(Rule="orders", Targets=[{"Id": "web", "Arn": LIVE}])
        rules.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": "{}"}])
        assert ran(world) == {"version": version, "arn": LIVE}

    def test_an_event_source_follows(
        self, world: RolloutWorld, weight: float, version: str
    ) -> None:
        weigh(world, weight)
        sqs, name = world.session.client("sqs"), f"orders-{version}"
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"
        mapping = world.functions.create_event_source_mapping(
            FunctionName=LIVE, EventSourceArn=arn, BatchSize=1
        )["UUID"]
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        assert ran(world) == {"version": version, "arn": LIVE}
        world.functions.delete_event_source_mapping(UUID=mapping)


@pytest.mark.parametrize("qualifier", ["live", "3"])
def test_the_reserved_concurrency_holds_for_versions_and_aliases(
    world: RolloutWorld, qualifier: str
) -> None:
    weigh(world, 0.5)
    world.functions.put_function_concurrency(FunctionName="web", ReservedConcurrentExecutions=0)
    with pytest.raises(world.functions.exceptions.TooManyRequestsException):
        world.functions.invoke(FunctionName="web", Qualifier=qualifier)
