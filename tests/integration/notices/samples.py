"""Notices that differ in all that the guide's policies filter by, and which policy wants which."""

from typing import Any

from steward.domain.outbox import NoticeKind
from steward.domain.runtimes.severity import Level
from steward.notify.channels import Publishable
from steward.notify.rollouts.message import rollout_message
from steward.notify.runtimes.message import runtime_message
from steward.notify.severity import Severity
from tests.factories import NOW, make_policy
from tests.rollout_records import make_rollback, make_rollout, make_rollout_notice
from tests.unit.notify.messages import stage_message
from tests.unit.notify.runtime_examples import runtime_row

FALLBACK = "the policy's fallback contact; no tag owner"
_STACKS: dict[str, Publishable] = {
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
_OF_RUNTIMES: dict[str, dict[str, Any]] = {
    "runtimes": {"owners": ("dev@example.com",), "units": ("222222222222/eu-west-1",)},
    "runtimes-mildly": {
        "owners": ("ana@example.org",),
        "level": Level.LOW,
        "units": ("222222222222/eu-west-1", "555555555555/eu-west-1"),
    },
}
_RUNTIMES: dict[str, Publishable] = {
    name: runtime_message(runtime_row(**fields), (), {}, make_policy(), NOW).model_copy(
        update={"id": name, "team": "payments"}
    )
    for name, fields in _OF_RUNTIMES.items()
}
_ROLLOUTS: dict[str, Publishable] = {
    name: rollout_message(notice, "", (), {}, make_policy(), NOW).model_copy(update={"id": name})
    for name, notice in {
        "rollout": make_rollout_notice(make_rollout(account_id="666666666666")),
        "rollback": make_rollout_notice(make_rollback(account_id="666666666666")),
    }.items()
}
SAMPLES = _STACKS | _RUNTIMES | _ROLLOUTS
WANTED = {
    "By team": {"payments", "search", "receipt", *_RUNTIMES},
    "Without a team": {"unowned", "unowned-elsewhere", *_ROLLOUTS},
    "By severity": {"payments", "search", "receipt", "runtimes", "rollout"},
    "By account": {"payments", "search", "runtimes"},
    "By owner": {"payments", "runtimes", *_ROLLOUTS},
    "By an owner's domain": {"payments", "receipt", "runtimes", *_ROLLOUTS},
    "By kind": {"search", "receipt"},
    "Runtimes only": {"runtimes"},
    "Rollouts that need somebody": {"rollout"},
    "Several at once": {"payments", "runtimes"},
    "By the message itself": {"unowned"},
}
