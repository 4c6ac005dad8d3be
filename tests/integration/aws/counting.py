"""Counts the calls that leave a botocore session."""

from collections import Counter
from typing import Any

from botocore.session import Session


class Calls(Counter[str]):
    """Calls by operation name, retries not counted."""

    def watch(self, session: Session) -> Session:
        session.register("before-call", self._count)
        return session

    def _count(self, **event: Any) -> None:
        self[event["model"].name] += 1
