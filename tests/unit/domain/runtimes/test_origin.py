"""Whose function it is, told by names that CDK, Amplify, Control Tower and canaries really give."""

import pytest

from steward.domain.runtimes.functions import Origin
from steward.domain.runtimes.origin import LOGICAL_ID_TAG, origin_of


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        pytest.param("cwsyn-checkout-5d8cd9c5", Origin.CANARY, id="canary"),
        pytest.param("my-cwsyn-notes", Origin.APPLICATION, id="not-a-canary"),
        pytest.param(
            "shop-CustomS3AutoDeleteObjectsCustomResourceProvider-1A2B",
            Origin.FRAMEWORK,
            id="cdk-auto-delete",
        ),
        pytest.param(
            "shop-LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a-1A2B",
            Origin.FRAMEWORK,
            id="cdk-log-retention",
        ),
        pytest.param("acme-LogRetention-report", Origin.APPLICATION, id="own-log-retention"),
        pytest.param(
            "awscdkaws-ProviderframeworkonEvent-1CJ03F7JMQAA1",
            Origin.FRAMEWORK,
            id="cdk-provider-framework",
        ),
        pytest.param("framework-onboarding", Origin.APPLICATION, id="own-framework"),
        pytest.param(
            "shop-AWS679f53fac002430cb0da5b7982bd2287-1A2B", Origin.FRAMEWORK, id="cdk-aws-call"
        ),
        pytest.param(
            "shop-CustomCDKBucketDeployment8693BB64968944B6-1A2B",
            Origin.FRAMEWORK,
            id="cdk-bucket-deployment",
        ),
        pytest.param(
            "amplify-login-UpdateRolesWithIDPFunction-1A2B", Origin.FRAMEWORK, id="amplify"
        ),
        pytest.param("amplify-shop-main-orders", Origin.APPLICATION, id="own-in-amplify"),
        pytest.param(
            "aws-controltower-NotificationForwarder", Origin.FRAMEWORK, id="control-tower"
        ),
        pytest.param("AWSAccelerator-Network-1A2B", Origin.FRAMEWORK, id="landing-zone"),
        pytest.param("orders-api", Origin.APPLICATION, id="application"),
        pytest.param("", Origin.APPLICATION, id="nameless"),
    ],
)
def test_a_name_tells_who_wrote_it(name: str, origin: Origin) -> None:
    assert origin_of(name, {}) is origin


def test_a_logical_id_tells_it_where_the_name_was_given_by_hand() -> None:
    tags = {LOGICAL_ID_TAG: "BucketNotificationsHandler050a0587b7544547bf325f094a3db834"}
    assert origin_of("by-hand", tags) is Origin.FRAMEWORK


def test_the_stack_of_a_framework_tells_it() -> None:
    tags = {"aws:cloudformation:stack-name": "StackSet-AWSControlTowerBP-BASELINE-CONFIG-0123"}
    assert origin_of("by-hand", tags) is Origin.FRAMEWORK
    assert origin_of("by-hand", {"aws:cloudformation:stack-name": "orders"}) is Origin.APPLICATION
