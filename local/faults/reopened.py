"""The hub of an embedded organization that another process has started."""

from local.emulated_session import EmulatedSession
from local.emulator_environment import HUB_ACCOUNT, MANAGEMENT_ACCOUNT
from local.hub import Hub, open_hub
from local.organization import HUB, MANAGEMENT, Organization

OWN_NAMES = {HUB_ACCOUNT: HUB, MANAGEMENT_ACCOUNT: MANAGEMENT}


def hub_at(endpoint: str) -> Hub:
    """Its accounts are known by their names again; the organizational units are left out."""
    client = EmulatedSession(endpoint, MANAGEMENT_ACCOUNT).client("organizations")
    pages = client.get_paginator("list_accounts").paginate()
    names = {each["Id"]: each["Name"] for page in pages for each in page["Accounts"]} | OWN_NAMES
    accounts = {name: number for number, name in names.items()}
    organization_id = client.describe_organization()["Organization"]["Id"]
    return open_hub(Organization(endpoint, organization_id, accounts, {}))
