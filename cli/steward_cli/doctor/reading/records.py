"""The ledger's table, the log groups and the key of the links."""

from steward_cli.doctor.findings import Finding, skipped
from steward_cli.doctor.judging.records import (
    LedgerTable,
    LinkKey,
    judge_ledger,
    judge_link_key,
    judge_logs,
)
from steward_cli.doctor.patient import Patient


def look_at_ledger(patient: Patient) -> Finding:
    name = patient.installation.hub.ledger_table
    client = patient.client("dynamodb")
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    return judge_ledger(
        LedgerTable(
            name=name,
            status=client.describe_table(TableName=name)["Table"]["TableStatus"],
            recovery=recovery.get("PointInTimeRecoveryStatus", "DISABLED"),
            expiry=expiry.get("TimeToLiveStatus", "DISABLED"),
            ttl_attribute=expiry.get("AttributeName", ""),
        )
    )


def look_at_logs(patient: Patient) -> Finding:
    wanted = [each.physical_id for each in patient.stack.of_type("AWS::Logs::LogGroup")]
    pages = patient.client("logs").get_paginator("describe_log_groups")
    rows = [
        row
        for page in pages.paginate(logGroupNamePrefix=f"/{patient.stack.name}/")
        for row in page["logGroups"]
    ]
    return judge_logs({row["logGroupName"]: row.get("retentionInDays") for row in rows}, wanted)


def look_at_link_key(patient: Patient) -> Finding:
    if patient.stack.parameter("ExtensionLinks", "true") != "true":
        return skipped("ExtensionLinks is false: mails carry no links")
    return judge_link_key(_link_key(patient), patient.now)


def _link_key(patient: Patient) -> LinkKey | None:
    arn = patient.stack.physical_id("LinkKey")
    client = patient.client("secretsmanager")
    if not arn:
        return None
    try:
        row = client.describe_secret(SecretId=arn)
    except client.exceptions.ResourceNotFoundException:
        return None
    changed = row.get("LastChangedDate") or row.get("CreatedDate")
    return LinkKey(changed, deleted="DeletedDate" in row)
