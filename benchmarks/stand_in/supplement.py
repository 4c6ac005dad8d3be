"""Answers what moto does not implement: Config's aggregator, Health, AppConfig's data plane, and
what Lambda and Synthetics are asked about single functions."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.stand_in.aggregator import Aggregator
from benchmarks.stand_in.counting import Application, StartResponse
from benchmarks.stand_in.operations import OPERATION, Environ, body_of

type Answer = Callable[[Environ], bytes]

_HEADERS = [("Content-Type", "application/json"), ("Next-Poll-Configuration-Token", "next")]
_FUNCTION = re.compile(r"/functions/([^/]+)/")


@dataclass(slots=True)
class Supplement:
    """Goes before `application`. `policy`: the document that AppConfig has deployed."""

    application: Application
    policy: str = ""
    aggregator: Aggregator = field(default_factory=Aggregator)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answers().get(environ[OPERATION])
        if answer is None:
            return self.application(environ, start_response)
        body = answer(environ)
        start_response("200 OK", _HEADERS)
        return [body]

    def _answers(self) -> dict[str, Answer]:
        return {
            "SelectAggregateResourceConfig": _asked(self.aggregator.select),
            "DescribeConfigurationAggregatorSourcesStatus": _asked(self.aggregator.sources),
            "StartConfigurationSession": lambda _: b'{"InitialConfigurationToken": "first"}',
            "GetLatestConfiguration": lambda _: self.policy.encode(),
            "DescribeEventsForOrganization": lambda _: b'{"events": []}',
            "DescribeServiceLifecycle": lambda _: b'{"serviceLifecycles": []}',
            "ListFunctionUrlConfigs": lambda _: b'{"FunctionUrlConfigs": []}',
            "GetRuntimeManagementConfig": _runtime_management,
            "DescribeRuntimeVersions": lambda _: b'{"RuntimeVersions": []}',
        }


def _asked(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    return lambda environ: json.dumps(answer(json.loads(body_of(environ)))).encode()


def _runtime_management(environ: Environ) -> bytes:
    found = _FUNCTION.search(environ["PATH_INFO"])
    name = found[1] if found else ""
    return json.dumps({"UpdateRuntimeOn": "Auto", "FunctionArn": name}).encode()
