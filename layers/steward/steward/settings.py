"""What each function is told by its environment; all that is missing or wrong is said at once."""

import os
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from steward.domain.policy_values import AccountId

NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class BadEnvironment(Exception):
    """The function's environment variables are missing or wrong; names each one and why."""


class OrganizationMode(StrEnum):
    """Whether Steward looks after a whole organization or only the account it runs in."""

    ORGANIZATION = "organization"
    SINGLE_ACCOUNT = "single-account"


class Settings(BaseModel):
    """Read once per process from upper-case environment variables of the same names."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        try:
            return cls.model_validate({key: env[key] for key in cls.variables() if key in env})
        except ValidationError as error:
            wrong = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
            raise BadEnvironment(
                f"environment variables of this function are wrong: {wrong}; "
                "template.yaml sets them, so deploy it again"
            ) from error

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The names of all environment variables this function reads."""
        return frozenset(field.alias or name for name, field in cls.model_fields.items())


class LedgerSettings(Settings):
    """For every function that touches the ledger."""

    ledger_table: NonEmpty
    audit_retention_days: Annotated[int, Field(ge=1)]

    @property
    def audit_retention(self) -> timedelta:
        return timedelta(days=self.audit_retention_days)


class TimedSettings(LedgerSettings):
    """For functions that judge at the time their message claims."""

    max_clock_skew_minutes: Annotated[int, Field(ge=0)]

    @property
    def max_clock_skew(self) -> timedelta:
        return timedelta(minutes=self.max_clock_skew_minutes)


class PolicySettings(Settings):
    """For functions that load the policy from AppConfig."""

    appconfig_application: NonEmpty
    appconfig_environment: NonEmpty
    appconfig_profile: NonEmpty

    @property
    def appconfig(self) -> tuple[str, str, str]:
        """Application, environment and configuration profile, as AppConfig wants them."""
        return self.appconfig_application, self.appconfig_environment, self.appconfig_profile


class OrganizationSettings(Settings):
    """For functions that look into member accounts."""

    hub_account_id: AccountId
    organization_mode: OrganizationMode
    external_id: str = ""


class PlannerSettings(TimedSettings, PolicySettings, OrganizationSettings):
    """lease_planner"""

    units_queue_url: NonEmpty


class WorkerSettings(TimedSettings, OrganizationSettings):
    """lease_worker"""

    reaps_queue_url: NonEmpty
    read_role_name: NonEmpty
    tag_role_name: NonEmpty


class ReaperSettings(TimedSettings, PolicySettings, OrganizationSettings):
    """lease_reaper"""

    reap_role_name: NonEmpty
    cloudformation_role_name: NonEmpty
    kill_switch_parameter: NonEmpty


class EventsSettings(TimedSettings, OrganizationSettings):
    """lease_events"""

    read_role_name: NonEmpty


class ValidatorSettings(LedgerSettings):
    """policy_validator"""


class DigestSettings(TimedSettings):
    """notice_digest. Without `extension_url` mails carry no links."""

    mail_from: str
    mail_configuration_set: str = ""
    notices_topic_arn: NonEmpty
    chat_topic_arn: NonEmpty
    extension_url: str = ""
    link_key_secret: NonEmpty


class DeliverySettings(TimedSettings):
    """notice_delivery"""


class ExtensionSettings(TimedSettings):
    """lease_extension"""

    link_key_secret: NonEmpty


class RuntimePlannerSettings(TimedSettings, PolicySettings, OrganizationSettings):
    """runtime_planner. Without `config_aggregator` every unit is read from Lambda itself."""

    runtime_units_queue_url: NonEmpty
    runtime_reports_queue_url: NonEmpty
    reports_bucket: NonEmpty
    config_aggregator: str = ""
    report_delay_seconds: Annotated[int, Field(ge=0, le=900)]


class RuntimeWorkerSettings(TimedSettings, OrganizationSettings):
    """runtime_worker"""

    reports_bucket: NonEmpty
    read_role_name: NonEmpty


class RuntimeReportSettings(TimedSettings):
    """runtime_report"""

    runtime_reports_queue_url: NonEmpty
    reports_bucket: NonEmpty
    report_delay_seconds: Annotated[int, Field(ge=0, le=900)]


class UnitRolloutSettings(Settings):
    """For the functions of org/members/hooks.yaml, which run beside the workloads."""

    rollouts_table: NonEmpty
    record_retention_days: Annotated[int, Field(ge=1)]

    @property
    def record_retention(self) -> timedelta:
        return timedelta(days=self.record_retention_days)


class RolloutHookSettings(UnitRolloutSettings):
    """CodeDeployHook_steward-pre and -post"""

    guard_queue_url: NonEmpty


class RolloutGuardSettings(UnitRolloutSettings):
    """rollout_guard. `hook_grace_seconds`: after a hook's deadline, until the guard answers.

    `hook_event_age_seconds`: how long Lambda keeps a hook's event that it could not deliver.
    """

    guard_queue_url: NonEmpty
    look_seconds: Annotated[int, Field(ge=1, le=900)]
    hook_grace_seconds: Annotated[int, Field(ge=1, le=900)]
    hook_event_age_seconds: Annotated[int, Field(ge=1, le=900)] = 300


class RolloutHistorySettings(TimedSettings, OrganizationSettings):
    """rollout_history. `rollouts_table_name`: the table of org/members/hooks.yaml in each unit."""

    read_role_name: NonEmpty
    rollouts_table_name: NonEmpty
    notice_digest_function: NonEmpty
