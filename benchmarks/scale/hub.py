"""What the hub's services answer: Organizations, AppConfig, SQS, Config, Health, the bucket.

Messages and files go to the disk, so that they take no memory of the process that is measured.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.policies import steward_policy
from benchmarks.scale.shape import (
    ENDING_REGION,
    FUNCTIONS,
    NEW_RUNTIME,
    OLD_RUNTIME,
    REGIONS,
    account_id,
)
from benchmarks.scale.wire import Answer, Reply, Request

ROOT = "r-sim0"
ACCOUNTS_PER_PAGE = 20  # "ListAccountsForParent", AWS Organizations API Reference.
KEYS_PER_PAGE = 1_000  # "ListObjectsV2", Amazon S3 API Reference.
QUEUE = "messages.jsonl"
REPORT = "report.json"
_POLICY_HEADERS = {"Next-Poll-Configuration-Token": "next", "Content-Type": "application/json"}
_NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"


def policy() -> str:
    """Nothing is due for weeks; every account and all four regions are in scope."""
    document = json.loads(steward_policy(regions=list(REGIONS)))
    document["scope"]["regions"] = list(REGIONS)
    return json.dumps(document)


@dataclass(slots=True)
class HubServices:
    """`messages`: sent to SQS. `stored_bytes`: put into the bucket."""

    accounts: int
    folder: Path
    messages: int = 0
    stored_bytes: int = 0
    _policy_was_sent: bool = False
    _listed: tuple[str, Sequence[str]] = ("", ())

    def answers(self) -> dict[str, Answer]:
        return {
            "organizations.DescribeOrganization": self._organization,
            "organizations.ListRoots": lambda _: _json({"Roots": [{"Id": ROOT}]}),
            "organizations.ListOrganizationalUnitsForParent": lambda _: _json(
                {"OrganizationalUnits": []}
            ),
            "organizations.ListAccountsForParent": self._list_accounts,
            "organizations.ListTagsForResource": lambda _: _json(
                {"Tags": [{"Key": "team", "Value": "orders"}]}
            ),
            "appconfigdata.StartConfigurationSession": lambda _: _json(
                {"InitialConfigurationToken": "first"}
            ),
            "appconfigdata.GetLatestConfiguration": self._policy,
            "sqs.SendMessageBatch": self._send_batch,
            "sqs.SendMessage": self._send,
            "config-service.DescribeConfigurationAggregatorSourcesStatus": self._sources,
            "config-service.SelectAggregateResourceConfig": self._select,
            "health.DescribeEventsForOrganization": lambda _: _json({"events": []}),
            "health.DescribeServiceLifecycle": lambda _: _json({"serviceLifecycles": []}),
            "s3.GetObject": self._get,
            "s3.PutObject": self._put,
            "s3.ListObjectsV2": self._list,
        }

    def _organization(self, _: Request) -> Reply:
        return _json({"Organization": {"MasterAccountId": account_id(self.accounts)}})

    def _list_accounts(self, request: Request) -> Reply:
        def row(number: int) -> Mapping[str, str]:
            return {"Id": account_id(number), "Name": f"team-{number}", "State": "ACTIVE"}

        page, more = self._page(json.loads(request.body), row, self.accounts, ACCOUNTS_PER_PAGE)
        return _json({"Accounts": page} | more)

    def _policy(self, _: Request) -> Reply:
        """An unchanged document is not sent again."""
        body = b"" if self._policy_was_sent else policy().encode()
        self._policy_was_sent = True
        return Reply(body, _POLICY_HEADERS)

    def _send_batch(self, request: Request) -> Reply:
        entries = json.loads(request.body)["Entries"]
        with (self.folder / QUEUE).open("a") as queue:
            queue.writelines(entry["MessageBody"] + "\n" for entry in entries)
        self.messages += len(entries)
        sent = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in entries]
        return _json({"Successful": sent, "Failed": []})

    def _send(self, request: Request) -> Reply:
        (self.folder / REPORT).write_text(json.loads(request.body)["MessageBody"])
        return _json({"MessageId": "m", "MD5OfMessageBody": ""})

    def _sources(self, _: Request) -> Reply:
        source = {
            "SourceId": "o-simulated",
            "SourceType": "ORGANIZATION",
            "LastUpdateStatus": "SUCCEEDED",
            "LastUpdateTime": datetime.now(UTC).timestamp(),
        }
        rows = [source | {"AwsRegion": region} for region in REGIONS]
        return _json({"AggregatedSourceStatusList": rows})

    def _select(self, request: Request) -> Reply:
        asked = json.loads(request.body)
        count = self.accounts * len(REGIONS) * FUNCTIONS
        page, more = self._page(asked, config_row, count, asked["Limit"])
        return _json({"Results": page} | more)

    def _page(
        self, asked: Mapping[str, Any], row: Callable[[int], object], count: int, most: int
    ) -> tuple[list[object], dict[str, Any]]:
        first = int(asked.get("NextToken", "0"))
        end = min(first + most, count)
        more = {"NextToken": str(end)} if end < count else {}
        return [row(number) for number in range(first, end)], more

    def _get(self, request: Request) -> Reply:
        file = self.file(_key(request))
        if not file.exists():
            return Reply(_NO_SUCH_KEY, status=404)
        return Reply(file.read_bytes())

    def _put(self, request: Request) -> Reply:
        body = _unchunked(request.body)
        self.keep(_key(request), body)
        self.stored_bytes += len(body)
        return Reply(b"")

    def file(self, key: str) -> Path:
        """Where a file of the bucket lies."""
        return self.folder / "bucket" / key

    def keep(self, key: str, body: bytes) -> None:
        """Put a file into the bucket."""
        self._listed = ("", ())
        file = self.file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)

    def _list(self, request: Request) -> Reply:
        """One unit's file that is asked after, or all results of a scan."""
        keys = self._keys(request.query["prefix"])
        first = int(request.query.get("continuation-token", "0"))
        end = first + KEYS_PER_PAGE
        rows = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys[first:end])
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < len(keys) else ""
        cut = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>"
        return Reply(f"<ListBucketResult>{cut}{more}{rows}</ListBucketResult>".encode())

    def _keys(self, prefix: str) -> Sequence[str]:
        if self._listed[0] != prefix:
            bucket, found = self.folder / "bucket", self.file(prefix)
            files = [found] if found.is_file() else found.rglob("*.gz")
            self._listed = prefix, sorted(file.relative_to(bucket).as_posix() for file in files)
        return self._listed[1]


