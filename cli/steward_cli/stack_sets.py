"""The stack sets of org/template.yaml, and as whom they are asked for."""

ROLES = "steward-member-roles"
REAPING = "steward-member-reaping"
EVENTS = "steward-member-events"
HOOKS = "steward-rollout-hooks"


def call_as(management_account: str, own_account: str) -> str:
    """ "DescribeStackSet", AWS CloudFormation API Reference: SELF in the management account."""
    return "SELF" if own_account == management_account else "DELEGATED_ADMIN"
