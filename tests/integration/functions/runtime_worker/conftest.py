"""A unit full of functions, and the worker that judges them."""

import pytest

from functions.runtime_worker import app
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_units import BUCKET, Units, open_units


@pytest.fixture
def units(hub: Hub) -> Units:
    hub.monkeypatch.setenv("REPORTS_BUCKET", BUCKET)
    return open_units(hub, hub.function(app))
