"""The reports on runtimes as an operator fetches them from the reports bucket."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.hub import POLL_SECONDS, Hub, HubError
from local.tool_environment import REPOSITORY
from steward.domain.runtimes.places import report_key
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction

PREFIX = "reports/"
# Every unit starts a worker, and a report that comes too early waits for them.
REPORTED_WITHIN_SECONDS = 180.0
PAGE = REPOSITORY / ".aws-sam" / "demo" / "runtimes.html"


@dataclass(frozen=True)
class RuntimeReport:
    """What `runtimes.json` says: the whole, and every function and version worth a line."""

    overview: Overview
    functions: tuple[ReportedFunction, ...]

    def latest(self, account: str, region: str, name: str) -> ReportedFunction | None:
        rows = (row for row in self.functions if not row.is_version)
        place = (account, region, name)
        return next((row for row in rows if _place(row) == place), None)

    def versions(self, account: str, region: str, name: str) -> list[ReportedFunction]:
        place = (account, region, name)
        return [row for row in self.functions if row.is_version and _place(row) == place]


def _place(row: ReportedFunction) -> tuple[str, str, str]:
    return row.account_id, row.region, row.name


def report_ids(hub: Hub) -> set[str]:
    """The scans of which there is a report."""
    client = hub.organization.session().client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=_bucket(hub), Prefix=PREFIX)
    keys = (found["Key"] for page in pages for found in page.get("Contents", []))
    return {key.split("/")[1] for key in keys if key.endswith(".json") and key.count("/") == 2}


def await_report(hub: Hub, known: set[str]) -> str:
    """The scan of the next report that is none of `known`."""
    deadline = time.monotonic() + REPORTED_WITHIN_SECONDS
    while not (fresh := report_ids(hub) - known):
        if time.monotonic() > deadline:
            raise HubError(
                f"no report on runtimes within {REPORTED_WITHIN_SECONDS:g} s; "
                "`steward demo --keep` leaves the organization up to look at its logs"
            )
        time.sleep(POLL_SECONDS)
    return max(fresh)


def read_report(hub: Hub, scan_id: str) -> RuntimeReport:
    found: dict[str, Any] = json.loads(_object(hub, report_key(scan_id, "json")))
    rows = tuple(map(ReportedFunction.model_validate, found["functions"]))
    return RuntimeReport(Overview.model_validate(found["overview"]), rows)


def download_page(hub: Hub, scan_id: str, target: Path = PAGE) -> Path:
    """Leave the HTML page of a report in a file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(_object(hub, report_key(scan_id, "html")))
    return unfinished.replace(target)


def _object(hub: Hub, key: str) -> bytes:
    client = hub.organization.session().client("s3")
    return client.get_object(Bucket=_bucket(hub), Key=key)["Body"].read()


def _bucket(hub: Hub) -> str:
    return hub.outputs["ReportsBucketName"]
