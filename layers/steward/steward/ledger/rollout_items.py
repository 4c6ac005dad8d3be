"""A deployment as items of the table, and back.

One item is the deployment, under what it deploys; another, under its id, says where that one is.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from steward.domain.rollouts.records import Rollout
from steward.ledger.attributes import TTL, Item, ItemReader, epoch_seconds, text
from steward.ledger.keys import rollout_key, rollout_place_key, rollouts_index


@dataclass(frozen=True, slots=True)
class RolloutOnRecord:
    """A deployment as it was read; `digest` tells it from what it was before or becomes."""

    rollout: Rollout
    digest: str


def on_record(rollout: Rollout) -> RolloutOnRecord:
    """`rollout` as it reads once it is on record."""
    return RolloutOnRecord(rollout, _digest(document_of(rollout)))


def document_of(rollout: Rollout) -> str:
    """JSON of one form: the same deployment is the same text."""
    # By way of pydantic's own JSON, which knows no NaN.
    plain = json.loads(rollout.model_dump_json())
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rollout_item(rollout: Rollout, retention: timedelta) -> Item:
    """`state` and the unit are what the index shows of it."""
    document = document_of(rollout)
    return (
        rollout_key(rollout)
        | rollouts_index(rollout)
        | {
            TTL: epoch_seconds(rollout.created_at + retention),
            "account_id": text(rollout.account_id),
            "region": text(rollout.region),
            "state": text(rollout.status),
            "digest": text(_digest(document)),
            "document": text(document),
        }
    )


def place_item(rollout: Rollout, retention: timedelta) -> Item:
    where = rollout_key(rollout)
    return rollout_place_key(rollout.unit, rollout.deployment_id) | {
        TTL: epoch_seconds(rollout.created_at + retention),
        "at_pk": where["pk"],
        "at_sk": where["sk"],
        "digest": text(_digest(document_of(rollout))),
    }


def rollout_from(item: Item) -> RolloutOnRecord:
    read = ItemReader(item, also_ignored=("account_id", "region", "state"))
    digest, document = read.text("digest"), read.text("document")
    try:
        rollout = Rollout.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise read.broken("document", f"is no deployment: {place}: {first['msg']}") from None
    return read.whole(RolloutOnRecord(rollout, digest))


def place_from(item: Item) -> Item:
    """The key of the deployment itself."""
    read = ItemReader(item, also_ignored=("digest",))
    return read.whole({"pk": text(read.text("at_pk")), "sk": text(read.text("at_sk"))})


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()[:32]
