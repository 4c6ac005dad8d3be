"""The demo's record: what IAM decided while the whole scenario was played.

`python -m tests.iam_proof.demo_record` plays it and writes the record anew.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from tests.iam_proof.calls import AGAIN, DEMO, TESTS, Call, load, of_the_demo, save
from tests.iam_proof.deciding import allowing
from tests.iam_proof.proof import UNSEEN_IN_DEMO, Grant, read_exceptions, request
from tests.iam_proof.resolving import HUB
from tests.iam_proof.roles import by_name, holders

PLAYED_WITHIN_SECONDS = 900.0
type Records = Sequence[Mapping[str, Any]]


def calls_of(records: Records) -> list[Call]:
    return list(of_the_demo(records, by_name(), HUB))


def differences(records: Records) -> list[str]:
    """Actions that the proof does not know of, and recorded ones that nothing makes any more.

    How often, on which of several resources, and whether at all after a failure, is a matter of
    timing; so one that a test makes, or that is excepted with a reason, may come or stay away.
    """
    made, of_tests = _actions(calls_of(records)), _actions(load(TESTS))
    excepted = {(role, action) for role, _, action in _excepted()}
    new = made - _actions(load(DEMO)) - of_tests - excepted
    gone = _actions(load(DEMO)) - made - of_tests
    found = [f"{role}: {action} is in no record" for role, action in sorted(new)]
    found += [
        f"{role}: {action} is in the record, but was not called" for role, action in sorted(gone)
    ]
    return [*found, f"If that is right, {AGAIN}."] if found else []


def _actions(calls: Iterable[Call]) -> set[tuple[str, str]]:
    return {(call.role, call.action) for call in calls}


def _excepted() -> Iterator[Grant]:
    return (each.grant for each in read_exceptions())


def disagreements(records: Records) -> list[str]:
    """Calls that the emulator's IAM decided otherwise than the evaluator of the proof does."""
    known, names, found = holders(), by_name(), set()
    for record in records:
        for call in of_the_demo([record], names, HUB):
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
