import pytest

from steward.domain.modes import Mode
from steward.notify.message import NoticeMessage
from steward.notify.topic_mail import MOST_LEFT_BEHIND, topic_mail
from tests.unit.notify.messages import blocked_message, deleted_message, stage_message
from tests.unit.notify.rows import HOSTILE


def test_a_coming_deletion_reads_as_agreed() -> None:
    assert topic_mail(stage_message(not_told={"bob@example.com": "it bounced"})) == (
        "Deletion not before Wed 2026-11-25 10:00 CET: feat-cart\n"
        "\n"
        "Stack:       feat-cart\n"
        "Account:     payments-dev (222222222222)\n"
        "Region:      eu-west-1\n"
        "Expiry:      Wed 2026-11-25 10:00 CET\n"
        "Deletion:    not before Wed 2026-11-25 10:00 CET\n"
        "Reason:      expires by its tag ttl=14d after its creation; this is its 1d notice\n"
        "Contact:     dev@example.com, found by tag owner=dev@example.com\n"
        "Told:        dev@example.com\n"
        "Not told:    bob@example.com: it bounced\n"
        f"Stack id:    {stage_message().stack_id}\n"
        "\n"
        "What to do:\n"
        "- To keep it until the end of that day, deploy it with the tag expires-at=2026-12-09.\n"
        "- To keep it for good, deploy it with the tag steward:keep=true: "
        "Steward leaves it alone as long as the tag is there.\n"
        "- To let it go, do nothing.\n"
        "\n"
        "You get this as a subscriber of Steward's notices, not as an owner of the stack.\n"
    )


@pytest.mark.parametrize(
    ("message", "line"),
    [
        pytest.param(
            stage_message(mode=Mode.NOTIFY),
            "Deletion:    none for now: Steward's mode is notify here, so it deletes nothing",
            id="mode-notify",
        ),
        pytest.param(
            stage_message(mode=Mode.NOTIFY),
            "- To see it gone, delete it yourself: Steward's mode is notify here.",
            id="what-to-do-in-mode-notify",
        ),
        pytest.param(
            stage_message(delete_not_before=None),
            "Deletion:    none yet: no deletion window opens",
            id="no-window",
        ),
        pytest.param(
            stage_message(blocker="the last delete failed: in use"),
            "Blocked by:  the last delete failed: in use",
            id="a-delete-that-failed-before",
        ),
        pytest.param(
            blocked_message(),
            "Blocked by:  export feat-net-VpcId is imported by feat-cart",
            id="blocked",
        ),
        pytest.param(
            blocked_message(),
            "- To see it gone, remove what blocks its deletion, or delete it yourself.",
            id="what-to-do-when-blocked",
        ),
        pytest.param(
            deleted_message("Uploads (AWS::S3::Bucket)"),
            "Left behind: Uploads (AWS::S3::Bucket)",
            id="left-behind",
        ),
        pytest.param(stage_message(told=()), "Told:        nobody", id="nobody-told"),
        pytest.param(
            stage_message(account_name=""),
            "Account:     222222222222",
            id="an-account-without-name",
        ),
    ],
)
def test_a_mail_says(message: NoticeMessage, line: str) -> None:
    assert line in topic_mail(message).splitlines()


def test_at_the_end_of_its_longest_life_only_the_keep_tag_is_offered() -> None:
    text = topic_mail(stage_message(extend_tag=""))
    assert "steward:keep=true" in text
    assert "until the end of that day" not in text


def test_a_receipt_that_left_nothing_behind_asks_for_nothing() -> None:
    assert "What to do" not in topic_mail(deleted_message())


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    resources = [f"R{number}" for number in range(MOST_LEFT_BEHIND + 3)]
    text = topic_mail(deleted_message(*resources, truncated={"left_behind": 40}))
    assert text.count("Left behind: R") == MOST_LEFT_BEHIND
    assert "Left behind: and 43 more, which are not in this mail" in text


def test_what_people_wrote_forges_no_line() -> None:
    hostile = stage_message(
        reason=HOSTILE, warning=HOSTILE, owner_source=HOSTILE, not_told={HOSTILE: HOSTILE}
    )
    lines = topic_mail(hostile).splitlines()
    assert len(lines) == len(
        topic_mail(stage_message(warning="w", not_told={"a": "b"})).splitlines()
    )
    assert not any(line.startswith("Bcc") for line in lines)
    assert "\u202e" not in "".join(lines)


@pytest.mark.parametrize(
    "message", [stage_message(), blocked_message(), deleted_message("Uploads")]
)
def test_a_mail_to_subscribers_has_no_links(message: NoticeMessage) -> None:
    assert "http" not in topic_mail(message)
