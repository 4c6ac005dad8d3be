"""Stacks that Steward never leases and never deletes. No policy can shorten this list."""

from steward.domain.stacks import Account, Protection, Stack

STEWARD_OUTPUT = "StewardInstallation"
STEWARD_TAG = "steward:component"

_NAME_PREFIXES = {
    "StackSet-": "a StackSet instance; delete it through its StackSet",
    "SC-": "a Service Catalog product; terminate the provisioned product",
    "amplify-": "managed by Amplify",
    "awseb-": "an Elastic Beanstalk environment",
    "aws-sam-cli-managed-": "shared by all deployments of the SAM CLI",
    "serverlessrepo-": "an application of the Serverless Application Repository",
    "aws-controltower-": "part of Control Tower",
    "AWSControlTower": "part of Control Tower",
    "AWS-QuickSetup-": "managed by Systems Manager Quick Setup",
    "aws-quicksetup-": "managed by Systems Manager Quick Setup",
    "aws-cloud9-": "a Cloud9 environment",
    "awsconfigconforms-": "a Config conformance pack",
}
_CONFORMANCE_PACK_DESCRIPTION = "DO NOT MODIFY THIS STACK!"


def never_reap_reason(stack: Stack, account: Account) -> str:
    """Why `stack` must never be leased or deleted; empty when nothing protects it.

    Termination protection counts only when it is known to be on: a list call may leave it out.
    Deleting needs it known to be off; the deletion proof sees to that.
    """
    rules = (
        _family,
        _management,
        _named,
        _cdk_bootstrap,
        _steward_itself,
        _conformance_pack,
        _protected,
    )
    return next((reason for rule in rules if (reason := rule(stack, account))), "")


def _family(stack: Stack, _account: Account) -> str:
    return "a nested stack; its root stack decides" if stack.parent_id else ""


def _management(_stack: Stack, account: Account) -> str:
    return "in the management account" if account.is_management else ""


def _named(stack: Stack, _account: Account) -> str:
    if "AWSControlTower" in stack.name:
        return _NAME_PREFIXES["AWSControlTower"]
    found = (why for prefix, why in _NAME_PREFIXES.items() if stack.name.startswith(prefix))
    return next(found, "a Service Catalog product" if _is_service_catalog(stack) else "")


def _is_service_catalog(stack: Stack) -> bool:
    return any(key.startswith("aws:servicecatalog:") for key in stack.tags)


def _cdk_bootstrap(stack: Stack, _account: Account) -> str:
    is_bootstrap = stack.name == "CDKToolkit" or "BootstrapVersion" in stack.output_keys
    return "the CDK bootstrap stack" if is_bootstrap else ""


def _steward_itself(stack: Stack, _account: Account) -> str:
    ours = STEWARD_OUTPUT in stack.output_keys or STEWARD_TAG in stack.tags
    return "part of Steward itself" if ours else ""


def _conformance_pack(stack: Stack, _account: Account) -> str:
    ours = stack.description.startswith(_CONFORMANCE_PACK_DESCRIPTION)
    return "a Config conformance pack" if ours else ""


def _protected(stack: Stack, _account: Account) -> str:
    return "termination protection is on" if stack.protection is Protection.ON else ""
