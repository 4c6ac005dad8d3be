"""How a mark reaches its stack, and what becomes of it when it cannot."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from steward.aws import changesets
from steward.domain.leases import Lease, LeaseState, TagStatus
from steward.domain.tagging import DELETE_AFTER_TAG, tag_token
from tests.integration.functions.asking import sweep
from tests.integration.functions.cloudformation import TAGS_ONLY
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.leased import DAY, known
from tests.integration.functions.samples import failed, queued, unit_work

HOUR = timedelta(hours=1)
NO_CHANGES = "The submitted information didn't contain changes."


@pytest.fixture
def stale(hub: Hub) -> str:
    stack_id = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stack_id))
    return stack_id


def marked(hub: Hub, stack_id: str) -> Lease:
    """The lease, which is marked and whose owner is told whatever became of the tag."""
    lease = hub.lease(stack_id)
    assert lease.state is LeaseState.MARKED
    assert len(hub.notices(stack_id)) == 1
    return lease


def change(**fields: Any) -> dict[str, Any]:
    return {"Type": "Resource", "ResourceChange": {**TAGS_ONLY["ResourceChange"], **fields}}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param([change(Action="Add")], "would add Topic", id="adds"),
        pytest.param([change(Action="Remove")], "would remove Topic", id="removes"),
        pytest.param([change(Replacement="True")], "might replace Topic", id="replaces"),
        pytest.param([change(Replacement="Conditional")], "might replace", id="may-replace"),
        pytest.param([change(Scope=["Tags", "Properties"])], "Properties", id="more-than-tags"),
        pytest.param([TAGS_ONLY, change(Scope=["Metadata"])], "Metadata", id="second-row"),
        pytest.param(
            [change(ResourceType="AWS::WAFv2::WebACLAssociation")], "known to break", id="breaks"
        ),
        pytest.param(
            [change(ResourceType="AWS::EC2::Instance")], "Steward's role may not tag", id="foreign"
        ),
        pytest.param([{"Type": "Hook"}], "would change something", id="of-another-type"),
    ],
)
def test_a_change_set_that_would_do_more_is_deleted_and_the_reason_recorded(
    hub: Hub, worker: Function, stale: str, changes: list[dict[str, Any]], why: str
) -> None:
    hub.members.changes[stale] = changes
    sweep(hub, worker)
    tag = marked(hub, stale).tag
    assert (tag.status, why in tag.why) == (TagStatus.SKIPPED, True)
    assert hub.members.change_sets == {}
    assert hub.exchange.sent("ExecuteChangeSet") == []
    assert hub.history(stale)[-1] == "tag skipped"
    hub.exchange.calls.clear()
    sweep(hub, worker, HOUR)
    assert hub.exchange.sent("CreateChangeSet") == []


@pytest.mark.parametrize(
    "changes", [[], [change(ResourceType="AWS::SQS::Queue")]], ids=["none", "only-tags"]
)
def test_a_change_set_of_tags_alone_is_executed_under_our_token(
    hub: Hub, worker: Function, stale: str, changes: list[dict[str, Any]]
) -> None:
    hub.members.changes[stale] = changes
    sweep(hub, worker)
    lease = marked(hub, stale)
    assert lease.tag.status is TagStatus.WRITTEN
    (executed,) = hub.exchange.sent("ExecuteChangeSet")
    assert executed["ClientRequestToken"] == executed["ChangeSetName"] == tag_token(lease)
    (created,) = hub.exchange.sent("CreateChangeSet")
    assert created["UsePreviousTemplate"]
    assert created.keys().isdisjoint({"NotificationARNs", "RoleARN", "RollbackConfiguration"})


def test_a_service_role_may_tag_what_stewards_role_may_not(hub: Hub, worker: Function) -> None:
    role = "arn:aws:iam::222222222222:role/deploy"
    stack_id = hub.members.add("feat-role", age=8 * DAY, RoleARN=role)
    hub.save(known(hub, stack_id))
    hub.members.changes[stack_id] = [change(ResourceType="AWS::EC2::Instance")]
    sweep(hub, worker)
    assert marked(hub, stack_id).tag.status is TagStatus.WRITTEN


def test_stacks_tags_that_are_awss_own_are_not_sent_again(hub: Hub, worker: Function) -> None:
    tags = {"aws:cloudformation:origin": "x", "team": "payments"}
    stack_id = hub.members.add("feat-tagged", age=8 * DAY, tags=tags)
    hub.save(known(hub, stack_id))
    sweep(hub, worker)
    (created,) = hub.exchange.sent("CreateChangeSet")
    keys = {tag["Key"] for tag in created["Tags"]}
    assert keys == {"team", "steward:delete-after", "steward:lease"}


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "CREATE_FAILED"])
def test_a_stack_that_takes_no_update_is_not_asked_for_one(
    hub: Hub, worker: Function, stale: str, status: str
) -> None:
    hub.members.stacks[stale]["StackStatus"] = status
    sweep(hub, worker)
    assert marked(hub, stale).tag.why == f"CloudFormation updates no stack in {status}"
    assert hub.exchange.sent("CreateChangeSet") == []


@pytest.mark.parametrize(
    ("proposal", "status", "why"),
    [
        pytest.param({"StatusReason": NO_CHANGES}, TagStatus.WRITTEN, "", id="nothing-to-do"),
        pytest.param({"StatusReason": "no role"}, TagStatus.SKIPPED, "no role", id="not-made"),
    ],
)
def test_a_change_set_that_failed_says_why(
    hub: Hub, worker: Function, stale: str, proposal: dict[str, str], status: TagStatus, why: str
) -> None:
    hub.members.proposal = {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", **proposal}
    sweep(hub, worker)
    tag = marked(hub, stale).tag
    assert (tag.status, tag.why) == (status, why)
    assert hub.members.change_sets == {}


def test_a_change_set_that_takes_long_is_finished_by_the_next_sweep(
    hub: Hub, worker: Function, stale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = partial(changesets.outcome, patience=timedelta(0))
    monkeypatch.setattr(changesets, "outcome", at_once)
    hub.members.proposal = {"Status": "CREATE_IN_PROGRESS", "ExecutionStatus": "UNAVAILABLE"}
    sweep(hub, worker)
    assert marked(hub, stale).tag.status is TagStatus.WANTED
    (waiting,) = hub.members.change_sets.values()
    waiting |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}
    sweep(hub, worker, HOUR)
    assert marked(hub, stale).tag.status is TagStatus.WRITTEN
    assert len(hub.exchange.sent("ExecuteChangeSet")) == 1
    assert hub.members.tags(stale)[DELETE_AFTER_TAG] == hub.lease(stale).tag.value


@pytest.mark.parametrize(
    ("operation", "skip"),
    [
        pytest.param("DescribeStacks", 1, id="reading"),
        pytest.param("GetTemplateSummary", 0, id="template"),
        pytest.param("CreateChangeSet", 0, id="proposing"),
        pytest.param("DescribeChangeSet", 0, id="looking"),
        pytest.param("ExecuteChangeSet", 0, id="executing"),
    ],
)
def test_a_tagging_role_with_too_few_rights_is_on_record(
    hub: Hub, worker: Function, stale: str, operation: str, skip: int
) -> None:
    hub.exchange.refuse(operation, "AccessDenied", "explicit deny", skip=skip)
    sweep(hub, worker)
    tag = marked(hub, stale).tag
    assert tag.status is TagStatus.SKIPPED
    assert f"{operation} is not allowed" in tag.why


def test_an_account_without_the_tagging_role_is_on_record(
    hub: Hub, worker: Function, stale: str
) -> None:
    hub.exchange.refuse_role("steward-tag")
    sweep(hub, worker)
    tag = marked(hub, stale).tag
    assert tag.status is TagStatus.SKIPPED
    assert "role steward-tag of account 222222222222 cannot be assumed" in tag.why


@pytest.mark.parametrize(
    "code", ["InsufficientCapabilitiesException", "LimitExceededException", "ValidationError"]
)
def test_what_cloudformation_refuses_is_on_record_in_its_words(
    hub: Hub, worker: Function, stale: str, code: str
) -> None:
    hub.exchange.refuse("CreateChangeSet", code, "Requires capabilities: [CAPABILITY_IAM]")
    sweep(hub, worker)
    assert marked(hub, stale).tag.why == "Requires capabilities: [CAPABILITY_IAM]"


def test_a_throttled_tagging_is_tried_again_and_nobody_is_told_twice(
    hub: Hub, worker: Function, stale: str
) -> None:
    hub.exchange.refuse("CreateChangeSet", "Throttling")
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert marked(hub, stale).tag.status is TagStatus.WANTED
    sweep(hub, worker)
    assert marked(hub, stale).tag.status is TagStatus.WRITTEN


def test_tags_that_changed_under_our_hands_are_not_overwritten(
    hub: Hub, worker: Function, stale: str
) -> None:
    def retag() -> None:
        hub.members.retag(stale, {"owner": "eve@example.com"})

    # The list, the read before tagging, then the read that the request is made from.
    hub.exchange.before("DescribeStacks", retag, skip=2)
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert hub.exchange.sent("CreateChangeSet") == []
    sweep(hub, worker)
    assert hub.members.tags(stale)["owner"] == "eve@example.com"
    assert DELETE_AFTER_TAG in hub.members.tags(stale)


def test_a_reverted_tag_update_is_never_tried_again(hub: Hub, worker: Function, stale: str) -> None:
    sweep(hub, worker)
    lease = marked(hub, stale)
    hub.members.retag(stale, {"owner": "dev@example.com"})
    hub.members.updated(stale, "UPDATE_ROLLBACK_COMPLETE", tag_token(lease))
    hub.exchange.calls.clear()
    for hours in (1, 2):
        sweep(hub, worker, hours * HOUR)
    assert marked(hub, stale).tag.status is TagStatus.REVERTED
    assert hub.lease(stale).generation == 1
    assert hub.exchange.sent("CreateChangeSet") == []


@pytest.mark.parametrize("hold", [{"mode": "observe"}, {"held": "it newly selects 300 stacks"}])
def test_a_sweep_that_only_observes_finishes_no_tagging(
    hub: Hub, worker: Function, stale: str, hold: dict[str, str]
) -> None:
    hub.exchange.refuse("CreateChangeSet", "Throttling")
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert marked(hub, stale).tag.status is TagStatus.WANTED
    hub.exchange.calls.clear()
    assert failed(worker(queued("sqs_unit", unit_work(**hold)))) == []
    assert hub.exchange.sent("CreateChangeSet") == []
    assert marked(hub, stale).tag.status is TagStatus.WANTED
