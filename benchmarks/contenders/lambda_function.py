"""One of Steward's functions, cold, under the real Lambda runtime client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environment import PYTHON, REPOSITORY
from benchmarks.measuring import Measured, Usage, measured
from benchmarks.runtime_api import InvocationFailed, Invocations, runtime_api

TIME_LIMIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Invoked:
    """`resident_bytes`: the most memory the function's process ever held."""

    usage: Usage
    resident_bytes: int
    answers: list[Any]


def invoke(function: str, env: Mapping[str, str], home: Path, events: Sequence[object]) -> Invoked:
    """Hand `events` to a cold function, one after the other; raise InvocationFailed."""
    invocations = Invocations(events)
    folder, log = REPOSITORY / "functions" / function, home / f"{function}.log"
    command = (PYTHON, "-m", "awslambdaric", "app.lambda_handler")
    with runtime_api(invocations) as address:
        told = {
            "AWS_LAMBDA_FUNCTION_NAME": function,
            "AWS_LAMBDA_RUNTIME_API": address,
            "LAMBDA_TASK_ROOT": str(folder),
        }
        with measured(command, {**env, **told}, folder, log) as running:
            answers = _all_answers(invocations, running)
            running.done()
            resident = running.peak_resident_bytes()
            running.kill()
    return Invoked(running.usage, resident, answers)


def consume(function: str, env: Mapping[str, str], home: Path, events: Sequence[object]) -> Invoked:
    """Invoke with batches of messages, of which none may fail."""
    invoked = invoke(function, env, home, events)
    failed = [answer for answer in invoked.answers if answer != {"batchItemFailures": []}]
    if failed:
        tail = (home / f"{function}.log").read_text()[-2000:]
        raise InvocationFailed(
            f"messages of {function} failed: {failed[:3]}; its log ends:\n{tail}"
        )
    return invoked


def _all_answers(invocations: Invocations, running: Measured) -> list[Any]:
    try:
        return invocations.wait(TIME_LIMIT_SECONDS, running.has_ended)
    except InvocationFailed as error:
        tail = running.log.read_text()[-2000:]
        raise InvocationFailed(f"{error}; the function's log ends:\n{tail}") from error