def _key(request: Request) -> str:
    """The host names the bucket, or the path does."""
    return request.path.lstrip("/").removeprefix("reports/")


def config_row(number: int) -> str:
    """One function as Config shows it; those of a unit follow one another."""
    unit, which = divmod(number, FUNCTIONS)
    account, place = divmod(unit, len(REGIONS))
    who, region, name = account_id(account), REGIONS[place], f"orders-{which}"
    ends = region == ENDING_REGION and which == 0
    row = {
        "resourceId": name,
        "resourceName": name,
        "arn": f"arn:aws:lambda:{region}:{who}:function:{name}",
        "accountId": who,
        "awsRegion": region,
        "tags": [{"key": "owner", "value": "dev@example.com", "tag": "owner=dev@example.com"}],
        "configurationItemCaptureTime": "2026-11-01T00:00:00Z",
        "configurationItemStatus": "OK",
        "recordingFrequency": "CONTINUOUS",
        "configuration": {
            "runtime": OLD_RUNTIME if ends else NEW_RUNTIME,
            "packageType": "Zip",
            "architectures": ["arm64"],
            "lastModified": "2026-11-01T00:00:00.000+0000",
            "version": "$LATEST",
        },
    }
    return json.dumps(row)


def _unchunked(body: bytes) -> bytes:
    """What was signed piece by piece ("aws-chunked") without the lengths between the pieces."""
    if b"\r\nx-amz-checksum" not in body:
        return body
    content = bytearray()
    while body:
        length, _, body = body.partition(b"\r\n")
        size = int(length.split(b";")[0], 16)
        if not size:
            break
        content += body[:size]
        body = body[size + 2 :]
    return bytes(content)


def _json(answer: object) -> Reply:
    return Reply(json.dumps(answer).encode())
