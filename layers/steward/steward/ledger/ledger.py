"""The ledger: what Steward knows, decided and did."""

from steward.ledger.acknowledgements import Acknowledgements
from steward.ledger.census import Registry
from steward.ledger.coverage import CoverageBooks
from steward.ledger.creators import Creators
from steward.ledger.findings import Findings
from steward.ledger.heeding import Heeding
from steward.ledger.links import Extensions
from steward.ledger.news_heeding import NewsHeeding
from steward.ledger.organization import Organization
from steward.ledger.permits import Permits
from steward.ledger.policies import Policies
from steward.ledger.rollout_outbox import RolloutOutbox
from steward.ledger.rollouts import Rollouts
from steward.ledger.runtime_dates import RuntimeDates
from steward.ledger.runtime_exceptions import RuntimeExceptions
from steward.ledger.runtime_outbox import RuntimeOutbox
from steward.ledger.snapshots import Snapshots


class RuntimeRecords(
    Findings, RuntimeExceptions, Acknowledgements, Snapshots, RuntimeDates, RuntimeOutbox
):
    """What is on record of runtimes."""


class Ledger(
    Heeding,
    Extensions,
    Creators,
    Registry,
    Organization,
    CoverageBooks,
    Permits,
    Policies,
    RuntimeRecords,
    Rollouts,
    RolloutOutbox,
    NewsHeeding,
):
    """The whole ledger: `Ledger(client, table name, audit retention)`.

    A client error that is neither a broken condition nor a passing conflict flies to the caller.
    """
