"""What the control path can do to the services that are emulated from their models."""

from collections.abc import Callable
from typing import Any

from local.emulator_server.async_invocations import AsyncPace
from local.emulator_server.control import Query, RefusedError, Routes
from local.emulator_server.modelled.aggregator import Aggregators
from local.emulator_server.modelled.codedeploy.service import CodeDeploy
from local.emulator_server.modelled.health import Health
from local.emulator_server.modelled.health_events import WrongEventError
from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.organizations.organization import EmulatedOrganization
from local.emulator_server.modelled.recorders import Recorder, Recorders
from local.emulator_server.modelled.runtime_aliases import RuntimeAliases
from local.emulator_server.modelled.synthetics import Synthetics
from local.emulator_server.unavailable import Unavailable

Do = Callable[[Any], None]
REFUSALS = (KeyError, TypeError, ValueError, WrongEventError)


def modelled_routes(
    health: Health,
    recorders: Recorders,
    aggregators: Aggregators,
    synthetics: Synthetics,
    aliases: RuntimeAliases,
) -> Routes:
    def turn(body: Any) -> None:
        recorders.turn(body["account"], body["region"], Recorder(body["state"]))

    puts: dict[str, Do] = {
        "health-event": health.put_event,
        "version-catalog": health.set_catalog,
        "support-plan": lambda body: health.set_plan(present=body["present"]),
        "health-throttle": lambda body: health.throttle(body["calls"]),
        "config-recorder": turn,
        "config-lag": lambda body: recorders.lag(**body),
        "config-catch-up": lambda body: recorders.catch_up(**body),
        "config-aggregator": aggregators.put,
        "config-source": lambda body: aggregators.set_source(**body),
        "config-odd-row": lambda body: aggregators.add_odd_row(body["row"]),
        "canary": lambda body: synthetics.put_canary(**body),
        "canary-versions": synthetics.set_versions,
        "runtime-alias": aliases.put,
    }
    return {("PUT", path): _action(do) for path, do in puts.items()}


def codedeploy_routes(codedeploy: CodeDeploy, pace: AsyncPace) -> Routes:
    puts: dict[str, Do] = {
        "codedeploy-pace": codedeploy.turn,
        "async-pace": lambda body: pace.turn(**body),
    }
    return {
        **{("PUT", path): _action(do) for path, do in puts.items()},
        ("GET", "async-invocations"): lambda _query, _body: {"waiting": pace.waiting},
    }


def organization_routes(organization: EmulatedOrganization, unavailable: Unavailable) -> Routes:
    stack_sets = organization.stack_sets
    puts: dict[str, Do] = {
        "suspended-account": lambda body: tree.suspend(body["account"]),
        "disabled-region": lambda body: unavailable.disable_region(**body),
        "stack-instance": lambda body: stack_sets.break_instance(**body),
    }
    return {
        **{("PUT", path): _action(do) for path, do in puts.items()},
        ("GET", "stack-sets"): lambda _query, _body: {"pending": stack_sets.pending()},
    }


def _action(do: Do) -> Callable[[Query, Any], dict[str, Any]]:
    def act(_query: Query, body: Any) -> dict[str, Any]:
        try:
            do(body)
        except REFUSALS as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error
        return {}

    return act
