"""The kill switch, the policy as AppConfig deployed it, and the modes of the accounts."""

from datetime import datetime

from steward.ledger.attributes import ItemReader
from steward.ledger.keys import LAST_GOOD, POLICY, key
from steward.workflows.policies import NoPolicy, PolicyInForce
from steward_cli.doctor.findings import Finding
from steward_cli.doctor.judging.policy import (
    PolicyFacts,
    Rollout,
    judge_kill_switch,
    judge_modes,
    judge_policy,
)
from steward_cli.doctor.patient import Patient


def look_at_kill_switch(patient: Patient) -> Finding:
    name = patient.installation.hub.kill_switch
    client = patient.client("ssm")
    try:
        value = client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        value = "(no such parameter)"
    return judge_kill_switch(value, name)


def look_at_policy(patient: Patient) -> Finding:
    in_force, none = _in_force(patient)
    application, _environment, profile = patient.installation.hub.appconfig
    row = patient.client("appconfig").get_configuration_profile(
        ApplicationId=application, ConfigurationProfileId=profile
    )
    facts = PolicyFacts(
        in_force=in_force,
        none=none,
        good_since=_good_since(patient),
        last=_last_rollout(patient),
        validators=frozenset(each["Type"] for each in row.get("Validators", [])),
    )
    return judge_policy(facts, patient.now)


def _in_force(patient: Patient) -> tuple[PolicyInForce | None, str]:
    try:
        return patient.policy, ""
    except NoPolicy as error:
        return None, str(error)


def _good_since(patient: Patient) -> datetime | None:
    item = patient.installation.ledger.read(key(POLICY, LAST_GOOD))
    return ItemReader(item).moment("saved_at") if item else None


def _last_rollout(patient: Patient) -> Rollout | None:
    """ "ListDeployments", AWS AppConfig API Reference: the newest comes first; of the policy's
    environment all are of the policy's profile."""
    application, environment, _profile = patient.installation.hub.appconfig
    rows = patient.client("appconfig").list_deployments(
        ApplicationId=application, EnvironmentId=environment
    )["Items"]
    if not rows:
        return None
    last = max(rows, key=lambda row: row["DeploymentNumber"])
    at = last.get("CompletedAt") or last.get("StartedAt")
    return Rollout(last["ConfigurationVersion"], last["State"], at)


def look_at_modes(patient: Patient) -> Finding:
    return judge_modes(patient.policy.policy.mode, patient.accounts)
