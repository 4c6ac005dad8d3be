"""What a check sends to a function: declared in the configuration, or kept in SSM or S3."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, denials
from steward.domain.rollouts.config_checks import MOST_PAYLOAD_BYTES, Invoked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

    from steward.aws.unit_clients import UnitClients

_SSM = "ssm:"
_S3 = "s3://"
# What the hooks' role of org/members/hooks.yaml may read.
_MAY_READ_PARAMETER = "hooks read parameters whose names begin with /steward/rollout; name it so"
# "GetObject", Amazon S3 API Reference: who may not list a bucket is denied what is not there.
_MAY_READ_OBJECT = (
    "check that the object is there, and tag it steward:rollout=enabled: hooks read no other"
)
_NO_OBJECT = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_NO_PARAMETER = frozenset({"ParameterNotFound", "ParameterVersionNotFound"})


class UnusablePayload(Exception):
    """The declared payload is missing, too large or no JSON; says where, and what to do."""


def payload_of(check: Invoked, clients: "UnitClients") -> bytes:
    """The JSON document that `check` sends, `{}` where it declares none.

    Raise UnusablePayload or NotAllowed.
    """
    source = check.payload_from
    if not source:
        document = {} if check.payload is None else check.payload
        return _small(json.dumps(document, ensure_ascii=False).encode(), "payload")
    if source.startswith(_SSM):
        content = _of_parameter(clients.parameters(), source.removeprefix(_SSM))
    else:
        content = _of_object(clients.objects(), source.removeprefix(_S3))
    return _json(_small(content, source), source)


def _of_parameter(client: "SSMClient", name: str) -> bytes:
    with denials(_MAY_READ_PARAMETER):
        try:
            answer = client.get_parameter(Name=name, WithDecryption=True)
        except ClientError as error:
            if code_of(error) not in _NO_PARAMETER:
                raise
            todo = "create it in the workload's template, or correct payload_from"
            raise UnusablePayload(f"there is no SSM parameter {name}; {todo}") from error
    return answer["Parameter"]["Value"].encode()


def _of_object(client: "S3Client", place: str) -> bytes:
    bucket, _, key = place.partition("/")
    with denials(_MAY_READ_OBJECT):
        try:
            answer = client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) not in _NO_OBJECT:
                raise
            todo = "upload it before the deployment, or correct payload_from"
            raise UnusablePayload(f"there is no object {_S3}{place}; {todo}") from error
    with answer["Body"] as body:
        return body.read(MOST_PAYLOAD_BYTES + 1)


def _small(content: bytes, source: str) -> bytes:
    if len(content) > MOST_PAYLOAD_BYTES:
        raise UnusablePayload(
            f"{source} is larger than {MOST_PAYLOAD_BYTES // 1024} KB; a smoke check sends less: "
            "make it smaller, or let the payload name where the function finds the rest"
        )
    return content


def _json(content: bytes, source: str) -> bytes:
    try:
        json.loads(content)
    except ValueError as error:
        todo = "Lambda takes nothing else"
        raise UnusablePayload(f"{source} is no JSON document ({error}); {todo}") from error
    return content
