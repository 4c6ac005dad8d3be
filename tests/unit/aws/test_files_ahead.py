"""Files that are fetched before they are read, and read twice."""

import gzip
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from io import BytesIO
from typing import IO, Any

import pytest

from steward.aws.files_ahead import THREADS, FilesAhead
from steward.aws.report_store import IN_MEMORY, MissingFile

KEYS = [f"unit-{number:02}" for number in range(30)]
WITHIN_SECONDS = 10


class Bucket:
    """Counts what is fetched; `missing` keys are not there, one of `large` does not compress."""

    def __init__(self, missing: Sequence[str] = (), large: Sequence[str] = ()) -> None:
        self.fetched: list[str] = []
        self._missing = missing
        self._large = large
        self._news = threading.Condition()

    def fetch(self, key: str) -> IO[bytes]:
        with self._news:
            self.fetched.append(key)
            self._news.notify_all()
        if key in self._missing:
            raise MissingFile("reports", key)
        noise = os.urandom(IN_MEMORY).hex() if key in self._large else ""
        return BytesIO(gzip.compress(f"{key}\n{noise}\n".encode()))

    def await_fetched(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.fetched) >= count, WITHIN_SECONDS)


def ahead(bucket: Bucket, most_kept: int = 10 * IN_MEMORY) -> AbstractContextManager[FilesAhead]:
    store: Any = bucket
    return closing(FilesAhead(store, most_kept))


def first_lines(files: FilesAhead, keys: Sequence[str]) -> Iterator[str]:
    files.expect(keys)
    for key in keys:
        yield next(iter(files.lines(key)))


def test_the_next_files_are_fetched_while_one_is_read() -> None:
    bucket = Bucket()
    with ahead(bucket) as files:
        read = first_lines(files, KEYS)
        assert next(read) == KEYS[0]
        bucket.await_fetched(1 + THREADS)
        assert set(bucket.fetched) == set(KEYS[: 1 + THREADS])


def test_every_file_is_fetched_once_however_often_it_is_read() -> None:
    bucket = Bucket()
    with ahead(bucket) as files:
        assert list(first_lines(files, KEYS)) == KEYS
        assert list(first_lines(files, KEYS[::-1])) == KEYS[::-1]
    assert sorted(bucket.fetched) == KEYS


@pytest.mark.parametrize(
    ("large", "most_kept"),
    [
        pytest.param([KEYS[1]], 10 * IN_MEMORY, id="too-large-for-memory"),
        pytest.param([], 0, id="no-room-on-disk"),
    ],
)
def test_what_is_not_kept_is_fetched_again(large: Sequence[str], most_kept: int) -> None:
    bucket = Bucket(large=large)
    with ahead(bucket, most_kept) as files:
        for _ in range(2):
            assert list(first_lines(files, KEYS[:2])) == KEYS[:2]
    assert bucket.fetched.count(KEYS[1]) == 2


def test_a_file_that_is_missing_says_so_at_its_turn_and_spoils_no_other() -> None:
    with ahead(Bucket(missing=[KEYS[1]])) as files:
        files.expect(KEYS[:3])
        assert list(files.lines(KEYS[0])) == [KEYS[0], ""]
        lines = files.lines(KEYS[1])
        with pytest.raises(MissingFile, match=KEYS[1]):
            next(lines)
        assert list(files.lines(KEYS[2])) == [KEYS[2], ""]


def test_a_file_in_between_that_nobody_expected_is_read_too() -> None:
    bucket = Bucket()
    with ahead(bucket) as files:
        files.expect(KEYS[:2])
        assert next(files.lines("another")) == "another"
        assert [next(files.lines(key)) for key in KEYS[:2]] == KEYS[:2]
    assert sorted(bucket.fetched) == ["another", *KEYS[:2]]


def test_what_was_expected_and_never_read_holds_up_nothing() -> None:
    bucket = Bucket()
    with ahead(bucket) as files:
        files.expect(KEYS[:2])
        assert list(first_lines(files, KEYS[2:])) == KEYS[2:]
    assert sorted(bucket.fetched) == KEYS


def test_the_end_fetches_nothing_more() -> None:
    bucket = Bucket()
    with ahead(bucket) as files:
        next(first_lines(files, KEYS))
    assert len(bucket.fetched) <= 1 + THREADS
