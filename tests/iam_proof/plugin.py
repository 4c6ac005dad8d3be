"""Holds the calls of each integration test file to the templates; `make iam-record` records them.

A call that a role may not make fails the file at once. Rights that no test uses any more are seen
when the record is made anew: it starts from nothing, and test_proof.py then finds them idle.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.iam_proof.calls import Call, save
from tests.iam_proof.proof import Evidence, refusals
from tests.iam_proof.recording import ROOT, Recorder
from tests.iam_proof.roles import Holder, holders

WRITE_TO = "STEWARD_IAM_RECORD"


@pytest.fixture(scope="session")
def iam_recorder() -> Iterator[Recorder]:
    """Session-wide: sessions of botocore outlive the tests that make them."""
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patched:
        recorder.install(patched.setattr)
        yield recorder


@pytest.fixture(scope="module", autouse=True)
def iam_record(request: pytest.FixtureRequest, iam_recorder: Recorder) -> Iterator[None]:
    file = request.path.relative_to(ROOT).as_posix()
    iam_recorder.calls, iam_recorder.test_file = set(), file
    yield
    if folder := os.environ.get(WRITE_TO):
        save(Path(folder) / f"{file.replace('/', '.')}.json", iam_recorder.calls)
    elif problems := refused(iam_recorder.calls):
        pytest.fail("\n".join(problems), pytrace=False)


def refused(calls: Iterable[Call]) -> list[str]:
    """Calls that the templates do not let their roles make."""
    evidence = Evidence([], sorted(calls, key=lambda call: (call.role, call.action)))
    return [
        found
        for name in sorted({call.role for call in evidence.tests})
        for found in refusals(_holders()[name], evidence)
    ]


@cache
def _holders() -> dict[str, Holder]:
    return holders()
