"""An account that has Steward to itself, and what its doctor says of it."""

from dataclasses import dataclass
from typing import Any

from local.hub import Hub
from tests.integration.org.installed import ALONE, Installed, run_as
from tests.unit.cli.running import Answer

OF_ORGANIZATIONS = {
    "trusted-access",
    "delegated-administrator",
    "stack-set-roles",
    "stack-set-reaping",
    "stack-set-events",
    "stack-set-hooks",
    "member-roles",
    "reap-roles",
    "config-aggregator",
    "config-recorders",
    "health-view",
}
# True of this emulator, of any fresh installation, or of the day on which the test runs.
MAY_WARN = {"mail-identity", "topics", "ledger", "runtime-table"}


@dataclass(frozen=True)
class Alone:
    """`fresh`: the doctor's checks before there was a policy. `planned`: what the planner said."""

    world: Installed
    hub: Hub
    fresh: dict[str, Any]
    planned: dict[str, Any]

    @property
    def account_id(self) -> str:
        return self.world.account(ALONE)

    def run(self, *arguments: str) -> Answer:
        return run_as(self.account_id, self.world.emulator.endpoint, *arguments)
