"""Who runs the command, as a person would name them."""

import re

# "AssumeRole", AWS Security Token Service API Reference: RoleSessionName, 2 to 64 of these.
_NOT_IN_A_SESSION_NAME = re.compile(r"[^\w+=,.@-]+", re.ASCII)
_LONGEST_SESSION_NAME = 64


def caller_name(arn: str) -> str:
    """The user's or session's name in an identity's ARN; the whole ARN when it holds no name.

    A session's name is what its issuer chose: an address with IAM Identity Center.
    """
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind == "root":
        return f"root of account {arn.split(':')[4]}"
    return rest.rpartition("/")[2] or arn


def session_name(arn: str) -> str:
    """A role session's name that says who the caller is."""
    name = _NOT_IN_A_SESSION_NAME.sub("-", caller_name(arn))
    return f"steward-{name}"[:_LONGEST_SESSION_NAME]
