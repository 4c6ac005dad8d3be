"""What happened to a lease: one immutable event for every transition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what to which lease, when and why.

    `what` is the action or state reached (`register`, `mark`, `delivered`, `reap`, `blocked`, ...);
    `policy` the fingerprint it was decided under; `version` the lease version it led to;
    `evidence` the facts it rests on, as text.
    """

    stack_id: str
    at: datetime
    actor: str
    what: str
    why: str
    policy: str
    version: int
    evidence: Mapping[str, str] = field(default_factory=dict)
