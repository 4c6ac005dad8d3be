"""What AWS itself says in the runtimes scenario: Config, Health, Synthetics, runtime aliases."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from local.emulator_environment import HOME_REGION
from local.organization import HUB, Organization
from local.runtime_control import RuntimeControl
from local.scenario_accounts import OTHER_REGION
from local.scenario_runtimes import (
    CANARY_FUNCTION,
    CUSTOM_PLACE,
    CUSTOM_RUNTIME,
    LIFETIMES,
    LIFETIMES_OF_OWN,
    ORDERS,
    OUTDATED,
    OWN_RUNTIME,
    SHOP,
    WITHOUT_RECORDER,
)
from steward.aws.config_inventory import CONFIG_EXPRESSION

AGGREGATOR = "organization"
REGIONS = (HOME_REGION, OTHER_REGION)
TYPE_CODE = "AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"
# The dates of these are AWS Health's word in the demo; the others come from the bundled table.
IN_CATALOG = ("python3.9", "python3.10", "nodejs18.x", "nodejs20.x", "dotnet8", "java11")
Fields = dict[str, Any]


def say_everything(organization: Organization, now: datetime) -> None:
    """Once the functions are there: whatever is recorded or told of them."""
    control = RuntimeControl(organization.endpoint)
    _aggregate(control, organization)
    control.set_version_catalog([_lifecycle(runtime) for runtime in IN_CATALOG])
    _put_canary(control, organization)
    control.put_runtime_alias(_runtime_alias(organization))
    for stack, function in ((SHOP, "shop-mail"), (ORDERS, "orders-api")):
        tell_health(control, organization, (stack.account, stack.region), [function], now)


def tell_health(
    control: RuntimeControl,
    organization: Organization,
    place: tuple[str, str],
    functions: list[str],
    now: datetime,
    status: str = "PENDING",
) -> None:
    """An event about python3.9 in one account and region, with these functions as its entities."""
    account = organization.accounts[place[0]]
    arn = health_event_arn(account, place[1])
    control.put_health_event(
        _organization_event(arn, place[1], now),
        description="Support for Python 3.9 in AWS Lambda ends on December 15, 2025.",
        metadata={"deprecated_versions": "AWS Lambda end of support for Python 3.9"},
        entities=[
            {
                "entityArn": f"arn:aws:health:{place[1]}:{account}:entity/{name}",
                "entityValue": f"arn:aws:lambda:{place[1]}:{account}:function:{name}",
                "awsAccountId": account,
                "lastUpdatedTime": now.isoformat(),
                "statusCode": status,
            }
            for name in functions
        ],
    )


def health_event_arn(account: str, region: str) -> str:
    return f"arn:aws:health:{region}::event/LAMBDA/{TYPE_CODE}/{TYPE_CODE}_{account}"


def health_bus_event(
    organization: Organization, place: tuple[str, str], now: datetime
) -> dict[str, Any]:
    """The same event as EventBridge delivers it to the hub ("AWS Health events Amazon EventBridge
    schema")."""
    account, region = organization.accounts[place[0]], place[1]
    arn = health_event_arn(account, region)
    written = now.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {
        "version": "0",
        "id": f"7bf73129-1428-4cd3-a780-{account}",
        "detail-type": "AWS Health Event",
        "source": "aws.health",
        "account": organization.accounts[HUB],
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": HOME_REGION,
        "resources": [],
        "detail": {
            "eventArn": arn,
            "service": "LAMBDA",
            "eventTypeCode": TYPE_CODE,
            "eventTypeCategory": "scheduledChange",
            "eventScopeCode": "ACCOUNT_SPECIFIC",
            "communicationId": f"{account}0a1b2c3d-1",
            "startTime": "Mon, 15 Dec 2025 00:00:00 GMT",
            "lastUpdatedTime": written,
            "statusCode": "open",
            "eventRegion": region,
            "eventDescription": [{"language": "en_US", "latestDescription": "Python 3.9 ends."}],
            "affectedEntities": [],
            "affectedAccount": account,
            "page": "1",
            "totalPages": "1",
            "backupEvent": "false",
            "personas": ["OPERATIONS"],
            "actionability": "ACTION_REQUIRED",
        },
    }


def _aggregate(control: RuntimeControl, organization: Organization) -> None:
    accounts = [*organization.accounts.values()]
    place = (organization.accounts[HUB], HOME_REGION)
    control.put_aggregator(
        AGGREGATOR, place, accounts, REGIONS, CONFIG_EXPRESSION, organization.organization_id
    )
    for account, region in WITHOUT_RECORDER:
        control.set_recorder(organization.accounts[account], region, "absent")
    account, region = OUTDATED
    outdated = {"LastUpdateStatus": "OUTDATED", "LastErrorCode": "INTERNAL_FAILURE"}
    control.set_source_status(organization.accounts[account], region, outdated)


def _lifecycle(runtime: str) -> Mapping[str, Any]:
    dates = LIFETIMES[runtime]
    return {
        "service": "LAMBDA",
        "version": runtime,
        "title": f"{runtime} Lambda runtime",
        "lifecycleEvents": [
            _dated("END_OF_SUPPORT", dates.deprecated, "END_OF_SUPPORT"),
            _dated("BLOCK_RESOURCE_CREATE", dates.create_block, "AVAILABILITY"),
            _dated("BLOCK_RESOURCE_UPDATE", dates.update_block, "AVAILABILITY"),
        ],
    }


def _dated(kind: str, day: date, risk: str) -> Fields:
    at = datetime.combine(day, time(), UTC).isoformat()
    return {"lifecycleEventType": kind, "date": at, "regions": ["all"], "impactRisks": [risk]}


def _organization_event(arn: str, region: str, now: datetime) -> Fields:
    return {
        "arn": arn,
        "service": "LAMBDA",
        "eventTypeCode": TYPE_CODE,
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "region": region,
        "startTime": "2025-12-15T00:00:00Z",
        "lastUpdatedTime": now.isoformat(),
        "statusCode": "open",
    }


def _put_canary(control: RuntimeControl, organization: Organization) -> None:
    stack, function = CANARY_FUNCTION
    account = organization.accounts[stack.account]
    arn = f"arn:aws:lambda:{stack.region}:{account}:function:{function}:1"
    control.set_canary_versions(
        [
            {
                "VersionName": "syn-nodejs-puppeteer-7.0",
                "ReleaseDate": "2024-03-01T00:00:00Z",
                "DeprecationDate": "2026-01-22T00:00:00Z",
            },
            {"VersionName": "syn-nodejs-puppeteer-11.0", "ReleaseDate": "2026-03-01T00:00:00Z"},
        ]
    )
    canary = {
        "Name": "checkout",
        "RuntimeVersion": "syn-nodejs-puppeteer-7.0",
        "EngineArn": arn,
        "Status": {"State": "RUNNING"},
    }
    control.put_canary(account, stack.region, canary)


def _runtime_alias(organization: Organization) -> Fields:
    (account, region), dates = CUSTOM_PLACE, LIFETIMES_OF_OWN[OWN_RUNTIME]
    runtime = f"arn:aws:lambda:{region}:{organization.accounts[account]}:runtime/{CUSTOM_RUNTIME}"
    return {
        "Name": "stable",
        "Arn": f"{runtime}/alias/stable",
        "RuntimeVersion": "3",
        "RuntimeVersionArn": f"{runtime}/version/3",
        "State": "ACTIVE",
        "ReleaseLifecycle": {
            "ReleaseState": "GA",
            "DeprecationDate": dates.deprecated.isoformat(),
            "FunctionCreateBlockDate": dates.create_block.isoformat(),
            "FunctionUpdateBlockDate": dates.update_block.isoformat(),
        },
        "Created": "2026-10-05T09:00:00Z",
        "LastModified": "2026-10-05T09:00:00Z",
    }
