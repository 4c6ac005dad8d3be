"""From a call of CodeDeploy to a verdict: what is deployed, by which rules, and do they hold?"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from steward.aws.codedeploy import read_deployment
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.comparing.families import held_together
from steward.domain.rollouts.config import PostPhase, PrePhase, RolloutConfig
from steward.domain.rollouts.deployments import Deployment
from steward.domain.rollouts.override import Override
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from steward.domain.rollouts.verdicts import judge, let_through
from steward.workflows.rollouts.bad_configuration import BadConfiguration
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.bounded import within
from steward.workflows.rollouts.configuration import resolve
from steward.workflows.rollouts.hook_calls import HookRun
from steward.workflows.rollouts.preparing import Prepared, prepare, section_of
from steward.workflows.rollouts.recording import Recorder
from steward.workflows.rollouts.running import run_checks
from steward.workflows.rollouts.targets import Subject, resolve_target

_UNDECLARED: Mapping[Phase, PrePhase | PostPhase] = {
    Phase.PRE: PrePhase(),
    Phase.POST: PostPhase(),
}


class NotOurs(Exception):
    """The hook was named by a deployment that it cannot judge."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(
            f"deployment {deployment.deployment_id} is for {deployment.compute_platform or '?'}"
            f"{'' if deployment.shifts_traffic else ' without traffic control'}; this hook judges "
            "deployments that shift the traffic of a Lambda alias: take it out of the AppSpec"
        )


class Examiner:
    """One examination. What it has found out outlives its failure: whose turn it is (`phase`), and
    whether somebody lets the deployment pass.

    `is_repeat`: the same event was delivered before and has its verdict.
    """

    def __init__(
        self,
        run: HookRun,
        clients: UnitClients,
        recorder: Recorder,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self.phase = run.phase
        self.is_repeat = False
        self._override: Override | None = None
        self._configuration: tuple[str, ...] = ()
        self._notes: list[str] = []
        self._run, self._clients, self._recorder = run, clients, recorder
        self._clock, self._sleep = clock, sleep

    def examine(self) -> Verdict:
        """The verdict; raise whatever keeps it from being found, TookTooLong among it."""
        limit = self._deadline(_UNDECLARED[self.phase].budget_seconds) - self._clock()
        prepared = within(limit, "finding out what is deployed", self._prepare)
        if isinstance(prepared, Verdict):
            return prepared
        config = prepared.config
        results = run_checks(prepared.checks, prepared.mode, prepared.bench, prepared.settle)
        return judge(
            self._run.deployment_id,
            self.phase,
            held_together(results),
            mode=prepared.mode,
            decided_at=self._clock(),
            configuration=self._configuration,
            notes=self.notes,
            owner=config.owner,
            notify=tuple(each.value for each in config.notify),
            override=self._override,
        )

    def verdict(self, status: Status, cause: Cause, reason: str) -> Verdict:
        """A verdict that is not the checks'. An override lets a Failed one pass."""
        verdict = Verdict(
            deployment_id=self._run.deployment_id,
            phase=self.phase,
            status=status,
            cause=cause,
            reason=reason,
            decided_at=self._clock(),
            configuration=self._configuration,
            notes=self.notes,
        )
        return let_through(verdict, self._override) if self._override else verdict

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._notes, *self._recorder.notes)

    def _prepare(self) -> Prepared | Verdict:
        stored = self._begin()
        if stored is not None:
            return stored
        deployment = read_deployment(self._clients.codedeploy(), self._run.deployment_id)
        if deployment.compute_platform != "Lambda" or not deployment.shifts_traffic:
            raise NotOurs(deployment)
        if deployment.is_rollback:
            return self.verdict(Status.SUCCEEDED, Cause.ROLLBACK, _rolls_back(deployment))
        subject = resolve_target(self._clients.codedeploy(), deployment.deployment_id)
        self._notes += subject.notes
        return self._at_turn(subject) or self._by_rules(deployment, subject)

    def _begin(self) -> Verdict | None:
        budget = _UNDECLARED[self.phase].budget_seconds
        stored = self._recorder.begin(self._attempt(self._deadline(budget)))
        self.is_repeat = stored is not None
        return stored

    def _at_turn(self, subject: Subject) -> Verdict | None:
        """Go by the lifecycle event that runs, also where its hook is named for the other one."""
        if subject.phase in (None, self.phase):
            return None
        self._notes.append(
            f"the hook for the {self.phase} phase was called in the {subject.phase} phase, whose "
            "checks were run; name CodeDeployHook_steward-pre and -post in their own places"
        )
        self.phase = subject.phase or self.phase
        return self._begin()

    def _by_rules(self, deployment: Deployment, subject: Subject) -> Prepared | Verdict:
        try:
            resolved = resolve(self._clients, subject.target, self._clock())
        except BadConfiguration as error:
            self._override, self._configuration = error.override, (error.source,)
            self._notes += error.notes
            return self.verdict(Status.FAILED, Cause.CONFIGURATION, str(error))
        self._override, self._configuration = resolved.override, resolved.sources
        self._notes += resolved.notes
        return self._on_bench(deployment, subject, resolved.config)

    def _on_bench(
        self, deployment: Deployment, subject: Subject, config: RolloutConfig
    ) -> Prepared:
        budget_seconds = section_of(config, self.phase).budget_seconds
        deadline = self._deadline(budget_seconds)
        if budget_seconds != _UNDECLARED[self.phase].budget_seconds:
            self._recorder.revise(self._attempt(deadline))
        bench = CheckBench(
            phase=self.phase,
            target=subject.target,
            clients=self._clients,
            clock=self._clock,
            sleep=self._sleep,
            deadline=deadline,
            window=subject.window,
            deployment_id=deployment.deployment_id,
        )
        ready = prepare(bench, deployment, config)
        self._notes += ready.notes
        return ready

    def _deadline(self, budget_seconds: int) -> datetime:
        budget = timedelta(seconds=budget_seconds)
        return min(self._run.started_at + budget, self._run.latest)

    def _attempt(self, deadline: datetime) -> Attempt:
        run = self._run
        return Attempt(
            deployment_id=run.deployment_id,
            phase=self.phase,
            execution_id=run.execution_id,
            started_at=run.started_at,
            deadline=deadline,
            request_id=run.request_id,
        )


def _rolls_back(deployment: Deployment) -> str:
    undone = f" of {deployment.rolls_back}" if deployment.rolls_back else ""
    return f"a rollback{undone} ({deployment.creator}) is never held up, so nothing was checked"
