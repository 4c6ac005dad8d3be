"""The policies that the demo's operator deploys: first to look, then to act."""

import json
from typing import Any

from local.emulator_environment import HOME_REGION
from local.organization import Organization
from local.scenario_accounts import (
    DEVELOPMENT,
    DEVELOPMENT_CONTACT,
    OTHER_REGION,
    PRODUCTION,
)

TIMEZONE = "Europe/Berlin"


def policy_document(organization: Organization, mode: str, acknowledged: int = 0) -> str:
    """The demo's policy as the JSON text that AppConfig holds."""
    policy: dict[str, Any] = {
        "version": 1,
        "mode": mode,
        "scope": {
            "match": "any",
            "name_patterns": ["feat-*", "pr-*"],
            "tags": {"stage": ["feature", "ephemeral", "preview"]},
            "regions": [HOME_REGION, OTHER_REGION],
            "exclude": {
                "organizational_units": [organization.organizational_units[PRODUCTION]],
                "tags": {"stage": ["prod", "production"]},
            },
        },
        "lease": {"ttl": "14d", "max_lifetime": "60d"},
        "notices": ["7d", "3d", "1d"],
        "minimum_notice": "24h",
        "windows": {
            "timezone": TIMEZONE,
            "weekdays": ["mon", "tue", "wed", "thu", "fri"],
            "hours": "09:00-16:00",
        },
        "limits": {
            "reaps_per_sweep": 20,
            "percent_of_leases": 25,
            "reaps_per_account": 5,
            "new_leases": 10,
            "acknowledged_new_leases": acknowledged,
        },
        "owners": {
            "tag_keys": ["owner", "contact", "team"],
            "email_domains": ["example.com"],
            "contacts": {"payments": "payments@example.com"},
            "organizational_units": {
                organization.organizational_units[DEVELOPMENT]: DEVELOPMENT_CONTACT
            },
            "time_zones": {"loyalty@example.com": "America/New_York"},
            "fallback": "platform@example.com",
        },
    }
    return json.dumps(policy, indent=2)
