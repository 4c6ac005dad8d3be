"""Stacks that are never leased, family by family, and their look-alikes that are."""

from dataclasses import replace

import pytest

from steward.domain.protected import STEWARD_OUTPUT, STEWARD_TAG, never_reap_reason
from steward.domain.stacks import Protection, Stack
from tests.factories import make_account, make_stack

ACCOUNT = make_account()


def named(name: str) -> Stack:
    return make_stack(name)


CONTROL_TOWER = "part of Control Tower"
PROTECTED = [
    pytest.param(
        make_stack(parent_id="arn:aws:cloudformation:::stack/root/1"),
        "a nested stack; its root stack decides",
        id="nested",
    ),
    pytest.param(
        named("StackSet-feat-1a2b"),
        "a StackSet instance; delete it through its StackSet",
        id="StackSet instance",
    ),
    pytest.param(
        named("SC-222222222222-pp-abc"),
        "a Service Catalog product; terminate the provisioned product",
        id="Service Catalog by name",
    ),
    pytest.param(
        make_stack(tags={"aws:servicecatalog:productArn": "arn"}),
        "a Service Catalog product",
        id="Service Catalog by tag",
    ),
    pytest.param(named("amplify-shop-dev-1"), "managed by Amplify", id="Amplify"),
    pytest.param(
        named("awseb-e-abc-stack"), "an Elastic Beanstalk environment", id="Elastic Beanstalk"
    ),
    pytest.param(
        named("aws-sam-cli-managed-default"),
        "shared by all deployments of the SAM CLI",
        id="SAM CLI",
    ),
    pytest.param(
        named("serverlessrepo-app"),
        "an application of the Serverless Application Repository",
        id="Serverless Application Repository",
    ),
    pytest.param(named("aws-controltower-baseline"), CONTROL_TOWER, id="Control Tower, small"),
    pytest.param(named("AWSControlTowerExecution"), CONTROL_TOWER, id="Control Tower, first"),
    pytest.param(named("feat-AWSControlTower-x"), CONTROL_TOWER, id="Control Tower, inside"),
    pytest.param(
        named("AWS-QuickSetup-x"), "managed by Systems Manager Quick Setup", id="Quick Setup"
    ),
    pytest.param(
        named("aws-quicksetup-x"), "managed by Systems Manager Quick Setup", id="Quick Setup, small"
    ),
    pytest.param(named("aws-cloud9-ide-1"), "a Cloud9 environment", id="Cloud9"),
    pytest.param(
        named("awsconfigconforms-x"), "a Config conformance pack", id="conformance pack by name"
    ),
    pytest.param(
        make_stack(description="DO NOT MODIFY THIS STACK! This is for Config."),
        "a Config conformance pack",
        id="conformance pack by description",
    ),
    pytest.param(named("CDKToolkit"), "the CDK bootstrap stack", id="CDK bootstrap by name"),
    pytest.param(
        make_stack(output_keys=frozenset({"BucketName", "BootstrapVersion"})),
        "the CDK bootstrap stack",
        id="CDK bootstrap by output",
    ),
    pytest.param(
        make_stack(output_keys=frozenset({STEWARD_OUTPUT})),
        "part of Steward itself",
        id="Steward by output",
    ),
    pytest.param(
        make_stack(tags={STEWARD_TAG: "member"}), "part of Steward itself", id="Steward by tag"
    ),
    pytest.param(
        make_stack(protection=Protection.ON),
        "termination protection is on",
        id="termination protection",
    ),
]


@pytest.mark.parametrize(("stack", "reason"), PROTECTED)
def test_is_never_reaped(stack: Stack, reason: str) -> None:
    assert never_reap_reason(stack, ACCOUNT) == reason


def test_nothing_in_the_management_account_is_reaped() -> None:
    management = replace(ACCOUNT, is_management=True)
    assert never_reap_reason(make_stack(), management) == "in the management account"


@pytest.mark.parametrize(
    "stack",
    [
        pytest.param(make_stack(), id="feature stack"),
        pytest.param(make_stack(protection=Protection.UNKNOWN), id="protection not listed"),
        pytest.param(named("feat-StackSet-x"), id="family's prefix inside the name"),
        pytest.param(named("stackset-feat"), id="family's prefix in small letters"),
        pytest.param(named("feat-CDKToolkit"), id="bootstrap's name inside the name"),
        pytest.param(make_stack(output_keys=frozenset({"Version"})), id="other output"),
        pytest.param(make_stack(tags={"servicecatalog": "x"}), id="owner's tag"),
        pytest.param(make_stack(description="See: DO NOT MODIFY THIS STACK!"), id="quotation"),
    ],
)
def test_a_look_alike_is_not_protected(stack: Stack) -> None:
    assert never_reap_reason(stack, ACCOUNT) == ""


def test_names_of_steward_are_fixed() -> None:
    """The templates carry them; another spelling here would leave Steward unprotected."""
    assert (STEWARD_OUTPUT, STEWARD_TAG) == ("StewardInstallation", "steward:component")
