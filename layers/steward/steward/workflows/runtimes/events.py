"""What starts a scan of runtimes: the schedule, an event of AWS Health, or an operator.

The shape of Health's event is that of "AWS Health events Amazon EventBridge schema" (AWS Health
User Guide): numbers and booleans are texts, dates are those of RFC 1123, and `account` and `region`
at the top are the receiver's. An event is a reason to look, never the inventory: the resources it
names are not even read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from steward.domain.one_line import one_line
from steward.messages import ScanRequest
from steward.workflows.policies import explain_errors

LAMBDA = "LAMBDA"
PLANNED = "AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"
_SCHEDULED = "Scheduled Event"
_ACCOUNT = re.compile(r"[0-9]{12}")
_SHOWN = 200


class NotAScan(Exception):
    """What came starts no scan; says what came and what to send."""

    def __init__(self, came: str) -> None:
        super().__init__(
            f"{came} starts no scan of runtimes; send a scheduled event of EventBridge, an "
            f"aws.health event of {PLANNED}, or a request such as "
            '{"units": ["111122223333/eu-west-1"], "live": true, "by": "you@example.com"}'
        )


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _truth(value: object) -> bool:
    return _text(value).lower() == "true"


def _moment(value: object) -> datetime | None:
    """A date of RFC 1123; None for what is none, since only people read it."""
    try:
        written = parsedate_to_datetime(_text(value))
    except ValueError:
        return None
    return written if written.tzinfo else written.replace(tzinfo=UTC)


Text = Annotated[str, BeforeValidator(_text)]


class _Tolerant(BaseModel):
    """A part of an AWS event: fields and values that we do not know may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class HealthDetail(_Tolerant):
    """`affected_account` is empty in events that are about everybody ("PUBLIC")."""

    service: Text = ""
    event_type_code: Text = ""
    event_arn: Text = ""
    communication_id: Text = ""
    affected_account: Text = ""
    event_region: Text = ""
    start_time: Annotated[datetime | None, BeforeValidator(_moment)] = None
    page: Text = "1"
    total_pages: Text = "1"
    backup_event: Annotated[bool, BeforeValidator(_truth)] = False


class HealthEvent(_Tolerant):
    id: Text = ""
    detail: HealthDetail

    @property
    def communication(self) -> str:
        """What Health tells, the same on all its pages and in its backup region.

        An event without it is known by the id that EventBridge gave it.
        """
        detail = self.detail
        return detail.communication_id.removesuffix(f"-{detail.page}") or self.id

    @property
    def place(self) -> str:
        return f"{self.detail.affected_account or 'all accounts'}/{self.detail.event_region or '*'}"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The daily scan."""


@dataclass(frozen=True, slots=True)
class NotForUs:
    """An event of Health that is about something else, or says too little; says which."""

    reason: str


type Trigger = Scheduled | HealthEvent | ScanRequest | NotForUs


def trigger_of(event: Any) -> Trigger:
    """What `event` asks for; raise NotAScan when it is none of the three kinds."""
    match event:
        case {"source": "aws.health"}:
            return _of_health(event)
        case {"detail-type": str(kind)} if kind == _SCHEDULED:
            return Scheduled()
        case {"detail-type": kind} | {"source": kind}:
            raise NotAScan(f"an event {one_line(str(kind), _SHOWN)!r}")
        case {"Records": _}:
            raise NotAScan("a batch of records")
        case dict():
            return _requested(event)
        case _:
            raise NotAScan(f"a {type(event).__name__} instead of an object")


def _of_health(event: Mapping[str, Any]) -> HealthEvent | NotForUs:
    try:
        read = HealthEvent.model_validate(event)
    except ValidationError as error:
        return NotForUs(f"an aws.health event that cannot be read: {explain_errors(error)}")
    detail = read.detail
    if (detail.service, detail.event_type_code) != (LAMBDA, PLANNED):
        about = one_line(f"{detail.service or '-'}/{detail.event_type_code or '-'}", _SHOWN)
        return NotForUs(f"an aws.health event of {about}; only {LAMBDA}/{PLANNED} starts a scan")
    if detail.affected_account and not _ACCOUNT.fullmatch(detail.affected_account):
        shown = one_line(detail.affected_account, _SHOWN)
        return NotForUs(f"an aws.health event whose affectedAccount {shown!r} is no account")
    return read


def _requested(fields: Mapping[str, Any]) -> ScanRequest:
    try:
        return ScanRequest.model_validate(fields)
    except ValidationError as error:
        raise NotAScan(f"a request with problems ({explain_errors(error)})") from error
