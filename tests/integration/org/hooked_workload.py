"""The guide's workload with Steward's hooks, and without them again."""

import re

from local import rollout_workload
from local.codedeploy_control import CodeDeployControl
from tests.integration.org.installed import SHOP, Installed

PRE, POST = "CodeDeployHook_steward-pre", "CodeDeployHook_steward-post"
NAMED = re.compile(r" +Hooks:\n( +\w+: CodeDeployHook_.*\n)+")


def deploy_with_hooks(world: Installed) -> None:
    """How it ends does not matter: an attempt names the hooks."""
    control = CodeDeployControl(world.emulator.endpoint)
    control.set_pace(0.002, hook_limit=2, rollback_hooks=False)
    rollout_workload.deploy(world.organization, SHOP, rollout_workload.changes()[0].code)
    unit = control.unit(world.account(SHOP))
    for each in unit.all():
        unit.wait(each["deploymentId"])


def without_hooks() -> str:
    """With other code: without a new version there is nothing for CodeDeploy to deploy."""
    template, named = NAMED.subn("", rollout_workload.first())
    assert named == 1
    return template.replace('"order": event', '"hooks": False, "order": event')
