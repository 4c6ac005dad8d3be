"""Read a deployment in its unit: all that CodeDeploy and the unit's own table know of it."""

from dataclasses import dataclass, field
from datetime import timedelta

from steward.aws.app_specs import UnusableRevision
from steward.aws.codedeploy import read_deployment, read_revision, read_target
from steward.aws.errors import denials
from steward.domain.rollouts.deployments import LifecycleEvent, Revision, Target
from steward.domain.rollouts.history import Reading
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Verdict
from steward.ledger.unit_records import UnitRecords
from steward.workflows.runtimes.unit_doors import Doors

OUR_HOOKS = "CodeDeployHook_steward-"
_NONE: tuple[Verdict, ...] = ()


@dataclass(slots=True)
class RolloutReader:
    """`table`: of org/members/hooks.yaml. What cannot be read is a problem of the record."""

    doors: Doors
    table: str
    _revision: Revision | None = field(default=None, init=False)

    def read(self, deployment_id: str, known: Rollout | None) -> Reading:
        """Raise UnknownDeployment, NotAllowed or AccountUnreachable: then there is nothing to tell.

        An AppSpec that is on record is not read again: it never changes.
        """
        doors = self.doors
        client = doors.sessions.codedeploy(doors.unit, doors.role)
        deployment = read_deployment(client, deployment_id)
        self._revision = _revision_on_record(known) or self._read_revision(deployment_id)
        state = doors.ask("its shift", lambda: read_target(client, deployment_id), None)
        verdicts = doors.ask("verdicts", lambda: self._verdicts(deployment_id), _NONE)
        problems = doors.problems.listed()
        return Reading(doors.unit, deployment, self._revision, state, verdicts, problems)

    def _read_revision(self, deployment_id: str) -> Revision | None:
        client = self.doors.sessions.codedeploy(self.doors.unit, self.doors.role)

        def asked() -> Revision | None:
            try:
                return read_revision(client, deployment_id)
            except UnusableRevision as error:
                self.doors.problems.note(f"function and versions: not known, since {error}")
                return None

        return self.doors.ask("function and versions", asked, None)

    def _verdicts(self, deployment_id: str) -> tuple[Verdict, ...]:
        client = self.doors.sessions.dynamodb_in(self.doors.unit, self.doors.role)
        # Nothing is written there, so nothing is retained.
        records = UnitRecords(client, self.table, timedelta())
        with denials():
            try:
                return records.verdicts(deployment_id)
            except client.exceptions.ResourceNotFoundException:
                self._note_missing_table()
                return ()

    def _note_missing_table(self) -> None:
        """Where nobody uses the hooks there need not be their stack either."""
        named = self._revision.hooks.values() if self._revision else ()
        if any(OUR_HOOKS in name for name in named):
            self.doors.problems.note(
                f"verdicts: not known, since {self.doors.unit} has no table {self.table}; "
                "deploy org/members/hooks.yaml there"
            )


def _revision_on_record(known: Rollout | None) -> Revision | None:
    if known is None or not known.function:
        return None
    target = Target(known.function, known.alias, known.from_version, known.to_version)
    hooks = {LifecycleEvent(event): name for event, name in known.hooks.items()}
    return Revision(target, hooks)
