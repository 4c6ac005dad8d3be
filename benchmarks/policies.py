"""Wishes in two languages: feature stacks older than two weeks are found and put on record, and
functions on runtimes that end are found."""

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.shape import READ_ROLE, REGIONS

MARK_TAG = "maid_status"


def steward_policy(**runtimes: Any) -> str:
    """Nothing is due for weeks: a sweep that finds nothing new has nothing to write."""
    document: dict[str, Any] = {
        "version": 1,
        "mode": "notify",
        "scope": {"name_patterns": ["feat-*"], "regions": list(REGIONS)},
        "lease": {"ttl": "60d", "max_lifetime": "90d"},
        "limits": {"new_leases": 100_000},
        "owners": {"email_domains": ["example.com"], "fallback": "platform@example.com"},
        "runtimes": runtimes,
    }
    return json.dumps(document)


def custodian_policy() -> str:
    """JSON, which is YAML too. The mark is Cloud Custodian's record, so a marked stack is done."""
    policy: dict[str, Any] = {
        "name": "mark-feature-stacks",
        "resource": "aws.cfn",
        "filters": [
            {"type": "value", "key": "StackName", "op": "regex", "value": "^feat-"},
            {
                "type": "value",
                "key": "CreationTime",
                "value_type": "age",
                "op": "greater-than",
                "value": 14,
            },
            {f"tag:{MARK_TAG}": "absent"},
        ],
        "actions": [{"type": "mark-for-op", "op": "delete", "days": 7}],
    }
    return json.dumps({"policies": [policy]})


def custodian_runtimes_policy(runtimes: Sequence[str]) -> str:
    """Functions on one of `runtimes`: whoever writes the policy has to know which of them end."""
    wanted = {"type": "value", "key": "Runtime", "op": "in", "value": list(runtimes)}
    policy = {"name": "ending-runtimes", "resource": "aws.lambda", "filters": [wanted]}
    return json.dumps({"policies": [policy]})


def custodian_accounts(accounts: tuple[str, ...]) -> str:
    listed = [
        {
            "account_id": account,
            "name": f"account-{account}",
            "role": f"arn:aws:iam::{account}:role/{READ_ROLE}",
        }
        for account in accounts
    ]
    return json.dumps({"accounts": listed})
