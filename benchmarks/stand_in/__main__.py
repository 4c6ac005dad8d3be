"""AWS on loopback for the benchmark: moto's server, with every call counted and slowed down.

Prints its port as JSON once it listens, and ends when its standard input does. Under /benchmark it
answers the benchmark itself: POST stacks, functions, scattered, policy, pause, calls.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from benchmarks.stand_in.counting import Application, Counting, StartResponse
from benchmarks.stand_in.function_pages import list_in_pages
from benchmarks.stand_in.functions import Functions, replace_functions
from benchmarks.stand_in.operations import Environ
from benchmarks.stand_in.seeding import Stacks, replace_stacks
from benchmarks.stand_in.supplement import Supplement
from benchmarks.stand_in.transactions import without_backups

CONTROL = "/benchmark/"
HOST = "127.0.0.1"


class Moto:
    """Dispatches to the service that a request is signed for."""

    def __init__(self) -> None:
        self._dispatcher = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        application: Application = self._dispatcher.get_application(environ)
        return application(environ, start_response)


class Control:
    """The benchmark's own requests pass by the counters, everything else goes through them."""

    def __init__(self, aws: Counting, supplement: Supplement) -> None:
        self._aws = aws
        self._supplement = supplement

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(CONTROL):
            return self._aws(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self._answer(path.removeprefix(CONTROL), json.loads(body or "null"))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _answer(self, what: str, body: Any) -> Any:
        match what:
            case "stacks":
                return replace_stacks(Stacks(**_with_tuples(body)))
            case "functions":
                return replace_functions(Functions(**_with_tuples(body)))
            case "scattered":
                self._supplement.aggregator.scattered = bool(body)
                return None
            case "policy":
                self._supplement.policy = str(body)
                return None
            case "pause":
                self._aws.pause_seconds = float(body)
                return None
            case "calls":
                return [asdict(call) | {"count": n} for call, n in self._aws.taken().items()]
            case _:
                raise ValueError(f"{CONTROL}{what} is unknown")


def _with_tuples(body: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(each) if isinstance(each, list) else each for key, each in body.items()}


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Tried to parse AWS::CloudFormation::WaitCondition")
    without_backups()
    list_in_pages()
    supplement = Supplement(Moto())
    control = Control(Counting(supplement), supplement)
    server = make_server(HOST, 0, control, threaded=True, request_handler=MotoRequestHandler)
    sys.stdout.write(json.dumps({"port": server.server_port}) + "\n")
    sys.stdout.flush()
    Thread(target=_end_with_parent, daemon=True).start()
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
