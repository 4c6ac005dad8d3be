"""Functions that AWS Health's organization view names in planned lifecycle events of Lambda."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Protocol

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from steward.aws.errors import DENIED, THROTTLED, code_of, message_of
from steward.aws.health_rows import failures_of, sight_of, title_of
from steward.aws.instants import instant_of
from steward.aws.paged import Answer, Paged
from steward.domain.runtimes.inventory import HealthSight, Unreadable

# "Process of planned lifecycle events", AWS Health User Guide: closed ones have nothing left to do.
_WANTED = {
    "services": ["LAMBDA"],
    "eventTypeCodes": ["AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"],
    "eventTypeCategories": ["scheduledChange"],
    "eventStatusCodes": ["open", "upcoming"],
}
# "DescribeAffectedEntitiesForOrganization" and "DescribeEventDetailsForOrganization" take ten
# filters a call; lists give a hundred rows a page. AWS Health API Reference.
_FILTERS = 10
_PAGE = {"PageSize": 100}
# "AWS Health API Reference": without a support plan that includes the API, Health refuses all of
# it. Its organization view answers the management account and delegated administrators alone.
_REMEDIES = {
    "SubscriptionRequiredException": (
        "the management account needs a support plan that includes the AWS Health API "
        "(Business Support+, Enterprise or Unified Operations)"
    ),
    "ValidationException": (
        "enable the organization view (health:EnableHealthServiceAccessForOrganization) "
        "in the management account"
    ),
    "InvalidPaginationToken": "scan again later",
    **dict.fromkeys(
        DENIED,
        "deploy the hub in the management account or in a delegated administrator of AWS Health, "
        "and allow the health actions to runtime_planner",
    ),
    **dict.fromkeys(THROTTLED, "scan again later; Health answers few calls a second"),
}


class HealthUnavailable(Exception):
    """Health does not answer; dates and inventory come from the other sources."""

    def __init__(self, code: str, message: str, what_to_do: str) -> None:
        said = f"{code}: {message}" if message else code
        super().__init__(f"AWS Health is not available ({said}); {what_to_do}")
        self.code = code
        self.message = message
        self.what_to_do = what_to_do


class HealthClient(Paged, Protocol):
    """The part of the Health client that is used."""

    def describe_event_details_for_organization(
        self, *, organizationEventDetailFilters: list[dict[str, str]]
    ) -> Answer: ...


@contextmanager
def asking_health() -> Iterator[None]:
    """Raise whatever keeps Health from answering as HealthUnavailable; the rest as it is."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code not in _REMEDIES:
            raise
        raise HealthUnavailable(code, message_of(error), _REMEDIES[code]) from error
    except (NotConnected, HTTPClientError) as error:
        raise HealthUnavailable(type(error).__name__, str(error), "scan again later") from error


@dataclass(slots=True)
class _Event:
    """`accounts` is empty for public events, which are nobody's in particular."""

    arn: str
    public: bool
    updated_at: datetime | None
    accounts: list[str] = field(default_factory=list)
    title: str = ""


def health_sights(client: HealthClient) -> Iterator[HealthSight | Unreadable]:
    """Every function of every open or upcoming event; raise HealthUnavailable, on the way too.

    What Health could not say of one account is an Unreadable of its own; the others still come.
    """
    with asking_health():
        for batch in batched(_events(client), _FILTERS, strict=False):
            events = {event.arn: event for event in batch}
            for event in batch:
                event.accounts = _accounts(client, event)
            yield from _give_titles(client, events)
            yield from _sights(client, events)


def _events(client: HealthClient) -> Iterator[_Event]:
    pages = client.get_paginator("describe_events_for_organization")
    for page in pages.paginate(filter=_WANTED, PaginationConfig=_PAGE):
        for row in page.get("events", []):
            public = row.get("eventScopeCode") == "PUBLIC"
            yield _Event(row["arn"], public, instant_of(row.get("lastUpdatedTime")))


def _accounts(client: HealthClient, event: _Event) -> list[str]:
    if event.public:
        return []
    pages = client.get_paginator("describe_affected_accounts_for_organization")
    asked = pages.paginate(eventArn=event.arn, PaginationConfig=_PAGE)
    return [account for page in asked for account in page.get("affectedAccounts", [])]


def _give_titles(client: HealthClient, events: Mapping[str, _Event]) -> Iterator[Unreadable]:
    """Read what each event is about. An event of accounts is asked for by one of them, a public
    one by none ("EventAccountFilter", AWS Health API Reference)."""
    filters = [
        {"eventArn": event.arn, **({} if event.public else {"awsAccountId": event.accounts[0]})}
        for event in events.values()
        if event.public or event.accounts
    ]
    if not filters:
        return
    answer = client.describe_event_details_for_organization(organizationEventDetailFilters=filters)
    for details in answer.get("successfulSet", []):
        event = events.get(details.get("event", {}).get("arn", ""))
        if event is not None:
            event.title = title_of(details)
    yield from failures_of(answer, "title")


def _sights(
    client: HealthClient, events: Mapping[str, _Event]
) -> Iterator[HealthSight | Unreadable]:
    filters = [
        {"eventArn": event.arn, "awsAccountId": account}
        for event in events.values()
        for account in event.accounts
    ]
    pages = client.get_paginator("describe_affected_entities_for_organization")
    for batch in batched(filters, _FILTERS, strict=False):
        asked = pages.paginate(organizationEntityAccountFilters=list(batch), PaginationConfig=_PAGE)
        for page in asked:
            yield from (_sight(row, events) for row in page.get("entities", []))
            yield from failures_of(page, "functions")


def _sight(row: Answer, events: Mapping[str, _Event]) -> HealthSight | Unreadable:
    event = events.get(row.get("eventArn") or "")
    title, updated_at = (event.title, event.updated_at) if event else ("", None)
    return sight_of(row, title, updated_at)
