"""Files of the reports bucket that are read in a known order, and once more later.

Fetching is waiting, so the next few files are fetched while one is read. Small ones stay on disk
for the second reading; the others are fetched again.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from steward.aws.report_store import IN_MEMORY, ReportStore, unpacked

# A client keeps ten connections.
THREADS = 8
# Of the 2 GB that runtime_report has on disk; the report itself takes the rest.
MOST_KEPT = 1024**3


class FilesAhead:
    """Reads like the store. Memory does not grow with files but for where on disk each is."""

    def __init__(self, store: ReportStore, most_kept: int = MOST_KEPT) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(THREADS)
        self._expected: Iterator[str] = iter(())
        self._coming: deque[tuple[str, Future[IO[bytes]]]] = deque()
        self._disk = TemporaryFile()  # noqa: SIM115  # until close
        self._kept = _Kept(self._disk, most_kept)

    def close(self) -> None:
        """End fetching, and forget what was kept."""
        self._pool.shutdown()
        self._disk.close()

    def expect(self, keys: Iterable[str]) -> None:
        """What will be read next, in this order. Other files may be read in between."""
        self._expected = (key for key in keys if key not in self._kept.places)
        self._coming.clear()
        self._fetch_on()

    def lines(self, key: str) -> Iterator[str]:
        """As ReportStore.lines: raises MissingFile when it is first read."""
        with self._body(key) as body:
            yield from unpacked(body)

    def _body(self, key: str) -> IO[bytes]:
        if key in self._kept.places:
            return self._kept.body(key)
        if not self._coming or self._coming[0][0] != key:
            return self._store.fetch(key)
        _key, fetched = self._coming.popleft()
        self._fetch_on()
        body = fetched.result()
        self._kept.keep(key, body)
        return body

    def _fetch_on(self) -> None:
        for key in islice(self._expected, THREADS - len(self._coming)):
            self._coming.append((key, self._pool.submit(self._store.fetch, key)))


class _Kept:
    """Small files, one behind the other in a file on disk, as they were fetched."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._most = most
        self.places: dict[str, tuple[int, int]] = {}

    def keep(self, key: str, body: IO[bytes]) -> None:
        size, start = body.seek(0, os.SEEK_END), self._file.seek(0, os.SEEK_END)
        body.seek(0)
        if size > IN_MEMORY or start + size > self._most:
            return
        self._file.write(body.read())
        self.places[key] = start, size
        body.seek(0)

    def body(self, key: str) -> IO[bytes]:
        start, size = self.places[key]
        self._file.seek(start)
        return BytesIO(self._file.read(size))
