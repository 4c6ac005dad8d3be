"""What every integration test runs under: its AWS calls are recorded for the IAM proof."""

from collections.abc import Iterator
from unittest.mock import patch

import moto.core.models
import moto.sns.models
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.iam_proof.plugin import iam_record, iam_recorder

__all__ = ["iam_record", "iam_recorder"]


@pytest.fixture(scope="session", autouse=True)
def messages_are_signed_with_one_key() -> Iterator[None]:
    """moto makes a key for each subscription, which takes longer than most tests; none verifies."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    with patch.object(moto.sns.models.Subscription, "private_key", lambda _: key):
        yield


@pytest.fixture(scope="session", autouse=True)
def moto_answers_botocore_only() -> Iterator[None]:
    """Nothing here calls AWS by the package `requests`, for which every start of moto would
    register more than a thousand patterns."""
    with patch.object(moto.core.models, "RESPONSES_METHODS", []):
        yield
