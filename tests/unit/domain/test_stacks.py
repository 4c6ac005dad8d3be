"""What a stack's own fields say, before anybody judges."""

from datetime import timedelta

import pytest

from steward.domain.stacks import UPDATABLE_STATUSES, Unit
from tests.factories import CREATED, make_stack


@pytest.mark.parametrize(
    ("status", "in_progress"),
    [
        ("CREATE_IN_PROGRESS", True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("REVIEW_IN_PROGRESS", True),
        ("CREATE_COMPLETE", False),
        ("DELETE_FAILED", False),
        ("ROLLBACK_COMPLETE", False),
    ],
)
def test_an_operation_in_progress_shows_in_the_status(status: str, in_progress: bool) -> None:
    assert make_stack(status=status).in_progress is in_progress


def test_a_stack_is_touched_by_its_last_update_or_its_creation() -> None:
    updated = CREATED + timedelta(days=1)
    assert make_stack().touched_at == CREATED
    assert make_stack(updated_at=updated).touched_at == updated


def test_a_unit_reads_as_account_and_region() -> None:
    assert str(Unit("222222222222", "eu-west-1")) == "222222222222/eu-west-1"


def test_only_settled_and_sound_stacks_take_an_update() -> None:
    """ "Stack status codes" of the CloudFormation User Guide names those that were completed."""
    assert {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    } == UPDATABLE_STATUSES
