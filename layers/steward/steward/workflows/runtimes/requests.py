"""What runtime_report does when an operator asks: except, revoke, acknowledge."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from steward.aws.report_store import ReportStore
from steward.aws.sessions import Sessions
from steward.data.runtime_table import bundled
from steward.domain.one_line import one_line
from steward.domain.policy import Policy
from steward.domain.runtimes.claims import Claim
from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.records import Acknowledgement
from steward.domain.runtimes.reporting.asking import misnamed, near, refusal, region_of, state_today
from steward.domain.runtimes.reporting.overview import Overview, WorkItem
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.messages import AcknowledgeRequest, ExceptionRequest, RevokeRequest, RuntimeAnswer
from steward.observability import logger
from steward.settings import RuntimeReportSettings
from steward.workflows.connections import open_ledger
from steward.workflows.policies import explain_errors
from steward.workflows.runtimes.report_documents import BadScan, dates_of_scan, latest_report
from steward.workflows.runtimes.report_writing import OVERVIEW

_REQUEST: TypeAdapter[ExceptionRequest | RevokeRequest | AcknowledgeRequest] = TypeAdapter(
    Annotated[ExceptionRequest | RevokeRequest | AcknowledgeRequest, Field(discriminator="action")]
)
_NO_REPORT = "there is no report yet, so there is no work item; ask for a scan first"


class UnknownEvent(Exception):
    """An event that runtime_report has no answer to; names what it holds."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        held = one_line(", ".join(sorted(map(str, event))), 200) or "nothing"
        super().__init__(
            f"the event holds {held}; send Records of the runtime reports queue, or a request "
            "with the action except, revoke or acknowledge"
        )


class Desk:
    """Answers operators. Whoever asks is in the audit trail."""

    def __init__(self, settings: RuntimeReportSettings) -> None:
        # No member account is ever reached, so the hub's id is of no use here.
        sessions = Sessions(hub_account_id="")
        self._ledger = open_ledger(sessions, settings)
        self._store = ReportStore(sessions.reports_s3(), settings.reports_bucket)

    def answer(self, wish: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """A RuntimeAnswer to a request, both in JSON's form."""
        try:
            request = _REQUEST.validate_python(dict(wish))
        except ValidationError as error:
            reason = f"the request is wrong: {explain_errors(error)}"
            return RuntimeAnswer(done=False, reason=reason).model_dump(mode="json")
        answer = self._answer(request, now)
        logger.info(answer.reason, action=request.action, by=request.by, done=answer.done)
        return answer.model_dump(mode="json")

    def _answer(
        self, request: ExceptionRequest | RevokeRequest | AcknowledgeRequest, now: datetime
    ) -> RuntimeAnswer:
        match request:
            case ExceptionRequest():
                return self._except(request, now)
            case RevokeRequest():
                return self._revoke(request, now)
            case AcknowledgeRequest():
                return self._acknowledge(request, now)

    def _except(self, request: ExceptionRequest, now: datetime) -> RuntimeAnswer:
        wrong = misnamed(request.kind, request.scope)
        if wrong:
            return _refused(wrong)
        dates = self._dates(now)
        region = region_of(request.kind, request.scope)
        try:
            wish = _wish(request, dates, region)
        except ValidationError as error:
            return _refused(explain_errors(error).removeprefix("policy: "))
        why_not = refusal(wish, dates, [region] if region else dates.regions)
        if why_not:
            return _refused(why_not)
        self._ledger.save_exception(wish, request.by, now)
        said = f"{wish.kind} {wish.scope} may stay on {wish.runtime} until {wish.expires}"
        return RuntimeAnswer(done=True, reason=f"{said}, by {wish.approver}")

    def _revoke(self, request: RevokeRequest, now: datetime) -> RuntimeAnswer:
        kind, scope, runtime = request.kind, request.scope, request.runtime
        if self._ledger.end_exception(kind, scope, runtime, request.by, now):
            said = f"the exception of {kind} {scope} for {runtime} is over"
            return RuntimeAnswer(done=True, reason=said)
        names = (f"{each.kind} {each.scope} for {each.runtime}" for each in self._on_record())
        return _refused(_unknown("exception", f"{kind} {scope} for {runtime}", names))

    def _acknowledge(self, request: AcknowledgeRequest, now: datetime) -> RuntimeAnswer:
        work = self._work()
        if work is None:
            return _refused(_NO_REPORT)
        item = work.get(request.group)
        if item is None:
            return _refused(_unknown("work item", request.group, work))
        acknowledged = Acknowledgement(
            request.group, request.by, now, item.milestone, item.day, request.note
        )
        self._ledger.save_acknowledgement(acknowledged)
        until = f"until {item.milestone} on {item.day}" if item.day else "from now on"
        said = f"{item.place} is acknowledged by {request.by}; nobody else is told {until}"
        return RuntimeAnswer(done=True, reason=said)

    def _on_record(self) -> list[GrantedException]:
        return self._ledger.exceptions()

    def _work(self) -> dict[str, WorkItem] | None:
        """The work items of the latest report by name; None when there is none."""
        latest = latest_report(self._store)
        body = self._store.read(latest.keys[OVERVIEW]) if latest else None
        if body is None:
            return None
        return {each.group: each for each in Overview.model_validate_json(body).work}

    def _dates(self, now: datetime) -> ReportDates:
        """The dates of the latest report, as they count today."""
        scan_id, today = "", now.astimezone(UTC).date()
        latest = latest_report(self._store)
        claims, regions = self._overrides(), [""]
        if latest:
            scan_id = latest.scan_id
            try:
                claims = dates_of_scan(self._store, scan_id).claims
            except BadScan as error:
                logger.warning(str(error))
        regions = sorted({region for claim in claims for region in claim.regions}) or regions
        scan = ScanDates(scan_id=scan_id, today=today, claims=claims)
        return ReportDates(bundled(), scan, regions)

    def _overrides(self) -> tuple[Claim, ...]:
        """What the policy says of dates, for the time before the first report."""
        saved = self._ledger.last_good()
        if saved is None:
            return ()
        dates = Policy.model_validate_json(saved[1]).runtimes.dates
        return tuple(claim for override in dates for claim in override.claims())


def _wish(request: ExceptionRequest, dates: ReportDates, region: str) -> GrantedException:
    return GrantedException(
        kind=request.kind,
        scope=request.scope,
        runtime=request.runtime,
        reason=request.reason,
        approver=request.approver,
        second_approver=request.second_approver,
        created=dates.today,
        expires=request.expires,
        granted_in=state_today(dates, region or dates.home, request.runtime),
        control=request.control,
        ticket=request.ticket,
    )


def _refused(reason: str) -> RuntimeAnswer:
    return RuntimeAnswer(done=False, reason=reason)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    found = near(name, known)
    shown = one_line(name, 200)
    if not found:
        return f"there is no {what} {shown}; there is none at all"
    return f"there is no {what} {shown}; did you mean {' or '.join(found)}?"
