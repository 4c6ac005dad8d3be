"""Stacks that look stale and must never be leased: everybody's nightmare if they were."""

from collections.abc import Mapping
from datetime import timedelta

from local.emulator_environment import HOME_REGION
from local.organization import MANAGEMENT
from local.scenario_accounts import OTHER_REGION, REGION_OUTSIDE_THE_POLICY
from local.scenario_model import Expectation, SeededStack

_OLD = timedelta(days=45)
_FEATURE = {"stage": "feature"}


def _untouched(
    account: str,
    name: str,
    why: str,
    *,
    region: str = HOME_REGION,
    template: str = "feature",
    tags: Mapping[str, str] | None = None,
    protected: bool = False,
) -> SeededStack:
    return SeededStack(
        key=f"{account}/{name}",
        account=account,
        region=region,
        name=name,
        template=template,
        tags=tags or {},
        age=_OLD,
        protected=protected,
        expectation=Expectation.UNTOUCHED,
        why=why,
    )


_OUT_OF_SCOPE = (
    _untouched("payments-dev", "feature-flags-service", "feat-* does not match feature-flags"),
    _untouched("payments-dev", "payments-api", "no feature stack"),
    _untouched("payments-dev", "FEAT-LOUD", "patterns heed case"),
    _untouched(
        "payments-dev",
        "feat-migration-live",
        "its tag stage=prod is excluded",
        tags={"stage": "prod", "owner": "payments"},
    ),
    _untouched("web-dev", "web-frontend", "no feature stack", tags={"stage": "staging"}),
    _untouched("web-dev", "web-cdn", "no feature stack", region=OTHER_REGION),
    _untouched("data-dev", "warehouse", "no feature stack"),
    _untouched(
        "data-dev",
        "feat-far-away",
        "its region is not in the policy",
        region=REGION_OUTSIDE_THE_POLICY,
    ),
    _untouched("shop-prod", "shop-frontend", "no feature stack"),
    _untouched("shop-prod", "feat-black-friday", "in a production account", tags=_FEATURE),
    _untouched(
        "shop-prod", "pr-9001", "in a production account", region=OTHER_REGION, tags=_FEATURE
    ),
)

_NEVER_REAPED = (
    _untouched(MANAGEMENT, "feat-hub-trial", "in the management account", tags=_FEATURE),
    _untouched("payments-dev", "feat-ledger-v2", "termination protection is on", protected=True),
    _untouched(
        "web-dev",
        "StackSet-baseline-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "a StackSet instance",
        tags=_FEATURE,
    ),
    _untouched(
        "web-dev",
        "CDKToolkit",
        "the CDK bootstrap stack",
        template="cdk-toolkit",
        tags=_FEATURE,
    ),
    _untouched(
        "data-dev",
        "feat-toolkit",
        "a CDK bootstrap stack under another name, told by its output BootstrapVersion",
        template="cdk-toolkit",
    ),
    _untouched(
        "web-dev", "aws-sam-cli-managed-default", "shared by SAM deployments", tags=_FEATURE
    ),
    _untouched("web-dev", "SC-123456789012-pp-abcdef", "a Service Catalog product", tags=_FEATURE),
    _untouched("web-dev", "amplify-blog-dev-101500", "managed by Amplify", tags=_FEATURE),
    _untouched("web-dev", "awseb-e-mq3fabc-stack", "an Elastic Beanstalk app", tags=_FEATURE),
)

HANDS_OFF = (*_OUT_OF_SCOPE, *_NEVER_REAPED)
