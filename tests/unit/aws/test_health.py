"""AWS Health's organization view: everything is paged, and one account's failure is its own."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.health import HealthUnavailable, health_sights
from steward.domain.runtimes.inventory import HealthSight, Unreadable
from tests.unit.aws.scripted import Scripted

EVENTS = "describe_events_for_organization"
ACCOUNTS = "describe_affected_accounts_for_organization"
DETAILS = "describe_event_details_for_organization"
ENTITIES = "describe_affected_entities_for_organization"
FILTER = {
    "services": ["LAMBDA"],
    "eventTypeCodes": ["AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"],
    "eventTypeCategories": ["scheduledChange"],
    "eventStatusCodes": ["open", "upcoming"],
}
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
ONE, TWO = "111122223333", "222222222222"
TITLE = "AWS Lambda end of support for Python 3.9"


def event_arn(number: int = 1) -> str:
    return f"arn:aws:health:eu-west-1::event/LAMBDA/AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT/{number}"


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    scope = {"eventScopeCode": "ACCOUNT_SPECIFIC", "lastUpdatedTime": AT}
    return {"arn": event_arn(number), "statusCode": "open", **scope, **fields}


def details(number: int = 1, **fields: Any) -> dict[str, Any]:
    told = {"event": {"arn": event_arn(number)}, "eventMetadata": {"deprecated_versions": TITLE}}
    return {**told, **fields}


def entity(name: str = "orders-api", account: str = ONE, **fields: Any) -> dict[str, Any]:
    row = {
        "entityValue": f"arn:aws:lambda:eu-west-1:{account}:function:{name}",
        "eventArn": event_arn(),
        "awsAccountId": account,
        "lastUpdatedTime": AT,
        "statusCode": "PENDING",
        **fields,
    }
    return {key: value for key, value in row.items() if value is not None}


def failed(account: str = TWO) -> dict[str, Any]:
    return {
        "awsAccountId": account,
        "eventArn": event_arn(),
        "errorName": "InvalidAccount",
        "errorMessage": "left the organization",
    }


def pairs(*accounts: str, number: int = 1) -> list[dict[str, str]]:
    return [{"eventArn": event_arn(number), "awsAccountId": account} for account in accounts]


def asking(*entities: dict[str, Any], failures: tuple[dict[str, Any], ...] = ()) -> Scripted:
    """One event of one account."""
    health = Scripted("health", "us-east-1")
    health.answers(EVENTS, {"events": [event()]}, {"filter": FILTER, "maxResults": 100})
    health.answers(
        ACCOUNTS, {"affectedAccounts": [ONE]}, {"eventArn": event_arn(), "maxResults": 100}
    )
    health.answers(
        DETAILS,
        {"successfulSet": [details()]},
        {"organizationEventDetailFilters": pairs(ONE)},
    )
    return health.answers(
        ENTITIES,
        {"entities": list(entities), "failedSet": list(failures)},
        {"organizationEntityAccountFilters": pairs(ONE), "maxResults": 100},
    )


def read(health: Scripted) -> list[HealthSight | Unreadable]:
    with health:
        return list(health_sights(health.client))


def test_a_function_of_an_event_is_seen_with_the_title_that_names_its_runtime() -> None:
    assert read(asking(entity())) == [
        HealthSight(
            account_id=ONE,
            region="eu-west-1",
            name="orders-api",
            event_arn=event_arn(),
            status="PENDING",
            updated_at=AT,
            title=TITLE,
        )
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"entityValue": f"arn:aws:lambda:eu-west-1:{ONE}:function:orders-api:$LATEST"},
            {"name": "orders-api"},
            id="qualified",
        ),
        pytest.param(
            {"entityValue": f"arn:aws-us-gov:lambda:us-gov-west-1:{ONE}:function:f"},
            {"region": "us-gov-west-1", "name": "f"},
            id="partition",
        ),
        pytest.param({"statusCode": "RESOLVED"}, {"status": "RESOLVED"}, id="resolved"),
        pytest.param({"statusCode": "ARCHIVED"}, {"status": "ARCHIVED"}, id="unknown-status"),
        pytest.param({"statusCode": None}, {"status": "UNKNOWN"}, id="no-status"),
        pytest.param({"lastUpdatedTime": None}, {"updated_at": AT}, id="the-events-own-instant"),
        pytest.param({"awsAccountId": TWO}, {"account_id": ONE}, id="the-arn-says-the-account"),
    ],
)
def test_entities_are_read_as_they_come(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    (sight,) = read(asking(entity(**fields)))
    assert isinstance(sight, HealthSight)
    assert {name: getattr(sight, name) for name in expected} == expected


@pytest.mark.parametrize("value", ["UNKNOWN", "", "orders-api", "arn:aws:s3:::bucket"])
def test_an_entity_that_is_no_function_is_told(value: str) -> None:
    told, seen = read(asking(entity(entityValue=value), entity()))
    assert isinstance(told, Unreadable)
    assert told.start == value
    assert f"{event_arn()} of {ONE}" in told.source
    assert isinstance(seen, HealthSight)


def test_the_accounts_that_failed_are_told_and_drop_no_other() -> None:
    seen, told = read(asking(entity(), failures=(failed(),)))
    assert isinstance(seen, HealthSight)
    assert isinstance(told, Unreadable)
    assert str(told) == (
        f"AWS Health, {event_arn()} of {TWO}: "
        "gives no functions (InvalidAccount: left the organization)"
    )


def test_all_accounts_failing_is_not_an_empty_answer() -> None:
    (told,) = read(asking(failures=(failed(ONE),)))
    assert isinstance(told, Unreadable)


def test_a_title_that_failed_is_told_and_its_functions_still_come() -> None:
    health = Scripted("health").answers(EVENTS, {"events": [event()]})
    health.answers(ACCOUNTS, {"affectedAccounts": [ONE]})
    health.answers(DETAILS, {"successfulSet": [], "failedSet": [failed(ONE)]})
    told, sight = read(health.answers(ENTITIES, {"entities": [entity()]}))
    assert isinstance(told, Unreadable)
    assert "gives no title" in told.reason
    assert isinstance(sight, HealthSight)
    assert sight.title == ""


@pytest.mark.parametrize(
    ("told", "title"),
    [
        pytest.param({"eventDescription": {"latestDescription": "x"}}, TITLE, id="metadata-first"),
        pytest.param(
            {"eventMetadata": {}, "eventDescription": {"latestDescription": "Python 3.9\nmore"}},
            "Python 3.9",
            id="description",
        ),
        pytest.param({"eventMetadata": {"other": "x"}}, "", id="neither"),
    ],
)
def test_what_an_event_is_about(told: dict[str, Any], title: str) -> None:
    health = Scripted("health").answers(EVENTS, {"events": [event()]})
    health.answers(ACCOUNTS, {"affectedAccounts": [ONE]})
    health.answers(DETAILS, {"successfulSet": [details(**told)]})
    (sight,) = read(health.answers(ENTITIES, {"entities": [entity()]}))
    assert isinstance(sight, HealthSight)
    assert sight.title == title


def test_everything_is_paged_and_an_empty_page_is_not_the_end() -> None:
    health = Scripted("health")
    health.answers(EVENTS, {"events": [], "nextToken": "more"})
    health.answers(
        EVENTS, {"events": [event()]}, {"filter": FILTER, "maxResults": 100, "nextToken": "more"}
    )
    health.answers(ACCOUNTS, {"affectedAccounts": [ONE], "nextToken": "more"})
    health.answers(
        ACCOUNTS,
        {"affectedAccounts": [TWO]},
        {"eventArn": event_arn(), "maxResults": 100, "nextToken": "more"},
    )
    health.answers(DETAILS, {"successfulSet": [details()]})
    asked = {"organizationEntityAccountFilters": pairs(ONE, TWO), "maxResults": 100}
    health.answers(ENTITIES, {"entities": [entity("a")], "nextToken": "one1"}, asked)
    health.answers(
        ENTITIES,
        {"entities": [], "failedSet": [failed()], "nextToken": "two2"},
        {**asked, "nextToken": "one1"},
    )
    health.answers(ENTITIES, {"entities": [entity("b")]}, {**asked, "nextToken": "two2"})
    kinds = [getattr(each, "name", "told") for each in read(health)]
    assert kinds == ["a", "told", "b"]


def test_accounts_are_asked_for_ten_at_a_time_across_events() -> None:
    accounts = [f"{number:012}" for number in range(12)]
    health = Scripted("health").answers(EVENTS, {"events": [event(1), event(2)]})
    health.answers(ACCOUNTS, {"affectedAccounts": accounts})
    health.answers(ACCOUNTS, {"affectedAccounts": [TWO]})
    health.answers(
        DETAILS,
        {"successfulSet": []},
        {"organizationEventDetailFilters": [*pairs(accounts[0]), *pairs(TWO, number=2)]},
    )
    for batch in (pairs(*accounts[:10]), [*pairs(*accounts[10:]), *pairs(TWO, number=2)]):
        asked = {"organizationEntityAccountFilters": batch, "maxResults": 100}
        health.answers(ENTITIES, {"entities": []}, asked)
    assert read(health) == []


def test_more_than_ten_events_are_described_ten_at_a_time() -> None:
    events = [event(number, eventScopeCode="PUBLIC") for number in range(11)]
    health = Scripted("health").answers(EVENTS, {"events": events})
    for batch in (events[:10], events[10:]):
        filters = [{"eventArn": each["arn"]} for each in batch]
        health.answers(DETAILS, {}, {"organizationEventDetailFilters": filters})
    assert read(health) == []


def test_a_public_event_is_described_without_an_account_and_affects_nobody_by_name() -> None:
    health = Scripted("health").answers(EVENTS, {"events": [event(eventScopeCode="PUBLIC")]})
    health.answers(
        DETAILS,
        {"successfulSet": [details()]},
        {"organizationEventDetailFilters": [{"eventArn": event_arn()}]},
    )
    assert read(health) == []


def test_an_event_whose_accounts_have_left_is_not_asked_about() -> None:
    health = Scripted("health").answers(EVENTS, {"events": [event()]})
    assert read(health.answers(ACCOUNTS, {"affectedAccounts": []})) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("SubscriptionRequiredException", "support plan"),
        ("AccessDeniedException", "delegated administrator"),
        ("ThrottlingException", "scan again later"),
        ("TooManyRequestsException", "few calls a second"),
        ("ValidationException", "organization view"),
    ],
)
def test_without_health_it_says_why_and_what_to_do(code: str, advice: str) -> None:
    with (
        Scripted("health").refuses(EVENTS, code, "no") as health,
        pytest.raises(HealthUnavailable, match=rf"\({code}: no\); .*{advice}") as caught,
    ):
        list(health_sights(health.client))
    assert caught.value.code == code
    assert advice in caught.value.what_to_do


def test_throttling_between_pages_is_not_taken_for_the_end() -> None:
    health = Scripted("health").answers(EVENTS, {"events": [event()]})
    health.answers(ACCOUNTS, {"affectedAccounts": [ONE]})
    health.answers(DETAILS, {"successfulSet": [details()]})
    health.answers(ENTITIES, {"entities": [entity()], "nextToken": "more"})
    with health.refuses(ENTITIES, "ThrottlingException"):
        sights = health_sights(health.client)
        assert isinstance(next(sights), HealthSight)
        with pytest.raises(HealthUnavailable):
            next(sights)


def test_health_out_of_reach_is_health_unavailable() -> None:
    health = Scripted("health")
    health.client.meta.events.register_first("before-call", _unreachable)
    with pytest.raises(HealthUnavailable, match="EndpointConnectionError"):
        list(health_sights(health.client))


def _unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://health.us-east-1.amazonaws.com")


def test_an_error_nobody_expects_is_not_swallowed() -> None:
    with (
        Scripted("health").refuses(EVENTS, "InternalFailure") as health,
        pytest.raises(ClientError),
    ):
        list(health_sights(health.client))
