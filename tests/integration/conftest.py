"""What every integration test runs under: its AWS calls are recorded for the IAM proof."""

from collections.abc import Iterator
from unittest.mock import patch

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
