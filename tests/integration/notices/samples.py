"""Notices that differ in all that the guide's policies filter by, and which policy wants which."""

from steward.domain.outbox import NoticeKind
from steward.notify.message import NoticeMessage
from steward.notify.severity import Severity
from tests.unit.notify.messages import stage_message

FALLBACK = "the policy's fallback contact; no tag owner"
SAMPLES: dict[str, NoticeMessage] = {
    name: stage_message(id=name, **fields)
    for name, fields in {
        "payments": {
            "team": "payments",
            "severity": Severity.CRITICAL,
            "account": "222222222222",
            "owners": ("Dev@Example.com",),
        },
        "search": {
            "team": "search",
            "kind": NoticeKind.BLOCKED,
            "severity": Severity.WARNING,
            "account": "333333333333",
            "owners": ("ana@example.org",),
        },
        "receipt": {
            "team": "payments",
            "kind": NoticeKind.DELETED,
            "severity": Severity.WARNING,
            "account": "444444444444",
            "owners": ("bob@example.com",),
        },
        "unowned": {
            "severity": Severity.INFO,
            "account": "444444444444",
            "owners": ("platform@example.net",),
            "owner_source": FALLBACK,
        },
        "unowned-elsewhere": {
            "severity": Severity.INFO,
            "account": "444444444444",
            "region": "us-east-1",
            "owners": ("platform@example.net",),
            "owner_source": FALLBACK,
        },
        "spelled-otherwise": {
            "team": "Payments",
            "severity": Severity.INFO,
            "account": "555555555555",
            "owners": ("dev@example.com.invalid",),
        },
    }.items()
}
WANTED = {
    "By team": {"payments", "search", "receipt"},
    "Without a team": {"unowned", "unowned-elsewhere"},
    "By severity": {"payments", "search", "receipt"},
    "By account": {"payments", "search"},
    "By owner": {"payments"},
    "By an owner's domain": {"payments", "receipt"},
    "By kind": {"search", "receipt"},
    "Several at once": {"payments"},
    "By the message itself": {"unowned"},
}
