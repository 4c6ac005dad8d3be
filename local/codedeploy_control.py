"""Steers CodeDeploy of the embedded organization, and drives it as its users do."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.emulated_session import EmulatedSession
from local.loopback_http import call_json

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import DeploymentInfoTypeDef

ENDED = frozenset({"Succeeded", "Failed", "Stopped"})
POLL_SECONDS = 0.05


class StillRunningError(Exception):
    """A deployment did not end in time."""


@dataclass(frozen=True)
class CodeDeployControl:
    endpoint: str

    def set_pace(
        self,
        second: float = 1.0,
        *,
        hook_limit: float | None = None,
        stretched: bool = True,
        rollback_hooks: bool = True,
    ) -> None:
        """`second`: real seconds that a second of a shift takes. `hook_limit`: real seconds that
        hooks have; one hour at the pace when None. `stretched`: whether deployments, and metrics of
        their functions meanwhile, show the times of one that took the whole length.
        `rollback_hooks`: whether hooks run again in a rollback."""
        body = {
            "second": second,
            "hook_limit": hook_limit,
            "stretched": stretched,
            "rollback_hooks": rollback_hooks,
        }
        call_json(f"{self.endpoint}/_local/codedeploy-pace", "PUT", body)

    def age_events(self, second: float) -> None:
        """Real seconds that a second of the age of an asynchronous invocation takes."""
        call_json(f"{self.endpoint}/_local/async-pace", "PUT", {"age_second": second})

    def unit(self, account: str, region: str = "eu-west-1") -> "UnitDeployments":
        return UnitDeployments(EmulatedSession(self.endpoint, account, region))


@dataclass(frozen=True)
class UnitDeployments:
    """CodeDeploy of one account in one region."""

    session: EmulatedSession

    def start(
        self,
        group: tuple[str, str],
        function: tuple[str, str],
        versions: tuple[str, str],
        hooks: Mapping[str, str],
        configuration: str = "",
    ) -> str:
        """A user's own deployment; returns its id. `group`: application and deployment group.
        `function`: with its alias. `versions`: current and target. `hooks`: function by event."""
        properties = {
            "Name": function[0],
            "Alias": function[1],
            "CurrentVersion": versions[0],
            "TargetVersion": versions[1],
        }
        app_spec = {
            "version": "0.0",
            "Resources": [
                {function[0]: {"Type": "AWS::Lambda::Function", "Properties": properties}}
            ],
            "Hooks": [{event: hook} for event, hook in hooks.items()],
        }
        chosen: dict[str, Any] = {"deploymentConfigName": configuration} if configuration else {}
        return self.session.client("codedeploy").create_deployment(
            applicationName=group[0],
            deploymentGroupName=group[1],
            revision={
                "revisionType": "AppSpecContent",
                "appSpecContent": {"content": json.dumps(app_spec)},
            },
            **chosen,
        )["deploymentId"]

    def describe(self, deployment_id: str) -> "DeploymentInfoTypeDef":
        client = self.session.client("codedeploy")
        return client.get_deployment(deploymentId=deployment_id)["deploymentInfo"]

    def all(self) -> "Iterator[DeploymentInfoTypeDef]":
        """Newest first."""
        client = self.session.client("codedeploy")
        for page in client.get_paginator("list_deployments").paginate():
            yield from (self.describe(each) for each in page["deployments"])

    def wait(self, deployment_id: str, within_seconds: float = 60) -> "DeploymentInfoTypeDef":
        deadline = time.monotonic() + within_seconds
        while (found := self.describe(deployment_id))["status"] not in ENDED:
            if time.monotonic() > deadline:
                what = f"{deployment_id} is {found['status']} after {within_seconds:g} s"
                raise StillRunningError(f"{what}: set a quicker pace, or wait longer")
            time.sleep(POLL_SECONDS)
        return found
