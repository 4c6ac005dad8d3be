"""Units full of Lambda functions: moto's Lambda behind the exchange, and the planner's files.

moto lacks some of what is asked about single functions; that is answered here, by botocore's model.
"""

import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import batched
from typing import TYPE_CHECKING, Any

from steward.aws.report_store import ReportStore
from steward.domain.runtimes.inventory import HealthSight, SeenFunction
from steward.domain.runtimes.places import lifecycle_key, result_key, scan_id_of, seen_key
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.records import FindingOnRecord
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.stacks import Unit
from steward.messages import RuntimeUnitWork
from tests.factories import UNIT
from tests.integration.digest_hub import aws
from tests.integration.functions.exchange import Call, Refused
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import failed, queued, sample

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

BUCKET = "steward-reports"
DAY = timedelta(days=1)
ENDED = datetime(2026, 1, 22, tzinfo=UTC)
_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def unit_work(**changes: Any) -> RuntimeUnitWork:
    """The sample's message; `scanned_at` and the like are changed in its scan."""
    (record,) = sample("runtime_unit")["Records"]
    body: dict[str, Any] = json.loads(record["body"])
    for name, value in changes.items():
        place = body["scan"] if name in body["scan"] else body
        place[name] = value
    return RuntimeUnitWork.model_validate(body)


SCANNED_AT = unit_work().scan.scanned_at


