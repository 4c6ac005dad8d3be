"""Customer-managed runtimes: their publisher says when they end, and AWS tells nobody.

"Customer-managed runtimes", AWS Lambda. Lifecycle dates are days in UTC.
"""

import hashlib
import re
from datetime import date
from typing import Protocol

from botocore.exceptions import ClientError

from steward.aws.errors import DENIED, code_of
from steward.aws.paged import Answer
from steward.domain.runtimes.identifiers import CUSTOM_PREFIX
from steward.domain.runtimes.lifecycle import CUSTOM, Runtime

# "Runtime aliases", AWS Lambda.
_ALIAS = re.compile(
    r"(?P<runtime>arn:aws[a-z-]*:lambda:[a-z0-9-]+:(?P<account>[0-9]{12})"
    r":runtime/(?P<name>[^/]+))/alias/(?P<alias>[^/]+)"
)
_NOT_IN_IDS = re.compile(r"[^a-z0-9.-]+")
_LONGEST_ID = 63
_DIGEST = 8
_UNREADABLE = DENIED | {"ResourceNotFoundException", "InvalidParameterValueException"}


class LambdaCoreClient(Protocol):
    """The part of the Lambda Core client that is used."""

    def get_runtime_alias(self, *, RuntimeName: str, Name: str) -> Answer: ...

    def get_runtime(self, *, RuntimeName: str) -> Answer: ...


def custom_runtime(client: LambdaCoreClient | None, alias_arn: str) -> Runtime | None:
    """The runtime behind an alias, with its publisher's dates; None when nobody here can tell: the
    alias is not shared or gone, or this release of botocore does not know such runtimes."""
    match = _ALIAS.fullmatch(alias_arn)
    if match is None or not hasattr(client, "get_runtime_alias") or client is None:
        return None
    try:
        alias = client.get_runtime_alias(RuntimeName=match["runtime"], Name=match["alias"])
        # An alias that says nothing of its own inherits what the runtime says.
        said = alias.get("ReleaseLifecycle") or client.get_runtime(
            RuntimeName=match["runtime"]
        ).get("ReleaseLifecycle")
    except ClientError as error:
        if code_of(error) not in _UNREADABLE:
            raise
        return None
    return _runtime(match, alias, said or {})


def _runtime(match: re.Match[str], alias: Answer, said: Answer) -> Runtime:
    state = said.get("ReleaseState", "")
    return Runtime(
        id=_id(match),
        family=CUSTOM,
        deprecated=_day(said, "DeprecationDate"),
        create_block=_day(said, "FunctionCreateBlockDate"),
        update_block=_day(said, "FunctionUpdateBlockDate"),
        ga=state != "PREVIEW",
        package_types=("Zip",),
        note=_note(match, alias, state),
    )


def _id(match: re.Match[str]) -> str:
    """Names the alias and its account. What is too long keeps its beginning and a digest."""
    written = f"{CUSTOM_PREFIX}{match['name']}-{match['alias']}-{match['account']}".lower()
    slug = _NOT_IN_IDS.sub("-", written)
    if len(slug) <= _LONGEST_ID:
        return slug
    digest = hashlib.sha256(written.encode()).hexdigest()[:_DIGEST]
    return f"{slug[: _LONGEST_ID - _DIGEST - 1]}-{digest}"


def _note(match: re.Match[str], alias: Answer, state: str) -> str:
    shown = f"published by account {match['account']} as {match['name']}, alias {match['alias']}"
    released = f"; its publisher says {state}" if state else ""
    ending = alias.get("PendingDeletionAt")
    return f"{shown}{released}{f'; to be deleted at {ending}' if ending else ''}"


def _day(said: Answer, field: str) -> date | None:
    try:
        return date.fromisoformat(said.get(field) or "")
    except ValueError:
        return None
