"""Functions that start after the campaign asked for it have a faster clock in their clients."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError

import pytest

from local.emulator import Emulator
from local.organization import Organization
from tests.integration.local.lambda_functions import create_function, zipped

PAUSE = 0.02
# How many seconds of its clients pass in one of everybody's.
RATIO = """
import time
from botocore.retries.bucket import Clock

def answer(event, context):
    return round(Clock().current_time() / time.time())
"""


@contextmanager
def paced(emulator: Emulator, pause: float) -> Iterator[None]:
    emulator.control.hasten_clients(pause, patience=0.1)
    try:
        yield
    finally:
        emulator.control.hasten_clients(pause=1, patience=1)


def ratio(organization: Organization, name: str) -> int:
    code = {"Code": {"ZipFile": zipped({"app.py": RATIO})}, "Handler": "app.answer"}
    create_function(organization.session(), name, Runtime="python3.13", Timeout=30, **code)
    answer = organization.session().client("lambda").invoke(FunctionName=name)
    found: int = json.load(answer["Payload"])
    return found


def test_a_functions_clients_are_hastened_until_that_ends(
    emulator: Emulator, organization: Organization
) -> None:
    assert ratio(organization, "before") == 1
    with paced(emulator, PAUSE):
        assert ratio(organization, "during") == 50
    assert ratio(organization, "after") == 1


@pytest.mark.parametrize("pause", [0, -1, 1.5])
def test_a_pace_that_no_clock_can_have_is_refused(emulator: Emulator, pause: float) -> None:
    with pytest.raises(HTTPError, match="400"):
        emulator.control.hasten_clients(pause, patience=1)
