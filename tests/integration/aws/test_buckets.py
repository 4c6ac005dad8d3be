"""Emptying a bucket: every version, every marker, no other bucket, nobody else's."""

from typing import TYPE_CHECKING

import pytest

from steward.aws.buckets import BucketNotEmptied, empty_bucket
from steward.aws.errors import NotAllowed
from steward.aws.sessions import Sessions
from steward.domain.stacks import Unit
from tests.integration.aws.counting import Calls
from tests.unit.aws.scripted import Scripted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEMBER = "222222222222"
VERSION = {"Key": "a", "VersionId": "1"}


@pytest.fixture
def s3(sessions: Sessions) -> "S3Client":
    client = sessions.s3(Unit(MEMBER, "us-east-1"), "steward-reap")
    for bucket in ("feat-files", "feat-files-2"):
        client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        client.put_object(Bucket=bucket, Key="first", Body=b"1")
    return client


def test_versions_and_markers_go_and_another_bucket_stays(s3: "S3Client") -> None:
    s3.put_object(Bucket="feat-files", Key="first", Body=b"2")
    s3.delete_object(Bucket="feat-files", Key="first")
    assert empty_bucket(s3, "feat-files", MEMBER) == 3
    s3.delete_bucket(Bucket="feat-files")
    assert len(s3.list_object_versions(Bucket="feat-files-2")["Versions"]) == 1


def test_all_pages_are_emptied_with_one_delete_a_page(
    s3: "S3Client", calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "5")
    for number in range(12):
        s3.put_object(Bucket="feat-files", Key=f"{number:04}", Body=b"")
    assert empty_bucket(s3, "feat-files", MEMBER) == 13
    assert calls["DeleteObjects"] == 3


def test_an_empty_bucket_costs_no_delete(s3: "S3Client", calls: Calls) -> None:
    empty_bucket(s3, "feat-files", MEMBER)
    assert empty_bucket(s3, "feat-files", MEMBER) == 0
    assert calls["DeleteObjects"] == 1


def test_a_bucket_that_is_gone_is_empty(s3: "S3Client") -> None:
    assert empty_bucket(s3, "feat-gone", MEMBER) == 0


def test_the_owner_is_part_of_every_request() -> None:
    aws = Scripted("s3")
    aws.answers(
        "list_object_versions",
        {"Versions": [VERSION]},
        {"Bucket": "feat-files", "ExpectedBucketOwner": MEMBER},
    )
    aws.answers(
        "delete_objects",
        {},
        {
            "Bucket": "feat-files",
            "Delete": {"Objects": [VERSION], "Quiet": True},
            "ExpectedBucketOwner": MEMBER,
        },
    )
    aws.answers("list_object_versions", {})
    with aws:
        assert empty_bucket(aws.client, "feat-files", MEMBER) == 1


def test_a_bucket_of_another_owner_is_not_emptied() -> None:
    with (
        Scripted("s3").refuses("list_object_versions", "AccessDenied", "other owner") as aws,
        pytest.raises(NotAllowed, match="ListObjectVersions"),
    ):
        empty_bucket(aws.client, "feat-files", MEMBER)


def test_a_locked_version_does_not_keep_the_others() -> None:
    locked = {"Key": "a", "VersionId": "1", "Code": "AccessDenied", "Message": "locked"}
    aws = Scripted("s3")
    first = {"Versions": [VERSION, {"Key": "b", "VersionId": "1"}], "IsTruncated": True}
    aws.answers("list_object_versions", {**first, "NextKeyMarker": "b"})
    aws.answers("delete_objects", {"Errors": [locked]})
    aws.answers("list_object_versions", {"DeleteMarkers": [{"Key": "c", "VersionId": "1"}]})
    aws.answers("delete_objects", {})
    aws.answers("list_object_versions", {"Versions": [VERSION]})
    aws.answers("delete_objects", {"Errors": [locked]})
    with aws, pytest.raises(BucketNotEmptied, match=r"1 .*feat-files.*a: AccessDenied locked"):
        empty_bucket(aws.client, "feat-files", MEMBER)
