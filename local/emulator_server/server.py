"""ministack with a travelling clock, journals, isolated functions, corrections, a control path."""

from importlib import import_module
from pathlib import Path

from local.emulator_server import (
    async_invocations,
    bus_policies,
    cbor,
    change_sets,
    cross_account_buses,
    describe_stacks,
    event_bus,
    function_tags,
    function_urls,
    graveyard,
    iam,
    lambda_functions,
    metric_alarms,
    metric_statistics,
    routes,
    shared_buckets,
    shared_layers,
    stack_secrets,
    version_metrics,
    weighted_aliases,
)
from local.emulator_server.alternate_contacts import AlternateContacts
from local.emulator_server.api_calls import ApiCalls
from local.emulator_server.async_invocations import AsyncPace
from local.emulator_server.clock import TravellingClock
from local.emulator_server.control import Control, Routes
from local.emulator_server.fault_pace import ClientPace, Redelivery, fault_routes
from local.emulator_server.iam import ACTIONS
from local.emulator_server.iam_record import IamRecord
from local.emulator_server.isolation import isolate_functions
from local.emulator_server.journal import StatusJournal
from local.emulator_server.lookup_events import LookupEvents
from local.emulator_server.mail_outcomes import MailOutcomes
from local.emulator_server.mails import Mails
from local.emulator_server.modelled import installing
from local.emulator_server.modelled.aggregator import Aggregators
from local.emulator_server.modelled.codedeploy.alias_updates import AliasUpdates
from local.emulator_server.modelled.codedeploy.authorization import with_resources
from local.emulator_server.modelled.codedeploy.provisioning import Provisioning
from local.emulator_server.modelled.codedeploy.service import CodeDeploy
from local.emulator_server.modelled.health import Health
from local.emulator_server.modelled.organizations.organization import EmulatedOrganization
from local.emulator_server.modelled.recorders import Recorders
from local.emulator_server.modelled.routes import (
    codedeploy_routes,
    modelled_routes,
    organization_routes,
)
from local.emulator_server.modelled.runtime_aliases import RuntimeAliases
from local.emulator_server.modelled.runtime_management import RuntimeManagement
from local.emulator_server.modelled.synthetics import Synthetics
from local.emulator_server.pinned import replace
from local.emulator_server.topic_mails import TopicMails
from local.emulator_server.unavailable import Unavailable


def serve(folder: Path) -> None:
    """Run until killed; every replaced name is checked before the first request."""
    clock = TravellingClock()
    clock.install()
    _correct(clock)
    isolate_functions(folder)
    shared_layers.install(folder)
    Control(_told(clock)).install()
    import_module("ministack.app").main()


def _correct(clock: TravellingClock) -> None:
    """Corrections that nothing outside asks about."""
    cbor.install()
    graveyard.install()
    describe_stacks.install()
    change_sets.install()
    iam.install()
    function_tags.install()
    stack_secrets.install()
    event_bus.install()
    cross_account_buses.install()
    bus_policies.install()
    shared_buckets.install()
    metric_alarms.install()
    metric_statistics.install()
    function_urls.install(clock)
    lambda_functions.install(clock)


def _told(clock: TravellingClock) -> Routes:
    """Corrections that the control path reads or steers, installed, and its routes."""
    journal, calls, outcomes = StatusJournal(clock), ApiCalls(clock), MailOutcomes()
    mails = Mails(clock, outcomes)
    organization = EmulatedOrganization()
    contacts = AlternateContacts(organization.administration.administers)
    topic_mails, iam_record = TopicMails(), IamRecord()
    codedeploy = CodeDeploy()
    for part in (journal, calls, LookupEvents(calls), mails, topic_mails, contacts, iam_record):
        part.install()
    return {
        **routes.clock_routes(clock),
        **routes.journal_route("stack-status", journal.after),
        **routes.journal_route("api-calls", calls.after),
        **routes.journal_route("topic-mails", topic_mails.after),
        ("GET", "iam-calls"): lambda _query, _body: iam_record.calls(),
        **routes.mail_routes(outcomes, mails),
        **routes.contact_routes(contacts),
        **routes.event_routes(),
        **_faults(),
        **_modelled(clock, codedeploy, organization),
        **_rollouts(codedeploy),
        **_organized(organization),
    }


def _faults() -> Routes:
    redelivery = Redelivery()
    redelivery.install()
    clients = ClientPace()
    clients.install()
    return fault_routes(redelivery, clients)


def _organized(organization: EmulatedOrganization) -> Routes:
    """Last: what is refused for an account or region as a whole is refused by every service."""
    organization.install()
    unavailable = Unavailable()
    unavailable.install()
    return organization_routes(organization, unavailable)


def _modelled(
    clock: TravellingClock, codedeploy: CodeDeploy, organization: EmulatedOrganization
) -> Routes:
    """Services that the emulator lacks, from botocore's models of them."""
    health = Health(organization.administration.administers)
    synthetics, aliases = Synthetics(), RuntimeAliases()
    recorders = Recorders()
    aggregators = Aggregators(recorders, clock)
    installing.install(
        {
            "codedeploy": codedeploy.service,
            "health": health.service,
            "organizations": organization.administration.service,
            "synthetics": synthetics.service,
            "config": aggregators.service,
            "lambda": RuntimeManagement().service,
            "lambda-core": aliases.service,
        }
    )
    return modelled_routes(health, recorders, aggregators, synthetics, aliases)


def _rollouts(codedeploy: CodeDeploy) -> Routes:
    """CodeDeploy, and what shifting traffic needs of Lambda. Throttled by its reserved concurrency
    or not, an invocation is measured last."""
    pace = AsyncPace()
    replace((ACTIONS,), "extract_resource_arn", with_resources(codedeploy.units))
    Provisioning(codedeploy).install()
    AliasUpdates(codedeploy).install()
    async_invocations.install(pace)
    weighted_aliases.install()
    version_metrics.install(codedeploy.shown_time)
    return codedeploy_routes(codedeploy, pace)
