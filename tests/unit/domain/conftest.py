"""The domain's tests run far from UTC, so that nothing may lean on the machine's time zone."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def machine_in_auckland() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        yield
    time.tzset()
