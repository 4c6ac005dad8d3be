"""Where the files of a scan and of its report lie in the reports bucket."""

from datetime import UTC, datetime

from steward.domain.stacks import Unit

LATEST_REPORT = "reports/latest.json"
MANIFEST = "inventory/manifest.json"


def scan_id_of(at: datetime) -> str:
    """Names a scan by its clock: `20261123T050000Z`; sorts like time."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def seen_key(scan_id: str, unit: Unit, source: str, part: int) -> str:
    """What the planner read of a unit: `source` is `config` or `health`; parts count from 0."""
    return f"scans/{scan_id}/seen/{unit.account_id}/{unit.region}/{source}-{part:05d}.jsonl.gz"


def lifecycle_key(scan_id: str) -> str:
    """The dates that count in a scan, and everybody's word on them."""
    return f"scans/{scan_id}/lifecycle.json"


def plan_key(scan_id: str) -> str:
    """What was planned: the units, who was passed over, capabilities, ages."""
    return f"scans/{scan_id}/plan.json"


def results_prefix(scan_id: str) -> str:
    """Below it, one file for each unit that is done."""
    return f"scans/{scan_id}/units/"


def result_key(scan_id: str, unit: Unit) -> str:
    """What the worker found in a unit."""
    return f"{results_prefix(scan_id)}{unit.account_id}/{unit.region}.jsonl.gz"


def unit_of_result(key: str) -> Unit:
    """The unit whose results lie at `key`."""
    account_id, name = key.split("/")[-2:]
    return Unit(account_id, name.removesuffix(".jsonl.gz"))


def report_key(scan_id: str, form: str) -> str:
    """`form`: html, json or csv."""
    return f"reports/{scan_id}/runtimes.{form}"