@dataclass
class Answers:
    """What is told of single functions beside moto; nothing of any, unless a test says so."""

    urls: set[str] = field(default_factory=set)
    pinned: dict[str, str] = field(default_factory=dict)
    layers: dict[str, list[str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    invoked: dict[str, float] = field(default_factory=dict)
    canaries: list[dict[str, Any]] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)
    pages: list[list[dict[str, Any]]] = field(default_factory=list)

    def list_pages(self, names: list[str], runtime: str) -> None:
        """List these functions in place of moto's, which never begins a second page."""
        rows = [
            {"FunctionName": name, "FunctionArn": f"{_arn(name)}:$LATEST", "Runtime": runtime}
            for name in names
        ]
        self.pages = [list(page) for page in batched(rows, 50, strict=False)]

    def __call__(self, call: Call) -> dict[str, Any] | None:
        operations: dict[str, Callable[[Call], dict[str, Any]]] = {
            "ListFunctionUrlConfigs": self._urls,
            "GetRuntimeManagementConfig": self._management,
            "ListEventSourceMappings": self._mappings,
            "GetLayerVersionByArn": self._layer,
            "GetResources": self._tags,
            "GetMetricData": self._metrics,
            "DescribeCanaries": lambda _call: {"Canaries": self.canaries},
            "DescribeRuntimeVersions": self._runtime_versions,
        }
        if self.pages:
            operations["ListFunctions"] = self._listed
        operation = operations.get(call.operation)
        return operation(call) if operation else None

    def _listed(self, call: Call) -> dict[str, Any]:
        page = int(call.params.get("Marker", "0"))
        more = page + 1 < len(self.pages)
        return {"Functions": self.pages[page]} | ({"NextMarker": str(page + 1)} if more else {})

    def _urls(self, call: Call) -> dict[str, Any]:
        name = call.params["FunctionName"]
        row = {
            "FunctionUrl": f"https://{name}.lambda-url.eu-west-1.on.aws/",
            "FunctionArn": _arn(name),
            "CreationTime": "2026-01-01T00:00:00.000+0000",
            "LastModifiedTime": "2026-01-01T00:00:00.000+0000",
            "AuthType": "NONE",
        }
        return {"FunctionUrlConfigs": [row] if name in self.urls else []}

    def _mappings(self, _call: Call) -> dict[str, Any]:
        """`triggers` are functions as `name:version`."""
        rows = [{"FunctionArn": _arn(each), "State": "Enabled"} for each in self.triggers]
        return {"EventSourceMappings": rows}

    def _management(self, call: Call) -> dict[str, Any]:
        held = self.pinned.get(call.params["FunctionName"])
        arn = {"FunctionArn": _arn(call.params["FunctionName"])}
        return arn | (
            {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": held}
            if held
            else {"UpdateRuntimeOn": "Auto"}
        )

    def _layer(self, call: Call) -> dict[str, Any]:
        arn = call.params["Arn"]
        if arn not in self.layers:
            raise Refused("AccessDeniedException", f"not authorized to get {arn}")
        return {"LayerVersionArn": arn, "CompatibleRuntimes": self.layers[arn]}

    def _tags(self, _call: Call) -> dict[str, Any]:
        rows = [
            {
                "ResourceARN": _arn(name),
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
            for name, tags in self.tags.items()
        ]
        return {"PaginationToken": "", "ResourceTagMappingList": rows}

    def _metrics(self, call: Call) -> dict[str, Any]:
        """A version is asked for as the resource `name:version`."""
        results = []
        for query in call.params["MetricDataQueries"]:
            dimensions = {
                each["Name"]: each["Value"] for each in query["MetricStat"]["Metric"]["Dimensions"]
            }
            asked = dimensions.get("Resource", dimensions["FunctionName"])
            values = [self.invoked[asked]] if asked in self.invoked else []
            results.append({"Id": query["Id"], "StatusCode": "Complete", "Values": values})
        return {"MetricDataResults": results}

    def _runtime_versions(self, _call: Call) -> dict[str, Any]:
        rows = [
            {"VersionName": "syn-nodejs-puppeteer-7.0", "DeprecationDate": ENDED},
            {"VersionName": "syn-nodejs-puppeteer-9.1", "ReleaseDate": ENDED},
        ]
        return {"RuntimeVersions": rows}


@dataclass
class Units:
    """The hub, what the planner left in its bucket, and functions of member accounts."""

    hub: Hub
    worker: Function
    store: ReportStore
    answers: Answers = field(default_factory=Answers)
    _clients: dict[Unit, "LambdaClient"] = field(default_factory=dict)

    def function(self, name: str, runtime: str, unit: Unit = UNIT, **fields: Any) -> None:
        """Make a function; a `PackageType` of Image has no runtime."""
        zipped = {"Runtime": runtime, "Handler": "app.handler", "Code": {"ZipFile": _zip()}}
        code = zipped if runtime else {"PackageType": "Image", "Code": {"ImageUri": _IMAGE}}
        role = f"arn:aws:iam::{unit.account_id}:role/functions"
        self.lambda_(unit).create_function(FunctionName=name, Role=role, **(code | fields))

    def moved(self, name: str, runtime: str, unit: Unit = UNIT) -> None:
        """Its owner changes the runtime."""
        change: Any = {"FunctionName": name, "Runtime": runtime}
        self.lambda_(unit).update_function_configuration(**change)

    def published(self, name: str, runtime: str, later: str, unit: Unit = UNIT) -> str:
        """Publish a version on `runtime` and go on with `later`; return the version's number."""
        self.function(name, runtime, unit)
        version = self.lambda_(unit).publish_version(FunctionName=name)["Version"]
        self.moved(name, later, unit)
        return version

    def deleted(self, name: str, unit: Unit = UNIT) -> None:
        self.lambda_(unit).delete_function(FunctionName=name)

    def lambda_(self, unit: Unit = UNIT) -> "LambdaClient":
        """The functions' owner, past the exchange."""
        if unit not in self._clients:
            arn = f"arn:aws:iam::{unit.account_id}:role/owner"
            given = aws().client("sts").assume_role(RoleArn=arn, RoleSessionName="owner")
            keys = given["Credentials"]
            identity: Any = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
            if unit.account_id not in {each.account_id for each in self._clients}:
                iam = aws().client("iam", **identity)
                iam.create_role(RoleName="functions", AssumeRolePolicyDocument=_TRUST)
            self._clients[unit] = aws().client("lambda", region_name=unit.region, **identity)
        return self._clients[unit]

    def scan(self, *shown: SeenFunction | HealthSight, day: int = 0, **changes: Any) -> UnitHeader:
        """Scan the sample's unit on a day, with what Config and Health show of it."""
        work = self.planned(*shown, day=day, **changes)
        assert self.worker_takes(work)
        return self.header(work)

    def worker_takes(self, work: RuntimeUnitWork) -> bool:
        """Whether the queue is rid of the message."""
        return failed(self.worker(queued("runtime_unit", work.model_dump_json()))) == []

    def planned(
        self, *shown: SeenFunction | HealthSight, day: int = 0, **changes: Any
    ) -> RuntimeUnitWork:
        """Leave the files of a scan as the planner does, and return its message."""
        at = SCANNED_AT + day * DAY
        self.hub.clock = at + timedelta(seconds=5)
        config = [each for each in shown if isinstance(each, SeenFunction)]
        health = [each for each in shown if isinstance(each, HealthSight)]
        work = unit_work(
            scan_id=scan_id_of(at),
            scanned_at=at.isoformat(),
            **{"config_parts": 1 if config else 0, "health_parts": 1 if health else 0} | changes,
        )
        scan_id, unit = work.scan.scan_id, work.unit
        if self.store.read(lifecycle_key(scan_id)) is None:
            self.dates(ScanDates(scan_id=scan_id, today=at.date()))
        self._leave(seen_key(scan_id, unit, "config", 0), config)
        self._leave(seen_key(scan_id, unit, "health", 0), health)
        return work

    def dates(self, dates: ScanDates) -> None:
        body = dates.model_dump_json().encode()
        self.store.write(lifecycle_key(dates.scan_id), body, "application/json")

    def header(self, work: RuntimeUnitWork | None = None) -> UnitHeader:
        return UnitHeader.model_validate_json(next(self._result(work)))

    def rows(self, work: RuntimeUnitWork | None = None) -> list[ReportedFunction]:
        _header, *lines = self._result(work)
        return [ReportedFunction.model_validate_json(line) for line in lines]

    def row(self, name: str, version: str = "$LATEST") -> ReportedFunction:
        """The line of the last scan about one function or version."""
        (row,) = [each for each in self.rows() if (each.name, each.version) == (name, version)]
        return row

    def findings(self, unit: Unit = UNIT) -> dict[str, FindingOnRecord]:
        """What is open: by `name`, or `name:version`."""
        return {
            each.name if each.version == "$LATEST" else f"{each.name}:{each.version}": each
            for each in self.hub.ledger.findings_of(unit)
        }

    def history(self, name: str, version: str = "$LATEST") -> list[str]:
        return [each.what for each in self.hub.ledger.finding_history(UNIT, name, version)]

    def _leave(self, key: str, shown: Iterable[SeenFunction | HealthSight]) -> None:
        self.store.write_lines(key, (each.model_dump_json() for each in shown))

    def _result(self, work: RuntimeUnitWork | None) -> Any:
        clock = self.hub.clock - timedelta(seconds=5)
        key = result_key(scan_id_of(clock), UNIT)
        if work is not None:
            key = result_key(work.scan.scan_id, work.unit)
        return self.store.lines(key)


def open_units(hub: Hub, worker: Function) -> Units:
    """Build the bucket, and connect what moto lacks; call it inside mock_aws."""
    place: Any = {"LocationConstraint": "eu-west-1"}
    s3 = aws().client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    units = Units(hub, worker, ReportStore(s3, BUCKET))
    for service in ("lambda", "cloudwatch", "synthetics", "resourcegroupstaggingapi"):
        hub.exchange.fakes[service] = units.answers
    return units


def shown(name: str, runtime: str | None, unit: Unit = UNIT, **fields: Any) -> SeenFunction:
    """A function as Config shows it."""
    fields.setdefault("tags", {})
    fields.setdefault("package_type", "Zip" if runtime else "Image")
    return SeenFunction(
        account_id=unit.account_id, region=unit.region, name=name, runtime_id=runtime, **fields
    )


def told(name: str, status: str, age: timedelta = timedelta(hours=1), day: int = 0) -> HealthSight:
    """A function that Health names, with a status it has had for `age`."""
    return HealthSight(
        account_id=UNIT.account_id,
        region=UNIT.region,
        name=name,
        event_arn="arn:aws:health:eu-west-1::event/LAMBDA/1",
        status=status,
        updated_at=SCANNED_AT + day * DAY - age,
    )


_IMAGE = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:" + "0" * 64


def _arn(name: str) -> str:
    return f"arn:aws:lambda:{UNIT.region}:{UNIT.account_id}:function:{name}"


def _zip() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return packed.getvalue()
