"""A hub in moto that a command finds by its stack's outputs, for a caller who may do everything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3

from steward.ledger.ledger import Ledger
from tests.integration.digest_hub import RETENTION, TABLE, table_properties

KILL_SWITCH = "/steward/kill-switch"
_ALWAYS = {
    "LedgerTableName": TABLE,
    "PolicyApplicationId": "app",
    "PolicyEnvironmentId": "environment",
    "PolicyProfileId": "profile",
    "KillSwitchParameterName": KILL_SWITCH,
}


@dataclass(frozen=True)
class HubStack:
    ledger: Ledger
    outputs: Mapping[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return boto3.client(service)  # type: ignore[call-overload]


def hub_stack(outputs: Mapping[str, str]) -> HubStack:
    """Inside mock_aws: the ledger, the kill switch, and a stack with these outputs too."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(TableName=TABLE, **table_properties())
    boto3.client("ssm").put_parameter(Name=KILL_SWITCH, Value="off", Type="String")
    everything = _ALWAYS | dict(outputs)
    template = {
        "Resources": {"Anything": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in everything.items()},
    }
    boto3.client("cloudformation").create_stack(
        StackName="steward", TemplateBody=json.dumps(template)
    )
    return HubStack(Ledger(dynamodb, TABLE, RETENTION), everything)
