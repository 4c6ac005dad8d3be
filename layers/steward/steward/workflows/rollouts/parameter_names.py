"""Where parameters stand that say how rollouts go, and the tags by which functions say it."""

OWN = "/steward/rollout/"
PROFILES = "/steward/rollout-profiles/"
OVERRIDES = "/steward/rollout-override/"
DEFAULT_PROFILE = f"{PROFILES}default"
CONFIG_TAG = "steward:rollout-config"
PROFILE_TAG = "steward:rollout-profile"
SMOKE_TAG = "steward:smoke"
EMPTY = "empty"


def function_name(function: str) -> str:
    """The bare name of a function that is called by its name or by an ARN, whole or in part.

    "Lambda function", AWS Lambda API Reference: `NAME`, `ACCOUNT:function:NAME` or an ARN, each
    with a version or an alias behind it or without.
    """
    before, _function, behind = function.rpartition("function:")
    return (behind if before else function).partition(":")[0]
