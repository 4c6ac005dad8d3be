"""Read a secret by one signed HTTP request and no client.

Building a client would cost a cold start more time than all else that a refused link takes.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

_PAUSES_SECONDS = (0.2, 0.6)
_TIMEOUT_SECONDS = 3
_DENIED = (
    "the function's role must allow secretsmanager:GetSecretValue on it, as template.yaml does"
)


class SecretUnavailable(Exception):
    """The secret cannot be read; says why and what to do, and never quotes it."""


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """`text` is empty for a secret of bytes."""

    version_id: str
    text: str


@dataclass(frozen=True, slots=True)
class _Identity:
    """What the signer reads of credentials; botocore's own are a tenth more to import."""

    access_key: str
    secret_key: str
    token: str | None


class Secret:
    """The secret `arn`, read with the identity that Lambda gives a function's environment."""

    def __init__(
        self,
        arn: str,
        environment: Mapping[str, str] = os.environ,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.arn = arn
        self._environment = environment
        self._pause = pause
        self._http = URLLib3Session(timeout=_TIMEOUT_SECONDS)

    def version(self, stage: str) -> SecretVersion | None:
        """What is under a staging label such as AWSCURRENT; None when nothing is."""
        response = self._send(json.dumps({"SecretId": self.arn, "VersionStage": stage}).encode())
        answer = _parsed(response)
        if response.status_code == 200:
            return SecretVersion(str(answer["VersionId"]), str(answer.get("SecretString") or ""))
        # "__type" may have a namespace in front ("AWS JSON 1.1 protocol", Smithy documentation).
        code = str(answer.get("__type", response.status_code)).rpartition("#")[2]
        if code == "ResourceNotFoundException":
            return None
        message = answer.get("message") or answer.get("Message") or "no reason was given"
        raise SecretUnavailable(f"{self.arn} cannot be read ({code}: {message}); {_DENIED}")

    def _send(self, body: bytes) -> AWSResponse:
        """What Secrets Manager answers; a failure of its own, or of the way, is tried again."""
        for seconds in _PAUSES_SECONDS:
            try:
                response = self._http.send(self._request(body).prepare())
            except BotoCoreError:
                self._pause(seconds)
                continue
            if response.status_code < 500:
                return response
            self._pause(seconds)
        return self._send_once(body)

    def _send_once(self, body: bytes) -> AWSResponse:
        try:
            return self._http.send(self._request(body).prepare())
        except BotoCoreError as error:
            raise SecretUnavailable(
                f"Secrets Manager does not answer at {self._endpoint()} ({error}); try again, and "
                "check the function's way to it"
            ) from error

    def _request(self, body: bytes) -> AWSRequest:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "secretsmanager.GetSecretValue",
        }
        request = AWSRequest(method="POST", url=self._endpoint(), headers=headers, data=body)
        SigV4Auth(self._credentials(), "secretsmanager", self._arn_part(3)).add_auth(request)
        return request

    def _credentials(self) -> "ReadOnlyCredentials":
        """From the variables of "Defined runtime environment variables", AWS Lambda."""
        try:
            access_key = self._environment["AWS_ACCESS_KEY_ID"]
            secret_key = self._environment["AWS_SECRET_ACCESS_KEY"]
        except KeyError as missing:
            raise SecretUnavailable(
                f"the environment has no {missing.args[0]}, which Lambda sets in every function; "
                "run this as a function, or set it"
            ) from None
        token = self._environment.get("AWS_SESSION_TOKEN") or None
        return cast("ReadOnlyCredentials", _Identity(access_key, secret_key, token))

    def _endpoint(self) -> str:
        """Overridden as for every client ("Service-specific endpoints", AWS SDKs Reference)."""
        partition, region = self._arn_part(1), self._arn_part(3)
        for name in ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"):
            if override := self._environment.get(name):
                return override
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        return f"https://secretsmanager.{region}.{suffix}/"

    def _arn_part(self, place: int) -> str:
        parts = self.arn.split(":")
        if len(parts) < 7 or parts[2] != "secretsmanager":
            raise SecretUnavailable(
                f"{self.arn!r} is not the ARN of a secret; LINK_KEY_SECRET must be one, as "
                "template.yaml sets it"
            )
        return parts[place]


def _parsed(response: AWSResponse) -> Mapping[str, Any]:
    try:
        answer = json.loads(response.content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
