"""Access to names that ministack does not promise to keep."""

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from typing import Any

WRITTEN_FOR = "1.5.33"


class PinnedApiChangedError(Exception):
    """ministack no longer has a private name that the embedded organization replaces."""


def private(module_name: str, name: str) -> Any:
    """The value of a private name; refuses with the module and the version when it is gone."""
    module = import_module(module_name)
    if not hasattr(module, name):
        raise PinnedApiChangedError(
            f"ministack {version('ministack')} has no {module_name}.{name}, which "
            f"local/emulator_server replaces. It was written for {WRITTEN_FOR}: adapt it, "
            "or pin that version again in requirements/ministack.in."
        )
    return getattr(module, name)


def require(module_name: str, *names: str) -> None:
    """Refuse at the start what would otherwise be missed at the first request."""
    for name in names:
        private(module_name, name)


def replace(module_names: Iterable[str], name: str, change: Callable[[Any], Any]) -> None:
    """Put `change(original)` in the place of a name in every module that imported it."""
    modules = tuple(module_names)
    changed = change(private(modules[0], name))
    for module_name in modules:
        private(module_name, name)
        setattr(import_module(module_name), name, changed)
