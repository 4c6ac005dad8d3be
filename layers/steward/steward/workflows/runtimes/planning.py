"""Plan a scan of runtimes: ask the sources once for everybody, then queue one work item a unit.

Files come first, then the units' messages, then the report's, then what is put on record. A crash
in between repeats the same files and messages under the same id; another order would leave units
without their files, or a moved date that nobody is told of.
"""

from datetime import datetime

from steward.aws.organizations import accounts, single_account
from steward.aws.policies import PolicyFeed
from steward.aws.queues import send_report, send_runtime_units
from steward.aws.report_store import ReportStore
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.places import lifecycle_key, plan_key
from steward.domain.stacks import Account
from steward.messages import ReportWork, Scan, ScanRequest
from steward.settings import OrganizationMode, RuntimePlannerSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.policies import NoPolicy, PolicyInForce, policy_in_force
from steward.workflows.runtimes.events import HealthEvent, NotForUs, Scheduled, trigger_of
from steward.workflows.runtimes.planning_answer import PlannedScan, answer_of, count, nothing
from steward.workflows.runtimes.planning_reach import reach_of
from steward.workflows.runtimes.planning_reading import ScanReader
from steward.workflows.runtimes.planning_wish import CannotLook, Wish, wish_of

_JSON = "application/json"
_WITHOUT_POLICY = "nobody is told, no function has an owner, and only the hub's region is asked"
_LAST_GOOD = "the last good policy counts"


class RuntimePlanner:
    """Plans scans and queues their work."""

    def __init__(self, settings: RuntimePlannerSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._feed = PolicyFeed(self._sessions, *settings.appconfig)
        self._ledger = open_ledger(self._sessions, settings)
        self._store = ReportStore(self._sessions.reports_s3(), settings.reports_bucket)

    def run(self, event: object, now: datetime) -> dict[str, object]:
        """Plan the scan that `event` asks for and queue it; return what its invoker wants to know.

        Raises NotAScan for what nobody should have sent. An event of Health that starts nothing is
        an answer and no error: sent again it would start nothing either.
        """
        trigger = trigger_of(event)
        if isinstance(trigger, NotForUs):
            return nothing(trigger.reason)
        if isinstance(trigger, HealthEvent):
            return self._heard(trigger, now)
        return self._planned(trigger, now)

    def _heard(self, event: HealthEvent, now: datetime) -> dict[str, object]:
        """Look once for all pages of an event, its backup and its repetitions.

        It is marked when it is heard and again when its scan is queued: after a crash in between
        the second mark is missing, and the event that comes again is looked into.
        """
        account_id = event.detail.affected_account or "all"
        queued = f"{event.communication} queued"
        is_news = self._ledger.heard_of(event.communication, account_id, now)
        if not is_news and not self._ledger.heard_of(queued, account_id, now):
            return nothing(f"AWS Health event {event.communication} was looked into before")
        answer = self._planned(event, now)
        self._ledger.heard_of(queued, account_id, now)
        return answer

    def _planned(
        self, trigger: Scheduled | HealthEvent | ScanRequest, now: datetime
    ) -> dict[str, object]:
        try:
            planned = self._plan(trigger, now)
        except CannotLook as error:
            return nothing(str(error))
        self._send(planned)
        self._put_on_record(planned)
        count(planned)
        return answer_of(planned)

    def _plan(self, trigger: Scheduled | HealthEvent | ScanRequest, now: datetime) -> PlannedScan:
        in_force, capability = self._policy(now)
        policy = in_force.policy if in_force else None
        own_region = self._sessions.sqs().meta.region_name
        members = self._accounts()
        reach = reach_of(members, policy, own_region)
        wish = wish_of(trigger, reach)
        scan = _scan(wish, in_force, now)
        reader = ScanReader(scan, wish, reach, self._sessions, self._store)
        basis = reader.basis(self._settings.config_aggregator)
        works = reader.works(basis)
        dates = reader.dates(policy, self._ledger.dates())
        plan = reader.plan(basis, works, capability)
        return PlannedScan(scan, works, plan, dates.document, dates.changed, tuple(members))

    def _policy(self, now: datetime) -> tuple[PolicyInForce | None, Capability]:
        try:
            found = policy_in_force(self._feed.latest, self._ledger, now)
        except NoPolicy as error:
            return None, Capability(CapabilityName.POLICY, False, str(error), _WITHOUT_POLICY)
        lowers = _LAST_GOOD if found.problem else ""
        return found, Capability(CapabilityName.POLICY, True, found.problem, lowers)

    def _accounts(self) -> list[Account]:
        if self._settings.organization_mode is OrganizationMode.SINGLE_ACCOUNT:
            return [single_account(self._settings.hub_account_id)]
        return accounts(self._sessions.organizations())

    def _send(self, planned: PlannedScan) -> None:
        scan, sqs, settings = planned.scan, self._sessions.sqs(), self._settings
        for key, document in (
            (lifecycle_key(scan.scan_id), planned.dates),
            (plan_key(scan.scan_id), planned.plan),
        ):
            self._store.write(key, document.model_dump_json().encode(), _JSON)
        send_runtime_units(sqs, settings.runtime_units_queue_url, planned.works)
        send_report(
            sqs,
            settings.runtime_reports_queue_url,
            ReportWork(scan=scan),
            settings.report_delay_seconds,
        )

    def _put_on_record(self, planned: PlannedScan) -> None:
        self._ledger.save_accounts(planned.members)
        if planned.changed:
            self._ledger.save_dates(planned.changed)


def _scan(wish: Wish, in_force: PolicyInForce | None, now: datetime) -> Scan:
    return Scan(
        scan_id=wish.scan_id(now),
        scanned_at=now,
        policy=in_force.fingerprint if in_force else "",
        full=wish.full,
        why=wish.why,
    )
