"""One sweep of units as their messages ask for it."""

from datetime import timedelta

import pytest

from functions.lease_worker import app
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import failed, sample


@pytest.fixture
def worker(hub: Hub) -> Function:
    return hub.function(app)


def test_the_sample_message_leases_what_it_finds(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart", age=timedelta(days=2))
    hub.members.add("payments")
    assert failed(worker(sample("sqs_unit"))) == []
    lease = hub.lease(cart)
    assert (lease.state, lease.owners) == ("active", ("dev@example.com",))
    assert hub.history(cart) == ["register"]
