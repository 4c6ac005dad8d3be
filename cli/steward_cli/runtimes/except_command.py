"""`steward runtimes except` and `revoke`: let a runtime stay for a while, or no longer.

The hub writes; these commands only ask it to.
"""

from datetime import date
from typing import Annotated

import typer

from steward.data.runtime_table import bundled
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.messages import ExceptionRequest, RevokeRequest
from steward_cli import clock
from steward_cli import options as given
from steward_cli.callers import caller_name
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation, installation
from steward_cli.reports.files import ReportFiles, latest_report
from steward_cli.runtimes.known import lifecycle_of
from steward_cli.runtimes.request import asked, tell
from steward_cli.runtimes.usage import why_not_used
from steward_cli.runtimes.wish import (
    Target,
    Terms,
    ends_before,
    exception_of,
    target,
    why_refused,
)
from steward_cli.terminal import remarks, say

Arn = Annotated[str | None, typer.Option(metavar="ARN", help="For this function.")]
Stack = Annotated[
    str | None, typer.Option(metavar="NAME", help="For this root stack, wherever it is deployed.")
]
Owner = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="For this owner, as reports name it.")
]
Account = Annotated[str | None, typer.Option(metavar="ID", help="For this account.")]
Runtime = Annotated[str, typer.Option(metavar="ID", help="The runtime, and no other.")]
By = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Who asks; else the name of the caller's session.")
]


def except_runtime(
    runtime: Runtime,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it may stay.")],
    approver: Annotated[str, typer.Option(metavar="ADDRESS", help="Who allows it.")],
    arn: Arn = None,
    stack: Stack = None,
    owner: Owner = None,
    account: Account = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="From that day it no longer holds; at most 180 ahead."),
    ] = None,
    second_approver: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Needed past the runtime's update block.")
    ] = "",
    control: Annotated[
        str, typer.Option(metavar="TEXT", help="What is done in the meantime, and by whom.")
    ] = "",
    ticket: Annotated[str, typer.Option(metavar="TEXT", help="Where it is tracked.")] = "",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Even if the latest report has no such function.")
    ] = False,
    by: By = "",
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Except a function, a stack, an owner or an account from one runtime, until a day.

    It stays in all counts, and its owner is reminded 14 days before. Exit code 0: granted. 1: it is
    refused, or nothing runs on it. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    scopes = {
        ScopeKind.ARN: arn,
        ScopeKind.STACK: stack,
        ScopeKind.OWNER: owner,
        ScopeKind.ACCOUNT: account,
    }
    wanted = target(scopes, runtime)
    terms = Terms(reason, approver, expires, second_approver, control, ticket)
    today = clock.now().date()
    exception_of(wanted, terms, bundled(), today)
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    place = installation(options)
    wish = _checked(place, wanted, terms, today, anyway)
    tell(asked(place, _request(wish, by or caller_name(place.connection.caller))), as_json)


def revoke(
    runtime: Runtime,
    arn: Arn = None,
    stack: Stack = None,
    owner: Owner = None,
    account: Account = None,
    by: By = "",
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """End an exception now; name it as it was granted.

    Exit code 0: ended. 1: there is none. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    scopes = {
        ScopeKind.ARN: arn,
        ScopeKind.STACK: stack,
        ScopeKind.OWNER: owner,
        ScopeKind.ACCOUNT: account,
    }
    wanted = target(scopes, runtime)
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    place = installation(options)
    request = RevokeRequest(
        kind=wanted.kind,
        scope=wanted.scope,
        runtime=wanted.runtime,
        by=by or caller_name(place.connection.caller),
    )
    tell(asked(place, request), as_json)


def _checked(
    place: Installation, wanted: Target, terms: Terms, today: date, anyway: bool
) -> GrantedException:
    """The exception by the hub's dates, if the hub will take it and it is for something."""
    report = latest_report(ReportFiles.of(place))
    lifecycle = lifecycle_of(report.overview if report else None)
    wish = exception_of(wanted, terms, lifecycle, today)
    refused, _, todo = why_refused(wish, lifecycle).partition("; ")
    if refused:
        raise Failure(refused, todo, ExitCode.NOT_WHOLE)
    early = ends_before(wish, lifecycle)
    if early:
        say(remarks(), f"warning: {early}")
    if report is None:
        say(remarks(), "warning: there is no report yet, so nobody knows what this is for")
        return wish
    unused = why_not_used(wish, report)
    if unused and not anyway:
        todo = "name what runs on it, or grant it with --anyway"
        raise Failure(unused, todo, ExitCode.NOT_WHOLE)
    if unused:
        say(remarks(), f"warning: {unused}")
    return wish


def _request(wish: GrantedException, by: str) -> ExceptionRequest:
    return ExceptionRequest(
        kind=wish.kind,
        scope=wish.scope,
        runtime=wish.runtime,
        reason=wish.reason,
        approver=wish.approver,
        second_approver=wish.second_approver,
        expires=wish.expires,
        control=wish.control,
        ticket=wish.ticket,
        by=by,
    )
