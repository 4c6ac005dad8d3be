"""What the management account has said, as a delegated administrator may read it."""

from steward_cli.doctor.findings import Finding
from steward_cli.doctor.judging.organization import (
    Delegation,
    judge_delegation,
    judge_trusted_access,
)
from steward_cli.doctor.patient import Patient


def look_at_trusted_access(patient: Patient) -> Finding:
    pages = patient.organizations.get_paginator(
        "list_aws_service_access_for_organization"
    ).paginate()
    enabled = frozenset(
        row["ServicePrincipal"] for page in pages for row in page["EnabledServicePrincipals"]
    )
    return judge_trusted_access(enabled, uses_config=uses_config(patient))


def look_at_delegation(patient: Patient) -> Finding:
    hub = patient.home.account_id
    management = patient.management_account
    return judge_delegation(
        Delegation(
            hub_account=hub,
            management_account=management,
            services=frozenset() if hub == management else _services(patient, hub),
            uses_config=uses_config(patient),
        )
    )


def _services(patient: Patient, account_id: str) -> frozenset[str]:
    """An account that is no delegated administrator is refused as not registered."""
    client = patient.organizations
    try:
        pages = client.get_paginator("list_delegated_services_for_account").paginate(
            AccountId=account_id
        )
        return frozenset(
            row["ServicePrincipal"] for page in pages for row in page["DelegatedServices"]
        )
    except client.exceptions.AccountNotRegisteredException:
        return frozenset()


def uses_config(patient: Patient) -> bool:
    return bool(patient.stack.parameter("ConfigAggregatorName"))
