"""All that a trial needs: what is deployed, by which rules, against which alarms and traffic."""

from dataclasses import dataclass, replace
from datetime import datetime

from steward.aws.codedeploy import UnknownDeployment, group_alarms, read_deployment
from steward.aws.errors import NotAllowed
from steward.aws.function_versions import VersionGone, read_version, routed_versions
from steward.aws.functions import aliases_of
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import ShiftWindow
from steward.workflows.rollouts.configuration import BadConfiguration, Resolved, Written, resolve
from steward.workflows.rollouts.targets import Subject, UnclearTarget, resolve_target
from steward_cli.failures import ExitCode, Failure
from steward_cli.rollouts.trial_wish import Wish, last_minutes
from steward_cli.runtimes.inputs import decoded, name_of, read_bytes
from steward_cli.yaml_nodes import UnreadableDocument

_LOOK = "check --function, --version, --region and the credentials"


@dataclass(frozen=True, slots=True)
class Trial:
    """`window`: of the traffic that post checks judge. `deployment_id` may be empty."""

    clients: UnitClients
    target: Target
    resolved: Resolved
    phases: tuple[Phase, ...]
    alarm_names: tuple[str, ...]
    window: ShiftWindow
    deployment_id: str = ""


def prepare(wish: Wish, clients: UnitClients, now: datetime) -> Trial:
    """Read all that the hook would; raise Failure when there is nothing to try it on."""
    written = _written(wish.config_file)
    try:
        return _prepare(wish, clients, now, written)
    except NotAllowed as error:
        what, _, todo = str(error).partition("; ")
        raise Failure(what, todo) from None
    except (VersionGone, UnknownDeployment, UnclearTarget) as error:
        raise Failure(str(error).partition(": ")[0], _LOOK) from None
    except BadConfiguration as error:
        what = str(error).removesuffix(f"; {error.todo}")
        said = "let it through by an override" if error.override else "report Failed"
        raise Failure(
            f"{what}\n  so the hook would {said}", error.todo, ExitCode.NOT_WHOLE
        ) from None


def _prepare(wish: Wish, clients: UnitClients, now: datetime, written: Written | None) -> Trial:
    subject = _subject(wish, clients)
    target = subject.target
    read_version(clients.functions(), target.function, target.target_version)
    return Trial(
        clients=clients,
        target=target,
        resolved=resolve(clients, target, now, written),
        phases=wish.phases,
        alarm_names=(*_alarms_of_group(wish, clients), *wish.alarms),
        window=wish.window or subject.window or last_minutes(now),
        deployment_id=wish.deployment_id or "",
    )


def _subject(wish: Wish, clients: UnitClients) -> Subject:
    """What the deployment deploys, or else what the options name."""
    if wish.deployment_id:
        subject = resolve_target(clients.codedeploy(), wish.deployment_id)
        return replace(subject, target=_agreed(wish, subject.target))
    if not wish.function or not wish.version:
        todo = "give --function and --version, or --deployment"
        raise Failure("it is not said which version to try", todo, ExitCode.USAGE)
    alias = wish.alias or _only_alias(wish.function, clients)
    current = wish.current
    if current is None:
        current = _current(clients, wish.function, alias, wish.version)
    return Subject(Target(wish.function, alias, current, wish.version), None)


def _agreed(wish: Wish, deployed: Target) -> Target:
    """The deployment's target; options may repeat it, or say what it leaves open."""
    current = wish.current if wish.current is not None else deployed.current_version
    asked = Target(
        wish.function or deployed.function,
        wish.alias or deployed.alias,
        deployed.current_version or current,
        wish.version or deployed.target_version,
    )
    if (asked.function, asked.alias, asked.target_version) != (
        deployed.function,
        deployed.alias,
        deployed.target_version,
    ):
        what = (
            f"deployment {wish.deployment_id} is of {deployed.function}:{deployed.target_version} "
            f"by the alias {deployed.alias}"
        )
        todo = "leave out --function, --version and --alias, or --deployment"
        raise Failure(what, todo, ExitCode.USAGE)
    return replace(asked, current_version=current)


def _only_alias(function: str, clients: UnitClients) -> str:
    aliases = sorted(aliases_of(clients.functions(), function))
    if len(aliases) == 1:
        return aliases[0]
    found = f"it has {', '.join(aliases)}" if aliases else "it has none, or is not there"
    what = f"it is not said by which alias {function} gets its traffic: {found}"
    raise Failure(what, "give --alias", ExitCode.USAGE)


def _current(clients: UnitClients, function: str, alias: str, version: str) -> str:
    """The version that has the traffic beside, or before, the one that is tried."""
    routed = routed_versions(clients.functions(), function, alias)
    return next((each for each in routed if each != version), "")


def _alarms_of_group(wish: Wish, clients: UnitClients) -> tuple[str, ...]:
    if not wish.deployment_id:
        return ()
    client = clients.codedeploy()
    deployment = read_deployment(client, wish.deployment_id)
    return group_alarms(client, deployment.application, deployment.group)


def _written(file: str | None) -> Written | None:
    if file is None:
        return None
    try:
        return Written(name_of(file), decoded(read_bytes(file)))
    except UnreadableDocument as error:
        raise Failure(f"{name_of(file)}: {error}", "save it as UTF-8", ExitCode.USAGE) from None
    except OSError as error:
        todo = "give the path of a rollout configuration, or - for standard input"
        raise Failure(f"{name_of(file)}: {error.strerror}", todo, ExitCode.USAGE) from None
