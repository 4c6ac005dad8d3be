"""What CloudTrail records of a call that created a stack, and of whoever made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from steward.domain.leases import Creator

CREATING_CALLS = ("CreateStack", "CreateChangeSet")
_LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class Creation:
    """The birth of a stack."""

    stack_id: str
    creator: Creator
    at: datetime


class _Recorded(BaseModel):
    """A part of a record; what we do not read may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class _Issuer(_Recorded):
    user_name: str | None = None


class _Session(_Recorded):
    session_issuer: _Issuer | None = None
    source_identity: str | None = None


class _OnBehalfOf(_Recorded):
    user_id: str | None = None


class _Identity(_Recorded):
    """ "CloudTrail userIdentity element", AWS CloudTrail User Guide."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    session_context: _Session | None = None
    on_behalf_of: _OnBehalfOf | None = None

    @property
    def service(self) -> str:
        """The AWS service that made the call, on its own or on somebody's behalf."""
        return self.invoked_by or ("AWS" if self.type == "AWSService" else "")

    @property
    def last_of_arn(self) -> str:
        return (self.arn or "").partition("/")[2].rpartition("/")[2]


class _Parameters(_Recorded):
    """ "By default, CloudFormation specifies UPDATE" ("CreateChangeSet", AWS CloudFormation API
    Reference)."""

    change_set_type: str | None = "UPDATE"


class _Response(_Recorded):
    stack_id: str | None = None


class CloudTrailRecord(_Recorded):
    """ "CloudTrail record contents for management, data, and network activity events", AWS
    CloudTrail User Guide."""

    event_source: str
    event_name: str
    event_time: AwareDatetime
    user_identity: _Identity
    request_parameters: _Parameters | None = None
    response_elements: _Response | None = None
    error_code: str | None = None

    @property
    def creates(self) -> bool:
        if self.event_source != "cloudformation.amazonaws.com" or self.error_code:
            return False
        kind = self.request_parameters.change_set_type if self.request_parameters else None
        return self.event_name == "CreateStack" or (
            self.event_name == "CreateChangeSet" and kind == "CREATE"
        )


def creation_of(record: Mapping[str, Any]) -> Creation | None:
    """The stack that the recorded call created; None when it created none.

    Raise pydantic's ValidationError, which names the place, for what is no record.
    """
    read = CloudTrailRecord.model_validate(record)
    stack_id = read.response_elements.stack_id if read.response_elements else None
    if not read.creates or not stack_id:
        return None
    return Creation(stack_id, _creator(read.user_identity, read.event_name), read.event_time)


def _creator(who: _Identity, call: str) -> Creator:
    if who.service:
        return Creator("", f"CloudTrail {call} was made by the service {who.service}")
    name, kind = _name_and_kind(who)
    if not name:
        return Creator("", f"CloudTrail {call} names no caller")
    return Creator(name[:_LONGEST_NAME], f"CloudTrail {call} by {kind}")


def _name_and_kind(who: _Identity) -> tuple[str, str]:
    match who.type:
        case "AssumedRole":
            return _session_name(who), f"role {_role(who)}"
        case "IAMUser":
            return who.user_name or who.last_of_arn, "IAM user"
        case "FederatedUser":
            return who.last_of_arn or who.user_name or "", "federated user"
        case "IdentityCenterUser":
            behind = who.on_behalf_of.user_id if who.on_behalf_of else None
            return who.user_name or behind or "", "IAM Identity Center user"
        case "Root":
            return "root", "the account's root user"
        case _:
            name = who.user_name or who.last_of_arn or who.principal_id or ""
            return name, who.type or "an unknown kind of identity"


def _session_name(who: _Identity) -> str:
    """The session's own name, unless only its source identity is somebody's address."""
    name = who.last_of_arn or (who.principal_id or "").partition(":")[2]
    behind = who.session_context.source_identity if who.session_context else None
    return behind if behind and "@" in behind and "@" not in name else name


def _role(who: _Identity) -> str:
    issuer = who.session_context.session_issuer if who.session_context else None
    named = issuer.user_name if issuer else None
    return named or (who.arn or "").partition("/")[2].partition("/")[0]
