"""News of many deployments at once, for whoever listens on the unit's own event bus."""

import json
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import TYPE_CHECKING

from steward.aws.errors import denials
from steward.aws.unit_events import DETAIL_TYPE, SOURCE, NotSent, What

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

# "PutEvents", Amazon EventBridge API Reference: entries a call.
MOST_EVENTS = 10
TRIES = 3


def send_all_news(client: "EventBridgeClient", deployment_ids: Iterable[str], what: What) -> int:
    """Send news of each, ten a call; return how many. What is refused is sent again, and after
    that raises NotSent once all others are sent."""
    sent = 0
    refused: list[str] = []
    for batch in batched(deployment_ids, MOST_EVENTS, strict=False):
        still = _send(client, batch, what)
        sent += len(batch) - len(still)
        refused += still
    if refused:
        raise NotSent(f"events:PutEvents refused news of {'; '.join(refused)}")
    return sent


def _send(client: "EventBridgeClient", batch: Sequence[str], what: What) -> list[str]:
    """The deployments that EventBridge did not take, with its reasons."""
    waiting = list(batch)
    reasons: list[str] = []
    for _ in range(TRIES):
        with denials("check the roles of org/members/hooks.yaml"):
            answer = client.put_events(Entries=[_entry(each, what) for each in waiting])
        # Answers come in the order of the entries.
        failed = [
            (each, f"{each} ({said.get('ErrorCode')} {said.get('ErrorMessage', '')})")
            for each, said in zip(waiting, answer["Entries"], strict=True)
            if said.get("ErrorCode")
        ]
        waiting, reasons = [each for each, _ in failed], [reason for _, reason in failed]
        if not waiting:
            break
    return reasons


def _entry(deployment_id: str, what: What) -> "PutEventsRequestEntryTypeDef":
    detail = json.dumps({"deploymentId": deployment_id, "what": what})
    return {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": detail}
