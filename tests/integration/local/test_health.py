"""AWS Health's organization view and version catalog, as a client of AWS meets them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.organization import Organization
from local.runtime_control import RuntimeControl

CODE = "AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"
FUNCTION = "arn:aws:lambda:eu-west-1:{account}:function:{name}"


@pytest.fixture
def control(emulator: Emulator) -> Iterator[RuntimeControl]:
    found = RuntimeControl(emulator.endpoint)
    yield found
    found.set_support_plan(present=True)
    found.throttle_health(0)
    found.set_version_catalog([])


@pytest.fixture
def health(organization: Organization) -> Any:
    return organization.session(region="us-east-1").client("health")


def arn_of(name: str) -> str:
    return f"arn:aws:health:eu-west-1::event/LAMBDA/{CODE}/{CODE}_{name}"


def an_event(name: str, **changed: Any) -> dict[str, Any]:
    return {
        "arn": arn_of(name),
        "service": "LAMBDA",
        "eventTypeCode": CODE,
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "region": "eu-west-1",
        "startTime": "2025-12-15T00:00:00Z",
        "lastUpdatedTime": "2026-11-20T00:00:00Z",
        "statusCode": "open",
    } | changed


def an_entity(account: str, name: str, status: str = "PENDING") -> dict[str, Any]:
    return {
        "entityArn": f"arn:aws:health:entity/{name}",
        "entityValue": FUNCTION.format(account=account, name=name),
        "awsAccountId": account,
        "lastUpdatedTime": "2026-11-20T00:00:00Z",
        "statusCode": status,
    }


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_events_are_found_by_what_the_filter_names(control: RuntimeControl, health: Any) -> None:
    control.put_health_event(an_event("filtered", statusCode="upcoming"))
    for wanted, found in (
        ({"services": ["LAMBDA"], "eventStatusCodes": ["upcoming"]}, True),
        ({"services": ["RDS"]}, False),
        ({"regions": ["eu-west-1"]}, True),
        ({"regions": ["us-east-1"]}, False),
        ({"eventStatusCodes": ["closed"]}, False),
        ({"lastUpdatedTime": {"from": datetime(2026, 11, 20, tzinfo=UTC)}}, True),
        ({"lastUpdatedTime": {"from": datetime(2026, 11, 21, tzinfo=UTC)}}, False),
    ):
        pages = health.get_paginator("describe_events_for_organization").paginate(filter=wanted)
        arns = [event["arn"] for page in pages for event in page["events"]]
        assert (arn_of("filtered") in arns) is found, wanted


def test_a_filter_nobody_emulates_is_no_empty_answer(control: RuntimeControl, health: Any) -> None:
    control.put_health_event(an_event("tagged"))
    with pytest.raises(ClientError, match="filter personas is not emulated"):
        health.describe_events_for_organization(filter={"personas": ["OPERATIONS"]})


def test_every_entity_comes_once_over_all_pages(control: RuntimeControl, health: Any) -> None:
    account = "222222222222"
    names = [f"function-{number:02}" for number in range(25)]
    entities = [an_entity(account, name) for name in names]
    control.put_health_event(an_event("large"), entities=entities)
    pages = [
        *health.get_paginator("describe_affected_entities_for_organization").paginate(
            organizationEntityAccountFilters=[
                {"eventArn": arn_of("large"), "awsAccountId": account}
            ],
        )
    ]
    found = [each["entityValue"].rpartition(":")[2] for page in pages for each in page["entities"]]
    assert found == names
    assert len(pages) == 3


def test_entities_are_those_of_the_account_and_status(control: RuntimeControl, health: Any) -> None:
    entities = [
        an_entity("222222222222", "mine"),
        an_entity("222222222222", "done", "RESOLVED"),
        an_entity("333333333333", "other"),
    ]
    control.put_health_event(an_event("mixed"), entities=entities)
    wanted = {"eventArn": arn_of("mixed"), "awsAccountId": "222222222222"}
    answer = health.describe_affected_entities_for_organization(
        organizationEntityAccountFilters=[wanted | {"statusCodes": ["PENDING"]}]
    )
    assert [each["entityValue"].rpartition(":")[2] for each in answer["entities"]] == ["mine"]
    accounts = health.describe_affected_accounts_for_organization(eventArn=arn_of("mixed"))
    assert accounts["affectedAccounts"] == ["222222222222", "333333333333"]


def test_failures_stand_in_the_failed_set(control: RuntimeControl, health: Any) -> None:
    failure = {"awsAccountId": "333333333333", "errorName": "Busy", "errorMessage": "later"}
    control.put_health_event(
        an_event("failing"), entity_failures=[failure], detail_failures=[failure]
    )
    wanted = {"eventArn": arn_of("failing"), "awsAccountId": "333333333333"}
    entities = health.describe_affected_entities_for_organization(
        organizationEntityAccountFilters=[wanted]
    )
    details = health.describe_event_details_for_organization(
        organizationEventDetailFilters=[wanted]
    )
    assert entities["entities"] == details["successfulSet"] == []
    assert (
        entities["failedSet"]
        == details["failedSet"]
        == [failure | {"eventArn": wanted["eventArn"]}]
    )


@pytest.mark.parametrize(
    ("scope", "account", "told"),
    [
        ("ACCOUNT_SPECIFIC", "222222222222", True),
        ("ACCOUNT_SPECIFIC", "", False),
        ("PUBLIC", "", True),
        ("PUBLIC", "222222222222", False),
    ],
)
def test_details_name_an_account_unless_the_event_is_public(
    control: RuntimeControl, health: Any, scope: str, account: str, told: bool
) -> None:
    name = f"{scope}-{account or 'nobody'}"
    control.put_health_event(
        an_event(name, eventScopeCode=scope), metadata={"deprecated_versions": "Python 3.9"}
    )
    wanted = {"eventArn": arn_of(name)} | ({"awsAccountId": account} if account else {})
    answer = health.describe_event_details_for_organization(organizationEventDetailFilters=[wanted])
    assert bool(answer["successfulSet"]) is told
    assert bool(answer["failedSet"]) is not told


def test_the_catalog_answers_what_was_put_page_by_page(
    control: RuntimeControl, health: Any
) -> None:
    dated = {"lifecycleEventType": "END_OF_SUPPORT", "date": "2027-02-01T00:00:00Z"}
    control.set_version_catalog(
        [
            {"service": "LAMBDA", "version": f"python3.{number}", "lifecycleEvents": [dated]}
            for number in range(30)
        ]
        + [{"service": "EKS", "version": "1.30", "lifecycleEvents": []}]
    )
    pages = [
        *health.get_paginator("describe_service_lifecycle").paginate(filter={"service": "LAMBDA"})
    ]
    found = [each for page in pages for each in page["serviceLifecycles"]]
    assert [len(page["serviceLifecycles"]) for page in pages] == [20, 10]
    assert len({each["version"] for each in found}) == 30
    assert found[0]["lifecycleEvents"][0]["date"] == datetime(2027, 2, 1, tzinfo=UTC)


def test_without_a_support_plan_nothing_is_told(control: RuntimeControl, health: Any) -> None:
    control.set_support_plan(present=False)
    with pytest.raises(ClientError) as error:
        health.describe_service_lifecycle(filter={"service": "LAMBDA"})
    assert code_of(error) == "SubscriptionRequiredException"


def test_a_throttled_call_gets_through_when_repeated(control: RuntimeControl, health: Any) -> None:
    control.throttle_health(2)
    answer = health.describe_service_lifecycle(filter={"service": "LAMBDA"})
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    control.throttle_health(20)
    with pytest.raises(ClientError) as error:
        health.describe_service_lifecycle(filter={"service": "LAMBDA"})
    assert code_of(error) == "ThrottlingException"


def test_members_do_not_see_the_organization(organization: Organization) -> None:
    client = organization.session("beta-dev", "us-east-1").client("health")
    with pytest.raises(ClientError) as error:
        client.describe_events_for_organization()
    assert code_of(error) == "AccessDeniedException"


def test_requests_are_signed_for_the_one_region_of_health(organization: Organization) -> None:
    client = organization.session(region="eu-central-1").client("health")
    with pytest.raises(ClientError) as error:
        client.describe_service_lifecycle()
    assert code_of(error) == "InvalidSignatureException"


def test_what_is_not_emulated_says_so(health: Any) -> None:
    with pytest.raises(ClientError) as error:
        health.describe_event_types()
    assert code_of(error) == "NotImplemented"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_token_is_good_for_its_own_request_only(control: RuntimeControl, health: Any) -> None:
    control.set_version_catalog(
        [
            {"service": "LAMBDA", "version": str(number), "lifecycleEvents": []}
            for number in range(3)
        ]
    )
    asked = {"filter": {"service": "LAMBDA"}, "maxResults": 1}
    token = health.describe_service_lifecycle(**asked)["nextToken"]
    assert health.describe_service_lifecycle(**asked, nextToken=token)["serviceLifecycles"]
    with pytest.raises(health.exceptions.InvalidPaginationToken):
        health.describe_service_lifecycle(maxResults=1, nextToken=token)
    with pytest.raises(health.exceptions.InvalidPaginationToken):
        health.describe_service_lifecycle(**asked, nextToken="bm9uZQ==")


def test_the_model_s_maximum_holds_for_requests(health: Any) -> None:
    with pytest.raises(ClientError) as error:
        health.describe_service_lifecycle(maxResults=21)
    assert code_of(error) == "ValidationException"
    assert "21 is more than 20" in str(error.value)


def test_an_event_that_breaks_the_model_is_refused(control: RuntimeControl) -> None:
    with pytest.raises(HTTPError, match="400"):
        control.put_health_event(an_event("broken", statusCode="Nonsense"))
