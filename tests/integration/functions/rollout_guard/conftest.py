"""The guard's unit on moto, with CodeDeploy, Lambda, CloudWatch and the queue answered by fakes."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.integration.functions.rollout_guard.unit import GuardUnit, open_unit


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardUnit]:
    with mock_aws():
        unit = open_unit(monkeypatch)
        yield unit
    # A look that fails is made again, which would hide a defect of the guard or of a fake.
    assert unit.is_disturbed or not unit.failures
