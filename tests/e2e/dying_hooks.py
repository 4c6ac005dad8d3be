"""Every way in which a hook can die, as a function that dies so, and a deployment that calls it."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from local.codedeploy_control import CodeDeployControl, UnitDeployments
from local.emulated_session import EmulatedSession
from local.tool_environment import REPOSITORY
from steward.domain.rollouts.results import Cause

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import DeploymentInfoTypeDef
    from mypy_boto3_lambda import LambdaClient

# More of them wait for a processor instead of for Steward.
AT_A_TIME = 6
RECORDED_WITHIN_TRIES = 100
EVENTS = {"pre": "BeforeAllowTraffic", "post": "AfterAllowTraffic"}
HANDLERS = {"pre": "before_traffic", "post": "after_traffic"}
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
HANG = "import time; time.sleep(600)"
WORKLOAD = "def handler(event, context):\n    return {'statusCode': 200}\n"
# In the place of the hooks' own app.py, which is app_of_the_hook beside it.
GOOD = "from app_of_the_hook import after_traffic, before_traffic\n"
IN_THE_CHECKS = """
from steward.workflows.rollouts import examining
def die(*arguments, **named):
    {how}
examining.run_checks = die
"""
BEFORE_THE_REPORT = """
import os, signal
from steward.workflows.rollouts import hook
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
hook.answer = die
"""
AT_ONCE = """
def before_traffic(event, context):
    {how}
after_traffic = before_traffic
"""


@dataclass(frozen=True)
class Death:
    """`code`: the handler's module. `bound`: seconds after which CodeDeploy must have an answer,
    and `answered_by` says whose. `prepare`: done to the function before it is called.
    """

    name: str
    code: str
    answered_by: Cause
    bound: float
    prepare: Callable[["LambdaClient", str], object] = lambda _client, _name: None
    role: str = "HookRole"


@dataclass(frozen=True)
class Ended:
    """How a deployment ended. `waited`: how long CodeDeploy waited for the hook, by its clock.

    `answered_by`: what the unit's table says.
    """

    status: str
    error: str
    waited: timedelta
    answered_by: str


def archive(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as files:
        files.writestr("app.py", code)
        hook = REPOSITORY / "functions" / "rollout_hooks" / "app.py"
        files.writestr("app_of_the_hook.py", hook.read_text())
    return buffer.getvalue()


class Graveyard:
    """Lets many hooks die at the same time, each in a deployment of its own."""

    def __init__(self, control: CodeDeployControl, session: EmulatedSession, account: str) -> None:
        self._functions = session.client("lambda")
        self._codedeploy = session.client("codedeploy")
        self._table = session.client("dynamodb")
        self._unit: UnitDeployments = control.unit(account)
        self._model = {
            phase: self._functions.get_function_configuration(
                FunctionName=f"CodeDeployHook_steward-{phase}"
            )
            for phase in EVENTS
        }
        self._codedeploy.create_application(applicationName="dying", computePlatform="Lambda")

    def let_die(self, deaths: Iterable[tuple[Death, str]], roles: dict[str, str]) -> list[Ended]:
        deaths = list(deaths)
        for death, phase in deaths:
            self._make(death, phase, roles[death.role])
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            dying = {
                each: threads.submit(self._die, *each) for each in sorted(deaths, key=_slowness)
            }
            return [dying[each].result() for each in deaths]

    def _make(self, death: Death, phase: str, role: str) -> None:
        name = hook_name(death, phase)
        self._functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler=f"app.{HANDLERS[phase]}",
            Code={"ZipFile": archive(death.code)},
            Timeout=self._model[phase]["Timeout"],
            MemorySize=1024,
            Layers=self._layers(death, phase),
            Environment={"Variables": self._model[phase]["Environment"]["Variables"]},
        )
        given = self._functions.get_function_event_invoke_config(
            FunctionName=f"CodeDeployHook_steward-{phase}", Qualifier="$LATEST"
        )
        self._functions.put_function_event_invoke_config(
            FunctionName=name,
            Qualifier="$LATEST",
            MaximumRetryAttempts=given["MaximumRetryAttempts"],
            MaximumEventAgeInSeconds=given["MaximumEventAgeInSeconds"],
            DestinationConfig=given["DestinationConfig"],
        )
        death.prepare(self._functions, name)
        self._make_workload(workload_name(death, phase), role)

    def _layers(self, death: Death, phase: str) -> list[str]:
        """A hook that dies before it needs the layer is not kept waiting for it."""
        layers = self._model[phase]["Layers"] if GOOD in death.code else []
        return [layer["Arn"] for layer in layers]

    def _make_workload(self, name: str, role: str) -> None:
        client = self._functions
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": archive(WORKLOAD)},
        )
        client.publish_version(FunctionName=name)
        client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        client.update_function_code(FunctionName=name, ZipFile=archive(WORKLOAD + "# changed\n"))
        client.publish_version(FunctionName=name)
        self._codedeploy.create_deployment_group(
            applicationName="dying",
            deploymentGroupName=name,
            serviceRoleArn=role,
            deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
            deploymentStyle={
                "deploymentType": "BLUE_GREEN",
                "deploymentOption": "WITH_TRAFFIC_CONTROL",
            },
        )

    def _die(self, death: Death, phase: str) -> Ended:
        workload = workload_name(death, phase)
        hooks = {EVENTS[phase]: hook_name(death, phase)}
        deployment = self._unit.start(("dying", workload), (workload, "live"), ("1", "2"), hooks)
        info = self._unit.wait(deployment, death.bound + 60)
        return self._ended(deployment, info, phase)

    def _ended(self, deployment: str, info: "DeploymentInfoTypeDef", phase: str) -> Ended:
        target = self._codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"][0]
        found = self._codedeploy.get_deployment_target(deploymentId=deployment, targetId=target)
        events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
        (event,) = (each for each in events if each["lifecycleEventName"] == EVENTS[phase])
        return Ended(
            info["status"],
            info.get("errorInformation", {}).get("code", ""),
            event["endTime"] - event["startTime"],
            self._recorded_cause(deployment, phase),
        )

    def _recorded_cause(self, deployment: str, phase: str) -> str:
        """The answer comes first, its record a moment later."""
        key = {"pk": {"S": deployment}, "sk": {"S": f"verdict#{phase}"}}
        for _ in range(RECORDED_WITHIN_TRIES):
            item = self._table.get_item(TableName="steward-rollouts", Key=key).get("Item")
            if item and item["status"]["S"] == "Failed":
                return str(json.loads(item["document"]["S"])["cause"])
            time.sleep(0.2)
        return "nobody"


def _slowness(case: tuple[Death, str]) -> float:
    return -case[0].bound


def hook_name(death: Death, phase: str) -> str:
    return f"CodeDeployHook_steward-{death.name}-{phase}"


def workload_name(death: Death, phase: str) -> str:
    return f"workload-{death.name}-{phase}"
