"""What the command `steward` is made of, each part imported when it is first asked for."""

from functools import cache
from importlib import import_module
from typing import Any

import typer

# The order in which `steward --help` lists them.
_PLACES = {
    "plan": "plan_command:plan",
    "explain": "explain_command:explain",
    "extend": "extend_command:extend",
    "inbox": "inbox_command:inbox",
    "notices": "notices_command:notices",
    "policy": "policy_command:commands",
    "runtimes": "runtimes.command:commands",
    "rollouts": "rollouts.command:commands",
    "report": "reports.command:commands",
    "org": "org.command:commands",
    "coverage": "coverage_command:coverage",
    "doctor": "doctor.command:doctor",
    "dlq": "dead_letters.command:commands",
    "kill-switch": "operating.kill_switch_command:commands",
    "breaker": "operating.breaker_command:commands",
    "demo": "demo_command:demo",
}
NAMES = tuple(_PLACES)


@cache
def command_named(name: str) -> Any:
    """The Click command of that name; None when there is none."""
    if name not in _PLACES:
        return None
    module, _, attribute = _PLACES[name].partition(":")
    found = getattr(import_module(f"steward_cli.{module}"), attribute)
    only = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        only.add_typer(found, name=name)
    else:
        only.command(name)(found)
    return typer.main.get_group(only).commands[name]
