"""Files of scans and reports in the reports bucket."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from io import TextIOWrapper
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from steward.aws.errors import denials

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

# A file of lines waits in memory up to this size, on disk beyond it.
IN_MEMORY = 1024 * 1024
_GZIP = "application/gzip"
# "Download and upload objects with presigned URLs", Amazon S3 User Guide.
LONGEST_LINK_SECONDS = 7 * 24 * 3600
_REMEDY = "check the function's role in template.yaml and the policy of the reports bucket"


class MissingFile(Exception):
    """A file that should be there is not."""

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__(
            f"{key} is not in bucket {bucket}; scan again, or look whether the bucket's lifecycle "
            "rules delete it too early"
        )
        self.bucket = bucket
        self.key = key


class ReportStore:
    """Every method raises NotAllowed for a missing permission; iterators do so when they are read.

    Without s3:ListBucket S3 denies a missing file instead of saying that it is missing.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """A small file as it is; None when there is none."""
        with denials(_REMEDY):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            with closing(answer["Body"]) as body:
                return body.read()

    def write(self, key: str, body: bytes, content_type: str) -> None:
        """Put a small file."""
        with denials(_REMEDY):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=content_type
            )

    def write_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Put a file from its beginning, piece by piece."""
        file.seek(0)
        with denials(_REMEDY):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=file, ContentType=content_type
            )

    def write_lines(self, key: str, lines: Iterable[str]) -> int:
        """Put lines, compressed, as they come; return how many. Equal lines give equal bytes."""
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            count = _compress(lines, spool)
            self.write_file(key, cast("BinaryIO", spool), _GZIP)
        return count

    def lines(self, key: str) -> Iterator[str]:
        """The lines of a compressed file, without their ends, as they arrive; raise MissingFile."""
        with closing(self._opened(key)) as body:
            yield from unpacked(cast("IO[bytes]", body))

    def fetch(self, key: str) -> IO[bytes]:
        """A compressed file, as it is and whole, for the caller to close; raise MissingFile."""
        with ExitStack() as failing, closing(self._opened(key)) as body:
            fetched = failing.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
            copyfileobj(body, fetched)
            fetched.seek(0)
            failing.pop_all()
        return cast("IO[bytes]", fetched)

    def _opened(self, key: str) -> "StreamingBody":
        with denials(_REMEDY):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            except self._client.exceptions.NoSuchKey as error:
                raise MissingFile(self._bucket, key) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys of all files under `prefix`, in order."""
        pages = self._client.get_paginator("list_objects_v2")
        with denials(_REMEDY):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield found["Key"]

    def link(self, key: str, seconds: int) -> str:
        """An address that anybody may get the file from; it ends after `seconds`, or as soon as the
        credentials that signed it do, which takes hours with a role."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=min(seconds, LONGEST_LINK_SECONDS),
        )


def unpacked(body: IO[bytes]) -> Iterator[str]:
    """The lines of what was compressed, without their ends."""
    with (
        gzip.GzipFile(fileobj=body, mode="rb") as content,
        TextIOWrapper(content, encoding="utf-8", newline="\n") as text,
    ):
        for line in text:
            yield line.removesuffix("\n")


def _compress(lines: Iterable[str], spool: IO[bytes]) -> int:
    """Without its time of writing, a compressed file depends on its content alone."""
    count = 0
    with gzip.GzipFile(filename="", fileobj=spool, mode="wb", mtime=0) as packed:
        for line in lines:
            packed.write(f"{line}\n".encode())
            count += 1
    return count
