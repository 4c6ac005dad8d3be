"""The reports bucket: small files, streams of lines, and links."""

import gzip
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from steward.aws.errors import NotAllowed
from steward.aws.report_store import MissingFile, ReportStore
from steward.aws.sessions import Sessions
from tests.unit.aws.scripted import Scripted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "steward-reports"
KEY = "scans/20261123T090000Z/units/222222222222/eu-west-1.jsonl.gz"
LINES = ['{"name":"zażółć"}', "", '{"name":"b"}']


@pytest.fixture
def s3(sessions: Sessions) -> "S3Client":
    client = sessions.reports_s3()
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return client


@pytest.fixture
def store(s3: "S3Client") -> ReportStore:
    return ReportStore(s3, BUCKET)


def test_a_file_comes_back_as_it_was_put(store: ReportStore, s3: "S3Client") -> None:
    store.write("reports/latest.json", b"{}", "application/json")
    assert store.read("reports/latest.json") == b"{}"
    head = s3.head_object(Bucket=BUCKET, Key="reports/latest.json")
    assert head["ContentType"] == "application/json"


def test_a_file_that_is_not_there_is_none(store: ReportStore) -> None:
    assert store.read("catalog/latest.json") is None


def test_an_open_file_is_put_from_its_beginning(store: ReportStore, s3: "S3Client") -> None:
    page = BytesIO()
    page.write(b"<!doctype html>")
    store.write_file("reports/x/runtimes.html", page, "text/html; charset=utf-8")
    assert store.read("reports/x/runtimes.html") == b"<!doctype html>"
    head = s3.head_object(Bucket=BUCKET, Key="reports/x/runtimes.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


def test_lines_come_back_as_they_were_put(store: ReportStore, s3: "S3Client") -> None:
    assert store.write_lines(KEY, iter(LINES)) == 3
    assert list(store.lines(KEY)) == LINES
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["ContentType"] == "application/gzip"


def test_anybody_can_unpack_them(store: ReportStore) -> None:
    store.write_lines(KEY, LINES)
    packed = store.read(KEY)
    assert packed is not None
    assert gzip.decompress(packed).decode().splitlines() == LINES


def test_equal_lines_are_equal_bytes(store: ReportStore) -> None:
    store.write_lines("one.jsonl.gz", LINES)
    store.write_lines("two.jsonl.gz", iter(LINES))
    assert store.read("one.jsonl.gz") == store.read("two.jsonl.gz")
    packed = store.read("one.jsonl.gz") or b""
    assert packed[4:8] == b"\0\0\0\0", "the time of writing is not in the file"


def test_no_lines_are_a_file_all_the_same(store: ReportStore) -> None:
    assert store.write_lines(KEY, []) == 0
    assert list(store.lines(KEY)) == []


def test_more_lines_than_stay_in_memory_are_all_there(store: ReportStore) -> None:
    noise = [Random(number).randbytes(40).hex() for number in range(30_000)]
    assert store.write_lines(KEY, iter(noise)) == 30_000
    assert len(store.read(KEY) or b"") > 1024 * 1024
    assert list(store.lines(KEY)) == noise


def test_a_reader_may_stop_early(store: ReportStore) -> None:
    """A body that is left open is a warning, and warnings fail."""
    store.write_lines(KEY, LINES * 1000)
    first = next(store.lines(KEY))
    assert first == LINES[0]
    assert sum(1 for _ in store.lines(KEY)) == 3000


def test_lines_of_a_file_that_is_not_there_say_where_it_should_be(store: ReportStore) -> None:
    with pytest.raises(MissingFile, match=rf"{KEY} is not in bucket {BUCKET}; scan again"):
        list(store.lines(KEY))


def test_keys_are_listed_by_prefix_over_all_pages(
    store: ReportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "5")
    expected = [f"scans/a/units/{number:03}.jsonl.gz" for number in range(12)]
    for key in [*expected, "scans/ab/units/x.jsonl.gz", "reports/latest.json"]:
        store.write(key, b"", "text/plain")
    assert list(store.keys("scans/a/units/")) == expected
    assert list(store.keys("nothing/")) == []


def test_a_link_is_signed_with_version_4_and_ends(store: ReportStore) -> None:
    """Older signatures are refused in every region launched since 2014."""
    link = urlsplit(store.link("reports/x/runtimes.html", 3600))
    query = parse_qs(link.query)
    assert link.path.endswith("/reports/x/runtimes.html")
    assert BUCKET in link.netloc + link.path
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]


def test_a_link_lasts_a_week_at_most(store: ReportStore) -> None:
    query = parse_qs(urlsplit(store.link("x", 10**9)).query)
    assert query["X-Amz-Expires"] == ["604800"]


type Use = Callable[[ReportStore], object]


@pytest.mark.parametrize(
    ("operation", "use"),
    [
        ("get_object", lambda store: store.read("k")),
        ("get_object", lambda store: list(store.lines("k"))),
        ("put_object", lambda store: store.write("k", b"", "text/plain")),
        ("put_object", lambda store: store.write_lines("k", [])),
        ("list_objects_v2", lambda store: list(store.keys("k"))),
    ],
    ids=["read", "lines", "write", "write-lines", "keys"],
)
def test_a_missing_permission_is_named(operation: str, use: Use) -> None:
    with (
        Scripted("s3").refuses(operation, "AccessDenied", "no") as aws,
        pytest.raises(NotAllowed, match=r"is not allowed: no; .*reports bucket"),
    ):
        use(ReportStore(aws.client, BUCKET))
