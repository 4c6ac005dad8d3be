"""Every stack set, and what happens to them when the organization changes.

Source: "Enable or disable automatic deployments for StackSets in AWS Organizations", AWS
CloudFormation User Guide: accounts that join a target get instances, those that leave lose them.
"""

import logging
import threading
from collections.abc import Callable
from graphlib import TopologicalSorter
from queue import Queue

from local.emulator_server.pinned import private, replace
from local.emulator_server.stack_sets.reconciling import Reconciling
from local.emulator_server.stack_sets.records import Place, StackSet
from local.emulator_server.stack_sets.targets import targets_of

log = logging.getLogger("stack-sets")
S3 = "ministack.services.s3"
TEMPLATES = "stack-set-templates"
STATUSES = ("CURRENT", "OUTDATED", "INOPERABLE")


class StackSets:
    def __init__(self) -> None:
        self.all: dict[tuple[str, str], StackSet] = {}
        self.access_active = False
        self.reconciling = Reconciling(_template_url)
        self._changes: Queue[str] = Queue()
        self._busy = threading.Lock()

    def install(self) -> None:
        replace((S3,), "_get_object_data", self._with_templates)
        threading.Thread(target=self._follow, daemon=True).start()

    def named(self, name: str, region: str) -> StackSet | None:
        """By name or by id, of the Region in which it is administered."""
        return self.all.get((region, name.partition(":")[0]))

    def account_changed(self, account: str) -> None:
        """Told on the event loop; the work is done beside it."""
        self._changes.put(account)

    def run(self, stack_set: StackSet, action: str) -> bool:
        """Bring all instances up to date; whether the operation succeeded."""
        with self._busy:
            return self.reconciling.run(stack_set, action).status == "SUCCEEDED"

    def clear(self, stack_set: StackSet) -> bool:
        with self._busy:
            return self.reconciling.clear(stack_set).status == "SUCCEEDED"

    def break_instance(self, stack_set: str, account: str, region: str, status: str) -> None:
        """As an operation leaves an instance that went wrong; the next operation may mend it."""
        if status not in STATUSES:
            raise ValueError(f"{status} is no status: one of {', '.join(STATUSES)}")
        found = [each for each in self.all.values() if each.name == stack_set]
        place = Place(account, region)
        instances = [each.instances[place] for each in found if place in each.instances]
        if not instances:
            raise ValueError(f"{stack_set} has no instance in {account} {region}")
        for instance in instances:
            if status == "CURRENT":
                instance.went_well(instance.stack_id)
            else:
                detail = "FAILED" if status == "OUTDATED" else status
                instance.failed(f"broken on purpose: {status}", status=status, detail=detail)

    def pending(self) -> bool:
        return self._changes.unfinished_tasks > 0 or self._busy.locked()

    def _follow(self) -> None:
        while True:
            account = self._changes.get()
            try:
                self._catch_up()
            except Exception:
                log.exception("stack sets did not follow the change of account %s", account)
            finally:
                self._changes.task_done()

    def _catch_up(self) -> None:
        with self._busy:
            for stack_set in self._in_order():
                if stack_set.deploys_by_itself and _is_behind(stack_set):
                    self.reconciling.run(stack_set, "UPDATE", everything=False)

    def _in_order(self) -> list[StackSet]:
        """A set comes after those that it depends on."""
        by_arn = {each.arn: each for each in self.all.values()}
        depends = {
            each.arn: [
                arn
                for arn in each.properties.get("AutoDeployment", {}).get("DependsOn", [])
                if arn in by_arn
            ]
            for each in by_arn.values()
        }
        return [by_arn[arn] for arn in TopologicalSorter(depends).static_order()]

    def _with_templates(self, plain: Callable[..., bytes | None]) -> Callable[..., bytes | None]:
        """StackSets keeps a copy of each template where CloudFormation of every account reads it;
        other buckets are read as their policy allows."""

        def get_object_data(bucket: str, key: str, version_id: str | None = None) -> bytes | None:
            if bucket == TEMPLATES:
                kept = [each for each in self.all.values() if each.key == key]
                return kept[0].template.encode() if kept else None
            return plain(bucket, key, version_id)

        private(S3, "_buckets")
        return get_object_data


def _is_behind(stack_set: StackSet) -> bool:
    return targets_of(stack_set).keys() != stack_set.instances.keys()


def _template_url(stack_set: StackSet) -> str:
    return f"https://s3.amazonaws.com/{TEMPLATES}/{stack_set.key}"
