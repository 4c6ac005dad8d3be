"""What `invoke` and `probe` share: whom they may call, for how long, and what is kept of it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from steward.aws.function_calls import Answer, call
from steward.domain.rollouts.config_checks import Invoked
from steward.workflows.rollouts.bench import CheckBench

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# An answer in time still has to be judged and handed on.
MARGIN = timedelta(seconds=1)
MOST_KEPT_BYTES = 2048


class NotOurs(Exception):
    """The deployment names a function that is not one of this account and region by its name."""


def own_function(bench: CheckBench) -> str:
    """The deployment's own function, which alone is ever invoked.

    Raise NotOurs for an ARN: it could name a function of another account.
    """
    name = bench.target.function
    if not name or ":" in name:
        raise NotOurs(
            f"the deployment names its function {name!r}, and only a function of this account and "
            "region is invoked; name it in the AppSpec by its name alone"
        )
    return name


def time_left(bench: CheckBench) -> timedelta:
    """How long a call may take from now on; not positive when there is no time for one."""
    return bench.deadline - MARGIN - bench.clock()


def called(
    check: Invoked, bench: CheckBench, client: "LambdaClient", qualifier: str, payload: bytes
) -> Answer:
    """Call the deployment's function once; raise as `call` does, and NotOurs."""
    user_agent = f"steward/{bench.phase}" if check.client_context else ""
    return call(client, own_function(bench), qualifier, payload, user_agent, bench.clock)


def milliseconds(took: timedelta) -> float:
    """`took` in milliseconds, to the microsecond that clocks know."""
    return took / timedelta(milliseconds=1)


def kept(payload: bytes) -> dict[str, object]:
    """The beginning of an answer for the evidence, and whether that is all of it."""
    text = payload[:MOST_KEPT_BYTES].decode("utf-8", errors="replace")
    return {
        "answer": text,
        "answer_bytes": len(payload),
        "answer_cut": len(payload) > MOST_KEPT_BYTES,
    }
