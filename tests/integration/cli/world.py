"""The small organization of these tests: its accounts, stacks, ledger and policy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from local.emulator import Emulator
from local.emulator_environment import HUB_ACCOUNT
from local.organization import MemberAccount, Organization, create_organization
from local.scenario_model import Expectation, SeededStack
from local.seeds import seed
from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice, stage_notice
from steward.domain.policy import Policy
from steward.domain.stacks import Unit
from steward.ledger.ledger import Ledger
from tests.factories import make_event, make_lease
from tests.template import documents

REGION = "eu-west-1"
TABLE = "ledger"
KILL_SWITCH = "/steward/kill-switch"
ROLE = "operator-read"
EXTENSION_FUNCTION = "steward-LeaseExtensionFunction-1a2b3c"
SCAN_FUNCTION = "steward-RuntimePlannerFunction-4d5e6f"
REPORT_FUNCTION = "steward-RuntimeReportFunction-7a8b9c"
REPORTS = "steward-reports"
EXTENSION_URL = "https://extend.example.com/"
MEMBERS = (
    MemberAccount("alpha-dev", "Development"),
    MemberAccount("beta-dev", "Development"),
    MemberAccount("shop-prod", "Production"),
)
REAP_POLICY: dict[str, Any] = {
    "version": 1,
    "mode": "reap",
    "scope": {
        "name_patterns": ["feat-*"],
        "regions": [REGION, "us-east-1"],
        "exclude": {"accounts": [HUB_ACCOUNT], "tags": {"stage": ["prod"]}},
    },
    "lease": {"ttl": "14d", "max_lifetime": "60d"},
    "windows": {
        "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "hours": "00:00-24:00",
    },
    "owners": {"fallback": "platform@example.com"},
}
HUB_TEMPLATE = """
Parameters:
  ReadRoleName: {Type: String}
  OrganizationMode: {Type: String, Default: organization}
Resources:
  Anything: {Type: "AWS::SNS::Topic"}
