"""What runs where nobody declared anything: safe for any handler, as it never sends a payload.

Checks have no mode of their own unless they only observe, so a document's mode decides for them.
"""

from collections.abc import Mapping
from typing import Any

SOURCE = "built-in defaults"
DEFAULTS: Mapping[str, Any] = {
    "version": 1,
    "mode": "enforce",
    "pre": {
        "checks": {
            "config": {"type": "config"},
            "alarms": {"type": "alarms"},
            "dry-run": {"type": "invoke", "dry_run": True},
        }
    },
    "shift": {"mode": "observe", "checks": {"errors": {"type": "compare", "metric": "errors"}}},
    "post": {
        "checks": {
            "errors": {"type": "compare", "metric": "errors"},
            "latency": {"type": "compare", "metric": "duration", "mode": "observe"},
            "alarms": {"type": "alarms"},
        }
    },
}
# What the function's tag `steward:smoke=empty` declares: the one payload that is sent unwritten.
EMPTY_SMOKE: Mapping[str, Any] = {"pre": {"checks": {"smoke": {"type": "invoke", "payload": {}}}}}
