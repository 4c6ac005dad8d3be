"""Which operation a request asks for: named by a header, by the path or in the form, after the
service's protocol."""

import io
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from botocore.session import Session

type Environ = dict[str, Any]

OPERATION = "benchmark.operation"
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z]+)")
_PLACEHOLDER = re.compile(r"\\\{\w+(\\\+)?\\\}")
# By the name that a service's requests are signed for; the others name their operation themselves.
_IN_THE_PATH = {"lambda": "lambda", "synthetics": "synthetics", "appconfig": "appconfigdata"}


def operation_of(environ: Environ, service: str) -> str:
    """`service`: what the request is signed for."""
    path = environ.get("PATH_INFO", "")
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if found := _CBOR_PATH.search(path):
        return found[1]
    if service == "s3":
        return _of_files(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""))
    if service in _IN_THE_PATH:
        return _of_path(_IN_THE_PATH[service], environ["REQUEST_METHOD"], path)
    action = parse_qs(body_of(environ).decode(errors="replace")).get("Action")
    return action[0] if action else f"{environ['REQUEST_METHOD']} {path}"


def body_of(environ: Environ) -> bytes:
    """The request's body, which stays there for whoever answers it."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _of_files(method: str, path: str, query: str) -> str:
    if "list-type=2" in query:
        return "ListObjectsV2"
    kind = "Object" if "/" in path.strip("/") else "Bucket"
    return f"{method.title()}{kind}"


def _of_path(model: str, method: str, path: str) -> str:
    for name, its_method, pattern in _paths(model):
        if its_method == method and pattern.fullmatch(path.rstrip("/")):
            return name
    return f"{method} {path}"


@cache
def _paths(model: str) -> list[tuple[str, str, re.Pattern[str]]]:
    service = Session().get_service_model(model)
    https = ((name, service.operation_model(name).http) for name in service.operation_names)
    return [(name, http["method"], _pattern(http["requestUri"])) for name, http in https]


def _pattern(uri: str) -> re.Pattern[str]:
    path = re.escape(uri.partition("?")[0].rstrip("/"))
    return re.compile(_PLACEHOLDER.sub(lambda found: ".+" if found[1] else "[^/]+", path))
