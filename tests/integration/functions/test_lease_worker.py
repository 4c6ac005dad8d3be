"""One sweep of units as their messages ask for it: what is leased, told, tagged and queued."""

import json
from datetime import timedelta

import pytest

from steward.domain.leases import LeaseState, TagStatus
from steward.domain.stacks import Unit
from steward.domain.tagging import DELETE_AFTER_TAG, LEASE_TAG
from steward.messages import ReapWork
from tests.factories import UNIT, make_policy, make_stack_id
from tests.integration.functions.asking import sweep
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known, reaping
from tests.integration.functions.samples import failed, queued, sample, unit_work

HOUR = timedelta(hours=1)
VIRGINIA = Unit(UNIT.account_id, "us-east-1")


def test_the_sample_message_leases_the_feature_stacks_it_finds(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart")
    hub.members.add("payments")
    assert failed(worker(sample("sqs_unit"))) == []
    (lease,) = hub.ledger.leases_of(UNIT)
    assert (lease.stack_id, lease.state) == (cart, LeaseState.ACTIVE)
    assert lease.owners == ("dev@example.com",)
    assert lease.registered_at == SWEPT_AT
    (event,) = hub.audit(cart)
    assert (event.what, event.actor, event.policy) == ("register", "lease_worker", "0123456789ab")
    assert event.evidence["status"] == "CREATE_COMPLETE"


def test_a_sweep_that_finds_nothing_new_writes_its_answer_only(hub: Hub, worker: Function) -> None:
    for name in ("feat-cart", "feat-shop", "payments"):
        hub.members.add(name)
    hub.members.add("feat-fresh", age=timedelta(0))
    hub.members.add("feat-kept", tags={"steward:keep": "yes"})
    hub.members.add("feat-odd", tags={"ttl": "sometime"})
    sweep(hub, worker)
    # Five leases, that the account of the stacks without an owner has no contact, the answer.
    assert len(hub.exchange.writes) == 5 + 1 + 1
    hub.exchange.calls.clear()
    for hours in (1, 2):
        sweep(hub, worker, hours * HOUR)
    assert hub.exchange.writes == ["PutItem", "PutItem"]


def test_calls_are_the_fewest_possible(hub: Hub, worker: Function) -> None:
    hub.members.page_size = 2
    for number in range(5):
        hub.members.add(f"feat-{number}")
    hub.members.add("feat-far", VIRGINIA)
    hub.members.add("feat-other", Unit("333333333333", "eu-west-1"))
    other = unit_work().account.model_copy(update={"account_id": "333333333333"})
    works = [
        unit_work(),
        unit_work(region=VIRGINIA.region),
        unit_work().model_copy(update={"account": other}),
    ]
    assert failed(worker(queued("sqs_unit", *works))) == []
    hub.exchange.calls.clear()
    worker.restart()
    assert failed(worker(queued("sqs_unit", *works))) == []
    sent = [call.operation for call in hub.exchange.calls]
    assert {operation: sent.count(operation) for operation in sent} == {
        "AssumeRole": 2,
        "DescribeStacks": 3 + 1 + 1,
        "GetItem": 1,  # the policy, which all messages name
        "Query": 3 + 1,  # the leases of each unit, and once who cannot be reached
        "PutItem": 1,  # the answer, for the whole batch
    }
    roles = {call.role for call in hub.exchange.calls if call.operation == "DescribeStacks"}
    assert {(role.account_id, role.name) for role in roles if role} == {
        ("222222222222", "steward-read"),
        ("333333333333", "steward-read"),
    }


def test_a_stale_stack_is_marked_told_and_tagged(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart", age=8 * DAY, tags={"owner": "dev@example.com", "a": "b"})
    sweep(hub, worker)
    assert hub.lease(cart).state is LeaseState.ACTIVE
    sweep(hub, worker, HOUR)
    lease = hub.lease(cart)
    assert lease.state is LeaseState.MARKED
    assert lease.tag.status is TagStatus.WRITTEN
    assert hub.members.tags(cart) == {
        "owner": "dev@example.com",
        "a": "b",
        DELETE_AFTER_TAG: lease.tag.value,
        LEASE_TAG: lease.lease_id,
    }
    (notice,) = hub.notices(cart)
    assert (notice.stage, notice.generation, notice.owners) == ("7d", 1, ("dev@example.com",))
    assert hub.history(cart) == ["register", "mark", "tag written"]
    assert hub.queued(hub.reaps_url) == []


def test_our_own_tag_update_is_no_sign_of_life(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart", age=8 * DAY)
    sweep(hub, worker)
    sweep(hub, worker, HOUR)
    marked = hub.lease(cart)
    sweep(hub, worker, 2 * HOUR)
    lease = hub.lease(cart)
    assert (lease.state, lease.generation) == (LeaseState.MARKED, 1)
    assert (lease.deployed_at, lease.expires_at) == (marked.deployed_at, marked.expires_at)
    hub.exchange.calls.clear()
    sweep(hub, worker, 3 * HOUR)
    assert hub.exchange.writes == ["PutItem"]


def test_an_owners_deploy_unmarks_and_takes_the_tags_away(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart", age=8 * DAY)
    sweep(hub, worker)
    sweep(hub, worker, HOUR)
    hub.clock += HOUR
    hub.members.updated(cart)
    sweep(hub, worker, 3 * HOUR)
    lease = hub.lease(cart)
    assert (lease.state, lease.generation, lease.notices) == (LeaseState.ACTIVE, 2, ())
    assert hub.members.tags(cart) == {"owner": "dev@example.com"}
    assert hub.history(cart)[-2:] == ["unmark", "tag none"]


def test_a_deploy_between_the_judgement_and_the_tagging_is_not_hidden(
    hub: Hub, worker: Function
) -> None:
    cart = hub.members.add("feat-cart", age=8 * DAY)
    sweep(hub, worker)

    def deploy() -> None:
        hub.members.updated(cart, token="deploy-7")

    # The first is the list; the second reads the stack that is about to be tagged.
    hub.exchange.before("DescribeStacks", deploy, skip=1)
    sweep(hub, worker, HOUR)
    assert hub.exchange.sent("ExecuteChangeSet") == []
    sweep(hub, worker, 2 * HOUR)
    lease = hub.lease(cart)
    assert (lease.state, lease.generation) == (LeaseState.ACTIVE, 2)


def test_an_observing_policy_neither_tells_nor_tags(hub: Hub, worker: Function) -> None:
    hub.put_in_force(make_policy(mode="observe"), "0123456789ac")
    cart = hub.members.add("feat-cart", age=40 * DAY)
    hub.save(known(hub, cart))
    work = unit_work(policy="0123456789ac")
    assert failed(worker(queued("sqs_unit", work))) == []
    assert hub.lease(cart).state is LeaseState.ACTIVE
    assert hub.notices(cart) == []
    assert hub.exchange.sent("CreateChangeSet") == []


@pytest.mark.parametrize(
    "hold",
    [
        pytest.param({"held": "it newly selects 300 stacks"}, id="held"),
        pytest.param({"mode": "observe"}, id="lowered-by-the-planner"),
        pytest.param(
            {
                "account": {
                    "account_id": UNIT.account_id,
                    "tags": {"steward:mode": "observe"},
                }
            },
            id="lowered-by-the-account",
        ),
        pytest.param({"mode": "notify"}, id="only-notifying"),
    ],
)
def test_a_sweep_that_may_not_reap_queues_no_reap(
    hub: Hub, worker: Function, hold: dict[str, object]
) -> None:
    due(hub)
    assert failed(worker(queued("sqs_unit", unit_work(**hold)))) == []
    assert hub.queued(hub.reaps_url) == []


def test_a_due_stack_is_asked_to_be_reaped(hub: Hub, worker: Function) -> None:
    checkout = due(hub)
    assert failed(worker(sample("sqs_unit"))) == []
    (body,) = hub.queued(hub.reaps_url)
    reap = ReapWork.model_validate(body)
    assert (reap.stack_id, reap.generation) == (checkout, 1)
    assert (reap.sweep, reap.account) == (unit_work().sweep, unit_work().account)
    assert hub.exchange.sent("DeleteStack") == []
    assert hub.lease(checkout).state is LeaseState.MARKED


def test_a_message_that_comes_twice_changes_nothing_the_second_time(
    hub: Hub, worker: Function
) -> None:
    hub.members.add("feat-new")
    stale = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stale))
    due(hub)
    assert failed(worker(sample("sqs_unit"))) == []
    written = len(hub.exchange.writes)
    assert failed(worker(sample("sqs_unit"))) == []
    # The tag update itself has to be looked at once; nothing else is new.
    assert hub.exchange.writes[written:] == ["TransactWriteItems", "PutItem"]
    assert len(hub.notices(stale)) == 1
    assert len(hub.queued(hub.reaps_url)) == 1
    assert len(hub.exchange.sent("ExecuteChangeSet")) == 1


def test_two_copies_of_a_registering_message_mark_nothing(hub: Hub, worker: Function) -> None:
    old = hub.members.add("feat-old", age=50 * DAY)
    assert failed(worker(queued("sqs_unit", unit_work(), unit_work()))) == []
    assert hub.history(old) == ["register"]


def test_owners_follow_the_tags_of_the_stack(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart")
    sweep(hub, worker)
    hub.members.retag(cart, {"owner": "bob@example.com, eve@example.org"})
    sweep(hub, worker, HOUR)
    assert hub.lease(cart).owners == ("bob@example.com",)
    hub.members.retag(cart, {})
    sweep(hub, worker, 2 * HOUR)
    lease = hub.lease(cart)
    assert lease.owners == ("platform@example.com",)
    assert lease.owner_source == (
        "the policy's fallback contact; no tag owner, contact or team; "
        "its creator is not known: CloudTrail has no record of its creation; "
        "no account tag owner, contact or team; the account has no operations contact"
    )


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({"ttl": "sometime"}, id="no-duration"),
        pytest.param({"ttl": "9" * 256}, id="oversized-duration"),
        pytest.param({"ttl": "30"}, id="bare-number"),
        pytest.param({"expires-at": "next tuesday"}, id="no-date"),
        pytest.param({"expires-at": "\u202e2026-13-45\x00" + "x" * 240}, id="oversized-date"),
    ],
)
def test_an_unreadable_tag_means_the_policys_ttl_and_a_warning(
    hub: Hub, worker: Function, tags: dict[str, str]
) -> None:
    cart = hub.members.add("feat-cart", tags=tags)
    sweep(hub, worker)
    lease = hub.lease(cart)
    assert lease.expires_at == lease.created_at + 14 * DAY
    assert next(iter(tags)) in lease.warning
    assert len(lease.warning) < 250


def test_fifty_long_tags_are_no_hindrance(hub: Hub, worker: Function) -> None:
    tags = {f"key-{number}-{'k' * 100}": "v" * 256 for number in range(49)}
    cart = hub.members.add("feat-cart", age=8 * DAY, tags={**tags, "owner": "dev@example.com"})
    sweep(hub, worker)
    sweep(hub, worker, HOUR)
    lease = hub.lease(cart)
    assert lease.state is LeaseState.MARKED
    assert lease.tag.status is TagStatus.SKIPPED
    assert "no room for two more tags" in lease.tag.why


def test_a_redeployed_stack_is_another_lease(hub: Hub, worker: Function) -> None:
    old = due(hub, "feat-cart")
    hub.members.happened(old, "DELETE_COMPLETE")
    new = hub.members.add("feat-cart", StackId=make_stack_id("feat-cart", incarnation=2))
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.ended(old).state is LeaseState.GONE
    assert hub.lease(new).state is LeaseState.ACTIVE
    assert hub.queued(hub.reaps_url) == []


def test_what_we_deleted_is_receipted_with_what_it_left_behind(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart", age=40 * DAY)
    lease = hub.save(reaping(hub, cart))
    assert lease.attempt is not None
    token = lease.attempt.token
    hub.members.happened(cart, "DELETE_IN_PROGRESS", token)
    bucket = {
        "LogicalResourceId": "Uploads",
        "ResourceType": "AWS::S3::Bucket",
        "PhysicalResourceId": "uploads-1",
    }
    hub.members.happened(cart, "DELETE_SKIPPED", token, **bucket)
    hub.members.happened(cart, "DELETE_COMPLETE", token)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.ended(cart).state is LeaseState.REAPED
    (receipt,) = hub.notices(cart)
    assert (receipt.kind, receipt.owners) == ("deleted", ("dev@example.com",))
    assert receipt.left_behind == ("Uploads (AWS::S3::Bucket) uploads-1",)


def test_alone_the_account_is_read_with_the_functions_own_rights(
    hub: Hub, worker: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    cart = hub.members.add("feat-cart", Unit(HUB, "eu-west-1"), age=8 * DAY)
    hub.save(known(hub, cart))
    assert failed(worker(queued("sqs_unit", unit_work(account={"account_id": HUB})))) == []
    lease = hub.lease(cart, Unit(HUB, "eu-west-1"))
    assert lease.state is LeaseState.MARKED
    assert "Steward's role may not tag Topic" in lease.tag.why
    assert hub.exchange.sent("AssumeRole") == []


def test_the_logs_tell_each_decision_and_its_reason(
    hub: Hub, worker: Function, caplog: pytest.LogCaptureFixture
) -> None:
    cart = hub.members.add("feat-cart")
    with caplog.at_level("INFO"):
        worker(sample("sqs_unit"))
    (line,) = [each for each in caplog.records if vars(each).get("stack_id") == cart]
    assert vars(line)["action"] == "register"
    assert "its name matches feat-*" in line.getMessage()


def test_a_listing_of_several_pages_is_read_to_its_end(hub: Hub, worker: Function) -> None:
    """Against moto's CloudFormation, which pages by itself, fifty stacks at a time."""
    del hub.exchange.fakes["cloudformation"]
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    assert failed(worker(sample("sqs_unit"))) == []
    seeder = worker.app.sweeper()._sessions.cloudformation(UNIT, "steward-read")
    for number in range(51):
        seeder.create_stack(StackName=f"feat-{number}", TemplateBody=template)
    hub.exchange.calls.clear()
    assert failed(worker(sample("sqs_unit"))) == []
    assert len(list(hub.ledger.leases_of(UNIT))) == 51
    assert len(hub.exchange.sent("DescribeStacks")) == 2
    hub.exchange.calls.clear()
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.exchange.writes == ["PutItem"]
    assert len(hub.exchange.sent("DescribeStacks")) == 2
