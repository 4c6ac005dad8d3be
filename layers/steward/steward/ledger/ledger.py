"""The ledger: what Steward knows, decided and did."""

from steward.ledger.census import Registry
from steward.ledger.creators import Creators
from steward.ledger.heeding import Heeding
from steward.ledger.links import Extensions
from steward.ledger.organization import Organization
from steward.ledger.permits import Permits
from steward.ledger.policies import Policies


class Ledger(Heeding, Extensions, Creators, Registry, Organization, Permits, Policies):
    """The whole ledger: `Ledger(client, table name, audit retention)`.

    A client error that is neither a broken condition nor a passing conflict flies to the caller.
    """
