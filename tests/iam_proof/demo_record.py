"""The demo's record: what IAM decided while the whole scenario was played.

`python -m tests.iam_proof.demo_record` plays it and writes the record anew.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.e2e.demo_process import STEWARD, started
from tests.e2e.played_scenario import (
    LAST_LINE,
    STOPPED_WITHIN_SECONDS,
    help_shown,
    iam_calls,
    looks_around,
)
from tests.iam_proof.calls import AGAIN, DEMO, Call, load, of_the_demo, save
from tests.iam_proof.deciding import allowing
from tests.iam_proof.proof import UNSEEN_IN_DEMO, request
from tests.iam_proof.resolving import HUB
from tests.iam_proof.roles import by_name, holders

PLAYED_WITHIN_SECONDS = 900.0
type Records = Sequence[Mapping[str, Any]]


def calls_of(records: Records) -> list[Call]:
    return list(of_the_demo(records, by_name(), HUB))


def differences(records: Records) -> list[str]:
    """Calls beyond the committed record, and recorded ones that are no longer made.

    How often and on which of several resources is a matter of timing, so a recorded call counts as
    made when its role uses the action at all.
    """
    seen, recorded = set(calls_of(records)), set(load(DEMO))
    made = {(call.role, call.action) for call in seen}
    new = [f"{c.role}: {c.action} on {c.resource} is not in the record" for c in seen - recorded]
    gone = {
        f"{call.role}: {call.action} is in the record, but was not called"
        for call in recorded
        if (call.role, call.action) not in made
    }
    found = sorted([*new, *gone])
    return [*found, f"If that is right, {AGAIN}."] if found else []


def disagreements(records: Records) -> list[str]:
    """Calls that the emulator's IAM decided otherwise than the evaluator of the proof does."""
    known, found = holders(), set()
    for record in records:
        for call in calls_of([record]):
            holder = known[call.role]
            ours = allowing(holder.statements, request(call, holder, UNSEEN_IN_DEMO)) is not None
            if ours == bool(record["refusal"]):
                decided = record["refusal"] or "allowed"
                found.add(f"{call.role}: {call.action} on {call.resource}: IAM says {decided}")
    return sorted(found)


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="steward-iam-record-") as folder,
        started([STEWARD, "demo", "--keep"], Path(folder)) as demo,
    ):
        demo.wait_until(lambda: LAST_LINE in help_shown(demo), PLAYED_WITHIN_SECONDS)
        list(looks_around(help_shown(demo)))
        save(DEMO, calls_of(iam_calls(demo)))
        demo.press_ctrl_c()
        demo.process.wait(STOPPED_WITHIN_SECONDS)


if __name__ == "__main__":
    main()
