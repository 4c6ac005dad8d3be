"""A file of any number of lines is written and read in the same memory."""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session

from steward.aws.report_store import ReportStore

# Both are more than stays in memory before it is written.
FEW, MANY = 3_000, 30_000


class Disk:
    """S3's end of the wire: one object, in a file, read and written piece by piece."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def client(self) -> Any:
        session = Session()
        session.register("before-send", self._send)
        return session.create_client("s3", region_name="eu-west-1")

    def _send(self, **event: Any) -> Any:
        request: AWSPreparedRequest = event["request"]
        headers = HTTPHeaders()
        if request.method == "PUT":
            self._take(request.body)
            return AWSResponse(request.url, 200, headers, _Nothing())
        headers["Content-Length"] = str(self._path.stat().st_size)
        return AWSResponse(request.url, 200, headers, self._path.open("rb"))

    def _take(self, body: Any) -> None:
        """ "Signature calculations for the Authorization header: transferring payload in multiple
        chunks", Amazon S3 API Reference: each chunk follows its length."""
        sent = self._path.with_suffix(".sent")
        with sent.open("wb") as file:
            while piece := body.read(65536):
                file.write(piece)
        with sent.open("rb") as chunked, self._path.open("wb") as file:
            while length := int(chunked.readline(), 16):
                file.write(chunked.read(length))
                chunked.readline()


class _Nothing:
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield b""


def lines(count: int) -> Iterator[str]:
    for number in range(count):
        yield f'{{"name":"orders-{number}","noise":"{os.urandom(500).hex()}"}}'


def peak(work: Callable[[], int], expected: int) -> int:
    tracemalloc.start()
    try:
        assert work() == expected
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def store(tmp_path: Path) -> ReportStore:
    return ReportStore(Disk(tmp_path / "object").client(), "reports")


def peaks(store: ReportStore, count: int) -> tuple[int, int]:
    """Bytes at the highest while `count` lines are written, and while they are read."""
    written = peak(lambda: store.write_lines("k", lines(count)), count)
    return written, peak(lambda: sum(1 for _ in store.lines("k")), count)


def test_ten_times_the_lines_take_no_more_memory(store: ReportStore) -> None:
    store.write_lines("warm", lines(10))
    few, many = peaks(store, FEW), peaks(store, MANY)
    assert many[0] < 2 * few[0]
    assert many[1] < 2 * few[1]
