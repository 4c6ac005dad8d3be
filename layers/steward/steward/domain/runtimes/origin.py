"""Who wrote a function, as far as its name and its tags tell: whoever did has to change it."""

import re
from collections.abc import Mapping

from steward.domain.runtimes.functions import Origin

LOGICAL_ID_TAG = "aws:cloudformation:logical-id"

# "Writing a canary script", Amazon CloudWatch User Guide: a canary's function is cwsyn-<canary>-...
_CANARY = "cwsyn-"
# What AWS CDK makes beside a stack's own functions. CloudFormation cuts logical ids when it makes
# names of them, so their beginnings have to do. Classes LogRetention, BucketDeployment and
# AwsCustomResource, module custom_resources (provider framework), RemovalPolicy (auto-delete of
# objects and images), AWS CDK API Reference.
_CDK = (
    "CustomResource",
    "LogRetention[0-9a-f]",
    "AutoDelete",
    "[Ff]ramework-?(on|is)[A-Z]",
    "CustomCDK",
    "CustomVpcRestrict",
    "BucketNotificationsHandler",
    r"CrossRegion\w*(Reader|Writer)",
    "AWSCDK|awscdk",
    "AWS679f53fac002430cb0da5b7982bd",
)
# "Override Amplify-generated resources", AWS Amplify Documentation. Functions of an application's
# own also begin with amplify-, so that alone says nothing.
_AMPLIFY = (r"Amplify\w*(Linker|Manager)", "UpdateRolesWithIDPFunction", "UserPoolClientLambda")
# "How AWS Control Tower works", AWS Control Tower User Guide; "Landing Zone Accelerator on AWS".
_LANDING_ZONES = ("^aws-controltower-", "^AWSAccelerator-")
_FRAMEWORK = re.compile("|".join((*_CDK, *_AMPLIFY, *_LANDING_ZONES)))
# Stacks that these products deploy to accounts; their functions carry the stack's tag.
_STACK_NAME_TAG = "aws:cloudformation:stack-name"
_THEIR_STACKS = re.compile("^(StackSet-AWSControlTower|AWSAccelerator-|CDKToolkit$)")


def origin_of(name: str, tags: Mapping[str, str]) -> Origin:
    """The origin of the function `name`; its logical id in its stack counts as a name of it."""
    if name.startswith(_CANARY):
        return Origin.CANARY
    names = (name, tags.get(LOGICAL_ID_TAG, ""))
    if any(_FRAMEWORK.search(each) for each in names):
        return Origin.FRAMEWORK
    is_theirs = _THEIR_STACKS.match(tags.get(_STACK_NAME_TAG, ""))
    return Origin.FRAMEWORK if is_theirs else Origin.APPLICATION
