"""The reports on runtimes in the hub's bucket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError

from steward.aws.errors import code_of
from steward.domain.runtimes.places import LATEST_REPORT, report_key, results_prefix
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation
from steward_cli.reports.reading import ReportReader, UnreadableReport

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1 << 16
# Links of the older signature are refused in newer regions.
# "Authenticating requests (AWS Signature Version 4)", Amazon S3 API Reference.
_SIGNED = Config(signature_version="s3v4")
_MISSING = frozenset({"NoSuchKey", "404"})


class _Latest(BaseModel):
    """What of `reports/latest.json` is needed here."""

    scan_id: str


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Every error but a missing file is raised as it is."""

    client: "S3Client"
    bucket: str

    @classmethod
    def of(cls, installation: Installation) -> "ReportFiles":
        if not installation.hub.reports_bucket:
            raise Failure(
                "the hub has no output ReportsBucketName, so it reports on no runtimes",
                "deploy this version of Steward there",
            )
        made = installation.connection.session.create_client("s3", config=_SIGNED)
        return cls(cast("S3Client", made), installation.hub.reports_bucket)

    def latest(self) -> str:
        """The scan whose report is the latest; empty when there is none yet."""
        body = b"".join(self.chunks(LATEST_REPORT))
        if not body:
            return ""
        try:
            return _Latest.model_validate_json(body).scan_id
        except ValidationError:
            raise self.unreadable(LATEST_REPORT, "it names no scan") from None

    def has_report_of(self, scan_id: str) -> bool:
        """Whether that scan's report is whole: the latest is that one, or a newer one."""
        if self.latest() < scan_id:
            return False
        return any(self.chunks(report_key(scan_id, "json")))

    def chunks(self, key: str) -> Iterator[bytes]:
        """The content of `key` as it arrives; nothing when there is no such file."""
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
        except ClientError as error:
            if code_of(error) in _MISSING:
                return
            raise
        with body:
            yield from body.iter_chunks(_CHUNK)

    def link(self, key: str, lasting: timedelta) -> str:
        """A URL that reads `key` without credentials, for `lasting` at most."""
        return self.client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket, "Key": key},
            ExpiresIn=int(lasting.total_seconds()),
        )

    def units_done(self, scan_id: str) -> int:
        """How many units of a scan have their results."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=results_prefix(scan_id)
        )
        return sum(page["KeyCount"] for page in pages)

    def unreadable(self, key: str, why: str) -> Failure:
        return Failure(
            f"s3://{self.bucket}/{key} is no report that this command can read: {why}",
            "use the command of the version that is installed in the hub",
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One report; its functions are read as they are asked for, once."""

    files: ReportFiles
    overview: Overview
    reader: ReportReader

    @property
    def json_key(self) -> str:
        return report_key(self.overview.scan_id, "json")

    def functions(self) -> Iterator[ReportedFunction]:
        """Every function of the report, in the report's order."""
        try:
            yield from self.reader.functions()
        except UnreadableReport as error:
            raise self.files.unreadable(self.json_key, str(error)) from None


def latest_report(files: ReportFiles) -> Report | None:
    """The latest report; None when no scan has been reported yet."""
    scan_id = files.latest()
    if not scan_id:
        return None
    key = report_key(scan_id, "json")
    reader = ReportReader(files.chunks(key))
    try:
        return Report(files, reader.overview(), reader)
    except UnreadableReport as error:
        raise files.unreadable(key, str(error)) from None


def the_latest_report(files: ReportFiles) -> Report:
    """The latest report; raise Failure when there is none."""
    report = latest_report(files)
    if report is None:
        raise Failure(
            f"no report has been written to s3://{files.bucket} yet",
            "ask for a scan with `steward report runtimes --now`, or wait for the daily one; if it "
            "stays so, read the log group whose name ends with /runtime_report",
            ExitCode.NOT_WHOLE,
        )
    return report
