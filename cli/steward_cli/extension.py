"""Extending one stack's lease: what it has, whether the wish can be granted, and asking the hub.

The command decides with the hub's own code what it can refuse without asking; the hub decides what
is done, and writes it.
"""

from datetime import datetime

from pydantic import ValidationError

from steward.domain.extending import CannotExtend, base_of, extend, limit_of
from steward.domain.leases import ENDED_STATES, Lease
from steward.domain.notices import planned_deletion
from steward.messages import ExtensionRequest
from steward.notify.harmless import harmless
from steward_cli.callers import caller_name
from steward_cli.extension_call import ask_for_extension
from steward_cli.extension_report import ExtensionReport, LeaseNow, Outcome, Wish
from steward_cli.extension_wish import wished_date
from steward_cli.failures import ExitCode, Failure
from steward_cli.finding import Search
from steward_cli.hub import Hub
from steward_cli.situation import Situation
from steward_cli.stack_place import place_of


def live_lease(search: Search) -> Lease:
    """The lease that could be extended; raise Failure when there is none."""
    lease = search.found.lease
    if lease is None:
        raise Failure(
            f"{search.found.stack_id} has no lease, so there is nothing to extend",
            "`steward explain` says why it has none",
            ExitCode.NOT_WHOLE,
        )
    if lease.state in ENDED_STATES:
        raise Failure(
            f"the lease of {lease.stack_id} has ended: {harmless(lease.reason)}",
            "deploy the stack again; it will have a lease of its own",
            ExitCode.NOT_WHOLE,
        )
    return lease


def wanted(
    situation: Situation, lease: Lease, longer: str | None, until: str | None, by: str, reason: str
) -> ExtensionRequest:
    """The request as the hub takes it; raise Failure when an option cannot be understood."""
    zone = situation.in_force.policy.windows.zone
    date = wished_date(longer, until, base_of(lease, situation.now), zone)
    name = by or caller_name(situation.connection.caller)
    try:
        return ExtensionRequest(stack_id=lease.stack_id, until=date, reason=reason, by=name)
    except ValidationError as refused:
        wrong = "; ".join(f"--{error['loc'][0]}: {error['msg']}" for error in refused.errors())
        todo = "name who asks for it, and why, in one short line each"
        raise Failure(wrong, todo, ExitCode.USAGE) from None


def foreseen(
    situation: Situation, search: Search, lease: Lease, request: ExtensionRequest
) -> ExtensionReport:
    """What the hub would answer as things stand; nothing is asked of it."""
    policy, until = situation.in_force.policy, _date_of(request)
    after = extend(lease, until, request.by, request.reason, policy, situation.now)
    refused = isinstance(after, CannotExtend)
    return ExtensionReport(
        at=situation.now,
        stack=place_of(search),
        before=_lease_now(situation, lease),
        wish=Wish(until=until, by=request.by, reason=request.reason),
        outcome=Outcome.REFUSED if refused else Outcome.POSSIBLE,
        reason=after.reason,
        expires_at=lease.expires_at if refused else until,
    )


def carried_out(
    situation: Situation, hub: Hub, report: ExtensionReport, request: ExtensionRequest
) -> ExtensionReport:
    """What the hub made of the request."""
    if not hub.extension_function:
        raise Failure(
            "the hub has no output LeaseExtensionFunctionName, so it cannot extend leases",
            "deploy this version of Steward there",
        )
    answer = ask_for_extension(situation.connection, hub.extension_function, request)
    changes = {
        "outcome": Outcome.EXTENDED if answer.extended else Outcome.REFUSED,
        "reason": answer.reason,
        "expires_at": answer.expires_at or report.before.expires_at,
    }
    return report.model_copy(update=changes)


def _date_of(request: ExtensionRequest) -> datetime:
    assert request.until is not None, "this command always asks for a date"
    return request.until


def _lease_now(situation: Situation, lease: Lease) -> LeaseNow:
    policy = situation.in_force.policy
    return LeaseNow(
        state=lease.state,
        generation=lease.generation,
        expires_at=lease.expires_at,
        expiry_source=lease.expiry_source,
        not_before=planned_deletion(lease, policy, situation.now),
        latest=limit_of(lease, policy),
    )
