"""AWS Health's organization view and its version catalog, which ministack 1.5.33 does not have.

Sources: "AWS Health API Reference": DescribeEventsForOrganization and its companions, and
DescribeServiceLifecycle. "Accessing the AWS Health API": requests are signed for us-east-1, and
accounts without a plan that includes the API get SubscriptionRequiredException. The organization
view is the management account's and that of delegated administrators.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.emulator_server.modelled.health_events import HealthEvent, instant, read_event
from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import ModelledService, RefusedCallError, model_of
from local.emulator_server.modelled.validation import problems
from local.emulator_server.pinned import private

PRINCIPAL = "health.amazonaws.com"
SIGNED_FOR = "us-east-1"
BAD_TOKEN = "InvalidPaginationToken"
PAGE_SIZE = 10
CATALOG_PAGE_SIZE = 20
TIMED = ("startTime", "endTime", "lastUpdatedTime")
Fields = dict[str, Any]
Request = Mapping[str, Any]


class Health:
    """`administers`: whether an account is a delegated administrator of a service principal."""

    def __init__(self, administers: Callable[[str, str], bool]) -> None:
        self._administers = administers
        self._events: dict[str, HealthEvent] = {}
        self._catalog: list[Fields] = []
        self._has_plan = True
        self._throttled = 0
        self.service = ModelledService(
            "health",
            {
                "DescribeEventsForOrganization": self._describe_events,
                "DescribeAffectedAccountsForOrganization": self._describe_accounts,
                "DescribeAffectedEntitiesForOrganization": self._describe_entities,
                "DescribeEventDetailsForOrganization": self._describe_details,
                "DescribeServiceLifecycle": self._describe_lifecycle,
            },
            self._admit,
        )

    def put_event(self, document: Mapping[str, Any]) -> None:
        """The same ARN again replaces the event."""
        event = read_event(document)
        self._events[event.arn] = event

    def set_catalog(self, lifecycles: list[Fields]) -> None:
        shape = model_of("health").shape_for("ServiceLifecycle")
        wrong = [problem for each in lifecycles for problem in problems(each, shape)]
        if wrong:
            raise ValueError("; ".join(wrong))
        self._catalog = lifecycles

    def set_plan(self, *, present: bool) -> None:
        self._has_plan = present

    def throttle(self, calls: int) -> None:
        self._throttled = calls

    def _admit(self) -> None:
        if private("ministack.core.responses", "get_region")() != SIGNED_FOR:
            what = f"Credential should be scoped to a valid region: {SIGNED_FOR}."
            raise RefusedCallError("InvalidSignatureException", what)
        if self._throttled:
            self._throttled -= 1
            raise RefusedCallError("ThrottlingException", "Rate exceeded")
        if not self._has_plan:
            raise RefusedCallError("SubscriptionRequiredException", "")

    def _only_administrators(self) -> None:
        caller = private("ministack.core.responses", "get_account_id")()
        if caller != tree.management_account() and not self._administers(caller, PRINCIPAL):
            what = "The organization view is for the management account and its delegates."
            raise RefusedCallError("AccessDeniedException", what)

    def _describe_events(self, request: Request) -> Fields:
        self._only_administrators()
        wanted = request.get("filter", {})
        found = [each.event for each in self._events.values() if each.matches(wanted)]
        return _paged("events", [_timed(each) for each in found], request, PAGE_SIZE)

    def _describe_accounts(self, request: Request) -> Fields:
        self._only_administrators()
        event = self._events.get(request["eventArn"])
        accounts = event.accounts if event else []
        scope = {"eventScopeCode": event.event["eventScopeCode"]} if event else {}
        return scope | _paged("affectedAccounts", accounts, request, PAGE_SIZE)

    def _describe_entities(self, request: Request) -> Fields:
        self._only_administrators()
        filters = request.get("organizationEntityAccountFilters", [])
        if not filters:
            what = "organizationEntityAccountFilters must be given"
            raise RefusedCallError("ValidationException", what)
        found = [entity for each in filters for entity in self._entities(each)]
        failed = [failure for each in filters for failure in self._failures(each, _of_entities)]
        page = _paged("entities", [_timed(each) for each in found], request, PAGE_SIZE)
        return page | {"failedSet": failed}

    def _describe_details(self, request: Request) -> Fields:
        self._only_administrators()
        filters = request["organizationEventDetailFilters"]
        failed = [failure for each in filters for failure in self._failures(each, _of_details)]
        gone = {(failure["eventArn"], failure.get("awsAccountId")) for failure in failed}
        asked = [each for each in filters if _key(each) not in gone]
        return {"successfulSet": [self._details(each) for each in asked], "failedSet": failed}

    def _describe_lifecycle(self, request: Request) -> Fields:
        service = request.get("filter", {}).get("service")
        found = [each for each in self._catalog if service in (None, each["service"])]
        dated = [_with_dates(each) for each in found]
        return _paged("serviceLifecycles", dated, request, CATALOG_PAGE_SIZE)

    def _entities(self, wanted: Request) -> Iterable[Fields]:
        event = self._events.get(wanted["eventArn"])
        failed = {_key(each) for each in self._failures(wanted, _of_entities)}
        for entity in event.entities if event else ():
            account = wanted.get("awsAccountId", entity["awsAccountId"])
            statuses = wanted.get("statusCodes", [entity["statusCode"]])
            place = (entity["awsAccountId"], entity["statusCode"])
            if place[0] == account and place[1] in statuses and _key(wanted) not in failed:
                yield entity | {"eventArn": wanted["eventArn"]}

    def _details(self, wanted: Request) -> Fields:
        event = self._events[wanted["eventArn"]]
        account = {name: wanted[name] for name in ("awsAccountId",) if name in wanted}
        return account | {
            "event": _timed(event.event),
            "eventDescription": {"latestDescription": event.description},
            "eventMetadata": dict(event.metadata),
        }

    def _failures(
        self, wanted: Request, kind: Callable[[HealthEvent], list[Fields]]
    ) -> list[Fields]:
        """Unknown events, events asked for in the wrong way, and failures that were put there."""
        event = self._events.get(wanted["eventArn"])
        if event is None:
            return [_failure(wanted, "InvalidEventArn", "no such event")]
        if kind is _of_details and event.is_public is ("awsAccountId" in wanted):
            need = "must not" if event.is_public else "must"
            return [_failure(wanted, "InvalidRequest", f"awsAccountId {need} be given")]
        account = wanted.get("awsAccountId")
        put = (each for each in kind(event) if account in (None, each["awsAccountId"]))
        return [each | {"eventArn": event.arn} for each in put]


def _of_entities(event: HealthEvent) -> list[Fields]:
    return event.entity_failures


def _of_details(event: HealthEvent) -> list[Fields]:
    return event.detail_failures


def _failure(wanted: Request, name: str, message: str) -> Fields:
    account = {key: wanted[key] for key in ("awsAccountId",) if key in wanted}
    return account | {"eventArn": wanted["eventArn"], "errorName": name, "errorMessage": message}


def _key(wanted: Request) -> tuple[str, str | None]:
    return wanted["eventArn"], wanted.get("awsAccountId")


def _paged(name: str, items: list[Any], request: Request, size: int) -> Fields:
    page, token = page_of(items, request, request.get("maxResults", size), BAD_TOKEN)
    return {name: page} | ({"nextToken": token} if token else {})


def _timed(fields: Fields) -> Fields:
    """With instants where the control path, which speaks JSON, has texts."""
    return {name: instant(value) if name in TIMED else value for name, value in fields.items()}


def _with_dates(lifecycle: Fields) -> Fields:
    events = [each | {"date": instant(each["date"])} for each in lifecycle["lifecycleEvents"]]
    return lifecycle | {"lifecycleEvents": events}
