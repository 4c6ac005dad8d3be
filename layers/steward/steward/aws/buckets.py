"""Emptying a bucket that keeps its stack from being deleted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, denials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


class BucketNotEmptied(Exception):
    """Some object versions could not be deleted; the others are gone."""

    def __init__(self, bucket: str, failed: int, first: str) -> None:
        super().__init__(
            f"{failed} object versions of bucket {bucket} could not be deleted, "
            f"the first: {first}; look for object locks and bucket policies"
        )
        self.bucket = bucket
        self.failed = failed


def empty_bucket(client: "S3Client", bucket: str, account_id: str) -> int:
    """Delete every object version and delete marker; return how many. A missing bucket is empty.

    A bucket's name is free for anybody once it is deleted, so `account_id` must own it. What was
    written or passed over while its page was listed is found by the next pass.
    """
    total = 0
    with denials():
        while True:
            deleted, errors = _pass_over(client, bucket, account_id)
            total += deleted
            if not deleted:
                break
    if errors:
        raise BucketNotEmptied(bucket, len(errors), errors[0])
    return total


def _pass_over(client: "S3Client", bucket: str, account_id: str) -> tuple[int, list[str]]:
    """Delete all that one listing shows; return how many went, and what was said of the others."""
    deleted = 0
    errors: list[str] = []
    try:
        for versions in _version_pages(client, bucket, account_id):
            failed = _delete(client, bucket, account_id, versions)
            deleted += len(versions) - len(failed)
            errors += failed
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    return deleted, errors


def _version_pages(
    client: "S3Client", bucket: str, account_id: str
) -> "Iterator[list[ObjectIdentifierTypeDef]]":
    """Pages of at most 1000 versions, which is also what one DeleteObjects takes."""
    paginator = client.get_paginator("list_object_versions")
    for page in paginator.paginate(Bucket=bucket, ExpectedBucketOwner=account_id):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            yield [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


def _delete(
    client: "S3Client",
    bucket: str,
    account_id: str,
    versions: "list[ObjectIdentifierTypeDef]",
) -> list[str]:
    """Delete one page; return what S3 said of each version that it kept."""
    answer = client.delete_objects(
        Bucket=bucket,
        Delete={"Objects": versions, "Quiet": True},
        ExpectedBucketOwner=account_id,
    )
    return [
        f"{error.get('Key', '')}: {error.get('Code', '')} {error.get('Message', '')}".rstrip()
        for error in answer.get("Errors", [])
    ]
