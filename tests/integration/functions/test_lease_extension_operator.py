"""An operator asks lease_extension for an extension, without a link."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.leases import LeaseState
from steward.messages import ExtensionAnswer, ExtensionRequest
from tests.factories import make_stack_id
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.page_visits import DAY, Visitor, marked
from tests.integration.functions.samples import sample

BY = "arn:aws:sts::111111111111:assumed-role/operator/ann"


def wish(stack_id: str, **fields: Any) -> dict[str, Any]:
    request = {"stack_id": stack_id, "reason": "the fair", "by": BY} | fields
    return ExtensionRequest.model_validate(request).model_dump(mode="json", exclude_none=True)


def asked(visitor: Visitor, stack_id: str, **fields: Any) -> ExtensionAnswer:
    return ExtensionAnswer.model_validate(visitor.ask(**wish(stack_id, **fields)))


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        pytest.param({"longer": "7d"}, SWEPT_AT + 12 * DAY, id="longer"),
        pytest.param({"until": SWEPT_AT + 6 * DAY}, SWEPT_AT + 6 * DAY, id="until"),
    ],
)
def test_an_operator_extends(hub: Hub, visitor: Visitor, fields: Any, until: Any) -> None:
    lease = marked(hub)
    answer = asked(visitor, lease.stack_id, **fields)
    assert (answer.extended, answer.expires_at) == (True, until)
    after = hub.lease(lease.stack_id)
    assert (after.expires_at, after.generation) == (until, 2)


def test_the_audit_trail_names_the_operator_and_the_reason(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    asked(visitor, lease.stack_id, longer="1d")
    event = hub.audit(lease.stack_id)[-1]
    assert (event.what, event.actor) == ("extended", BY)
    assert event.evidence["reason"] == "the fair"
    assert "link" not in event.evidence


def test_asking_for_the_same_date_again_changes_nothing(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    until = SWEPT_AT + 6 * DAY
    asked(visitor, lease.stack_id, until=until)
    again = asked(visitor, lease.stack_id, until=until)
    assert (again.extended, again.expires_at) == (False, until)
    assert "is no later than what it has" in again.reason
    assert hub.lease(lease.stack_id).generation == 2


def test_the_longest_life_holds_for_operators_too(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    limit = lease.created_at + 60 * DAY
    beyond = asked(visitor, lease.stack_id, until=limit + timedelta(seconds=1))
    assert beyond.extended is False
    assert "is past its longest life" in beyond.reason
    assert "ask platform@example.com" in beyond.reason
    assert asked(visitor, lease.stack_id, until=limit).extended is True


def test_a_stack_without_a_lease_is_said(visitor: Visitor) -> None:
    answer = asked(visitor, make_stack_id("feat-other"), longer="1d")
    assert (answer.extended, answer.expires_at) == (False, None)
    assert "Steward has no lease of this stack" in answer.reason


def test_a_stack_that_is_being_deleted_is_left_to_it(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub, state=LeaseState.REAPING)
    answer = asked(visitor, lease.stack_id, longer="1d")
    assert answer.extended is False
    assert "being deleted at this moment" in answer.reason


def test_without_any_policy_nothing_is_extended(hub: Hub, visitor: Visitor) -> None:
    hub.forget_policies()
    lease = marked(hub)
    answer = asked(visitor, lease.stack_id, longer="1d")
    assert (answer.extended, answer.expires_at) == (False, lease.expires_at)
    assert "no policy was ever valid" in answer.reason


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "stack_id: Field required", id="nothing"),
        pytest.param({"stack_id": "feat-cart"}, "stack_id: String should match", id="a-name"),
        pytest.param({"longer": "soon"}, "longer: ", id="no-duration"),
        pytest.param({"surprise": 1}, "surprise: Extra inputs", id="an-unknown-field"),
        pytest.param({"by": " "}, "by: String should have at least 1", id="nobody"),
        pytest.param(
            {"until": "0001-01-01T00:00:00+14:00"}, "the calendar does not", id="before-any-time"
        ),
        pytest.param(
            {"until": "9999-12-31T23:30:00+00:00"}, "the calendar does not", id="after-any-time"
        ),
    ],
)
def test_a_request_of_another_shape_is_said(
    hub: Hub, visitor: Visitor, fields: dict[str, Any], said: str
) -> None:
    stack_id = marked(hub).stack_id
    good = wish(stack_id, longer="1d")
    if "until" in fields:
        del good["longer"]
    answer = visitor.ask(**(good | fields if fields else {}))
    assert answer["extended"] is False
    assert said in answer["reason"]
    assert hub.lease(stack_id).generation == 1


def test_nobody_becomes_an_operator_through_the_url(hub: Hub, visitor: Visitor) -> None:
    lease = marked(hub)
    event = sample("function_url_post") | {"extend": wish(lease.stack_id, longer="7d")}
    assert visitor.function(event)["statusCode"] == 403
    assert hub.lease(lease.stack_id) == lease