Outputs:
"""


@dataclass(frozen=True)
class World:
    endpoint: str
    organization: Organization
    stack_ids: Mapping[str, str]
    ledger: Ledger
    now: datetime
    earlier_id: str

    @property
    def hub(self) -> str:
        return self.organization.accounts["hub"]

    def account(self, name: str) -> str:
        return self.organization.accounts[name]

    def dump(self) -> list[Any]:
        """Every item of the ledger, so that a test can show that none changed."""
        return self.ledger.client.scan(TableName=TABLE)["Items"]


def feature(key: str, account: str, age_days: int, **more: Any) -> SeededStack:
    name = more.pop("name", key)
    return SeededStack(
        key, account, name, timedelta(days=age_days), Expectation.KEPT, "a test", **more
    )


STACKS = (
    feature("feat-young", "alpha-dev", 2, tags={"owner": "dev@example.com"}),
    feature("feat-due", "alpha-dev", 40),
    feature("feat-stale", "alpha-dev", 30),
    feature("feat-twin", "alpha-dev", 3),
    feature("feat-twin-elsewhere", "alpha-dev", 3, name="feat-twin", region="us-east-1"),
    feature("payments", "alpha-dev", 300),
    feature("feat-hidden", "beta-dev", 20),
    feature("feat-shop", "shop-prod", 20, tags={"stage": "prod"}),
)


def build_world(emulator: Emulator) -> World:
    now = datetime.now(UTC).replace(microsecond=0)
    organization = create_organization(emulator.endpoint, MEMBERS)
    for name in ("alpha-dev", "shop-prod"):
        _let_operator_read(organization, name)
    stack_ids = seed(organization, emulator.control, STACKS, now)
    _install_hub(organization)
    ledger = _ledger(organization)
    policy = Policy.model_validate(REAP_POLICY)
    ledger.save_policy(policy.fingerprint, policy.model_dump_json(), now)
    unit = Unit(organization.accounts["alpha-dev"], REGION)

    def lease_of(key: str) -> Lease:
        created_at = _created_at(organization, stack_ids[key])
        return _lease(unit, stack_ids[key], key, created_at, now)

    _lease_due(ledger, lease_of("feat-due"), now)
    _lease_stale(ledger, lease_of("feat-stale"))
    _lease_vanished(ledger, unit, now)
    earlier = _lease_reaped(ledger, unit, now)
    return World(emulator.endpoint, organization, stack_ids, ledger, now, earlier.stack_id)


def _let_operator_read(organization: Organization, name: str) -> None:
    hub = organization.accounts["hub"]
    client = organization.session(name).client("iam")
    client.create_role(
        RoleName=ROLE,
        AssumeRolePolicyDocument=_document(
            "sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{hub}:root"}
        ),
    )
    client.put_role_policy(
        RoleName=ROLE,
        PolicyName="read",
        PolicyDocument=_document("cloudformation:Describe*", Resource="*"),
    )


def _document(action: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _install_hub(organization: Organization) -> None:
    """A stack with the outputs of the real one, and what they name."""
    session = organization.session()
    session.client("ssm").put_parameter(Name=KILL_SWITCH, Value="off", Type="String")
    place: Any = {"LocationConstraint": REGION}
    session.client("s3").create_bucket(Bucket=REPORTS, CreateBucketConfiguration=place)
    appconfig = session.client("appconfig")
    application = appconfig.create_application(Name="steward")["Id"]
    environment = appconfig.create_environment(ApplicationId=application, Name="dev")["Id"]
    profile = appconfig.create_configuration_profile(
        ApplicationId=application, Name="policy", LocationUri="hosted"
    )["Id"]
    version = appconfig.create_hosted_configuration_version(
        ApplicationId=application,
        ConfigurationProfileId=profile,
        Content=json.dumps(REAP_POLICY).encode(),
        ContentType="application/json",
    )["VersionNumber"]
    appconfig.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        ConfigurationProfileId=profile,
        ConfigurationVersion=str(version),
        DeploymentStrategyId="AppConfig.AllAtOnce",
    )
    outputs = {
        "LedgerTableName": TABLE,
        "KillSwitchParameterName": KILL_SWITCH,
        "PolicyApplicationId": application,
        "PolicyEnvironmentId": environment,
        "PolicyProfileId": profile,
        "LeaseExtensionFunctionName": EXTENSION_FUNCTION,
        "LeaseExtensionUrl": EXTENSION_URL,
        "ReportsBucketName": REPORTS,
        "RuntimePlannerFunctionName": SCAN_FUNCTION,
        "RuntimeReportFunctionName": REPORT_FUNCTION,
    }
    lines = [f"  {name}: {{Value: {json.dumps(value)}}}" for name, value in outputs.items()]
    session.client("cloudformation").create_stack(
        StackName="steward",
        TemplateBody=HUB_TEMPLATE + "\n".join(lines),
        Parameters=[{"ParameterKey": "ReadRoleName", "ParameterValue": ROLE}],
    )


def _ledger(organization: Organization) -> Ledger:
    """A table like the one of template.yaml."""
    template = documents.load("template.yaml")
    properties = template["Resources"]["Ledger"]["Properties"]
    client = organization.session().client("dynamodb")
    client.create_table(
        TableName=TABLE,
        BillingMode=properties["BillingMode"],
        AttributeDefinitions=properties["AttributeDefinitions"],
        KeySchema=properties["KeySchema"],
        GlobalSecondaryIndexes=properties["GlobalSecondaryIndexes"],
    )
    return Ledger(client, TABLE, timedelta(days=400))


def _created_at(organization: Organization, stack_id: str) -> datetime:
    client = organization.session("alpha-dev").client("cloudformation")
    return client.describe_stacks(StackName=stack_id)["Stacks"][0]["CreationTime"].astimezone(UTC)


def _lease(unit: Unit, stack_id: str, name: str, created_at: datetime, now: datetime) -> Lease:
    return make_lease(
        name,
        unit,
        stack_id=stack_id,
        created_at=created_at,
        registered_at=now - timedelta(days=15),
        deployed_at=created_at,
        seen_update=created_at,
        expires_at=created_at + timedelta(days=14),
        owners=("platform@example.com",),
        owner_source="the policy's fallback contact",
    )


def _told_and_due(lease: Lease, now: datetime) -> Lease:
    """Told of every stage, the last one two days ago."""
    told = tuple(
        LeaseNotice(timedelta(days=days), at := now - timedelta(days=days + 1), at)
        for days in (7, 3, 1)
    )
    return replace(
        lease,
        state=LeaseState.MARKED,
        marked_at=told[0].queued_at,
        delete_after=now - timedelta(days=1),
        notices=told,
        selected_by=Policy.model_validate(REAP_POLICY).scope.fingerprint,
    )


def _lease_due(ledger: Ledger, lease: Lease, now: datetime) -> None:
    due = _told_and_due(lease, now)
    told_at = due.notices[0].queued_at
    notice = stage_notice(due, timedelta(days=7), told_at)
    ledger.save(None, due, make_event(due, at=told_at), [notice])


def _lease_stale(ledger: Ledger, lease: Lease) -> None:
    """Leased and expired, and nobody was told yet."""
    ledger.save(None, lease, make_event(lease, at=lease.registered_at))


def _lease_vanished(ledger: Ledger, unit: Unit, now: datetime) -> None:
    """A stack that its owner deleted, which no sweep has seen yet."""
    stack_id = make_lease("feat-vanished", unit).stack_id
    lease = _lease(unit, stack_id, "feat-vanished", now - timedelta(days=5), now)
    ledger.save(None, lease, make_event(lease, at=lease.registered_at))


def _lease_reaped(ledger: Ledger, unit: Unit, now: datetime) -> Lease:
    """A stack that was deleted before another took its name: a mail of its first generation
    bounced, that of the second arrived, and its receipt waits."""
    stack_id = make_lease("feat-young", unit).stack_id
    lease = _lease(unit, stack_id, "feat-young", now - timedelta(days=90), now)
    lease = replace(lease, generation=2)
    live = ledger.save(None, lease, make_event(lease, at=lease.registered_at), _sent(lease, now))
    gone = replace(live, state=LeaseState.REAPED, reason="deleted by Steward; a test says so")
    ended_at = now - timedelta(days=4)
    receipt = event_notice(gone, NoticeKind.DELETED, gone.reason, ended_at)
    return ledger.save(live, gone, make_event(gone, at=ended_at), [receipt])


def _sent(lease: Lease, now: datetime) -> list[Notice]:
    """One notice for each of two generations, with what became of its mail."""
    first, second = now - timedelta(days=13), now - timedelta(days=12)
    bounced = Delivery("gone@example.com", "m-1", DeliveryStatus.BOUNCED, first, "no such user")
    arrived = Delivery("platform@example.com", "m-2", DeliveryStatus.DELIVERED, second)
    before = replace(lease, generation=1, owners=("gone@example.com",))
    return [
        _settled(before, bounced),
        _settled(lease, arrived),
    ]


def _settled(lease: Lease, delivery: Delivery) -> Notice:
    notice = stage_notice(lease, timedelta(days=7), delivery.at)
    return replace(notice, state=NoticeState.SENT, deliveries=(delivery,))
