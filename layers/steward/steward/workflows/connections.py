"""What every function opens: sessions into the organization, and the ledger."""

from steward.aws.sessions import Sessions
from steward.ledger.ledger import Ledger
from steward.settings import LedgerSettings, OrganizationMode, OrganizationSettings


def open_sessions(settings: OrganizationSettings) -> Sessions:
    """Sessions into the accounts that these settings speak of."""
    return Sessions(
        settings.hub_account_id,
        settings.external_id,
        single_account=settings.organization_mode is OrganizationMode.SINGLE_ACCOUNT,
    )


def open_ledger(sessions: Sessions, settings: LedgerSettings) -> Ledger:
    """The ledger, kept by the account the function runs in."""
    return Ledger(sessions.dynamodb(), settings.ledger_table, settings.audit_retention)
