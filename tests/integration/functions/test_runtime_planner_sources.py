"""Sources of a scan that are missing, break off or talk nonsense: it goes on, and says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from steward.data.runtime_table import bundled
from steward.domain.runtimes.inventory import CapabilityName
from steward.domain.runtimes.places import seen_key
from steward.domain.stacks import Unit
from steward.workflows.runtimes import planning_seen as runtime_planning_seen
from steward.workflows.runtimes.planning_catalog import LAST_WORD
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.runtime_scans import Scans, open_scans
from tests.integration.functions.runtime_sources import HOUR, config_row

SCAN = "20261123T080000Z"
CONFIG, HEALTH, CATALOG = CapabilityName.CONFIG, CapabilityName.HEALTH, CapabilityName.CATALOG
UPDATE_BLOCK = SWEPT_AT.replace(year=2027, month=9, day=1, hour=0)


@pytest.fixture
def scans(hub: Hub) -> Scans:
    scans = open_scans(hub)
    scans.had_a_report()
    return scans


def age(scans: Scans, source: str) -> tuple[timedelta | None, str]:
    (found,) = [each for each in scans.written(SCAN).ages if each.source.startswith(source)]
    return found.age, found.warning


def no_aggregator(scans: Scans) -> None:
    scans.config.missing = True


def not_configured(scans: Scans) -> None:
    scans.hub.monkeypatch.setenv("CONFIG_AGGREGATOR", "")
    scans.planner.restart()


def config_denied(scans: Scans) -> None:
    for operation in (
        "SelectAggregateResourceConfig",
        "DescribeConfigurationAggregatorSourcesStatus",
    ):
        scans.hub.exchange.refuse(operation, "AccessDeniedException", "no")


def throttled(scans: Scans) -> None:
    scans.hub.exchange.refuse("SelectAggregateResourceConfig", "ThrottlingException", times=99)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        pytest.param(no_aggregator, "NoSuchConfigurationAggregatorException", id="missing"),
        pytest.param(not_configured, "not configured", id="not-configured"),
        pytest.param(config_denied, "config:SelectAggregateResourceConfig", id="denied"),
        pytest.param(throttled, "scan again later", id="throttled"),
    ],
)
def test_r15_without_config_every_unit_is_read_live_and_the_lack_is_said(
    scans: Scans, trouble: Callable[[Scans], None], says: str
) -> None:
    scans.config.rows = [config_row(scans.dev, "eu-west-1", "orders")]
    trouble(scans)
    answer = scans.plan()
    works = scans.works()
    assert [work.unit for work in works] == scans.everywhere
    assert {(work.in_config, work.live) for work in works} == {(False, True)}
    assert all(says in work.config_reason for work in works)
    capability = scans.capability(SCAN, CONFIG)
    assert not capability.available
    assert says in capability.reason
    assert "Lambda itself" in capability.lowers
    assert says in answer["capabilities"]["Config aggregator"]


def test_an_aggregator_that_breaks_off_is_believed_about_nothing_but_loses_nothing(
    scans: Scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_planning_seen, "WINDOW", 2)
    unit = scans.quiet()
    names = ("one", "two", "three", "four")
    scans.config.rows = [config_row(unit.account_id, unit.region, name) for name in names]
    scans.config.page = 2
    scans.hub.exchange.refuse(
        "SelectAggregateResourceConfig", "ThrottlingException", skip=1, times=99
    )
    scans.plan()
    work = scans.work(unit)
    assert (work.in_config, work.live, work.config_parts) == (False, True, 1)
    assert [row["name"] for row in scans.lines(seen_key(SCAN, unit, "config", 0))] == ["one", "two"]


def test_a_unit_that_comes_back_later_gets_a_further_part(
    scans: Scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_planning_seen, "WINDOW", 2)
    unit, other = Unit(scans.dev, "eu-west-1"), Unit(scans.prod, "eu-west-1")
    scans.config.rows = [
        config_row(each.account_id, each.region, name)
        for each, name in ((unit, "a"), (other, "b"), (unit, "c"), (unit, "d"))
    ]
    scans.plan()
    parts = {work.unit: work.config_parts for work in scans.works()}
    assert (parts[unit], parts[other]) == (2, 1)
    names = [
        [row["name"] for row in scans.lines(seen_key(SCAN, unit, "config", n))] for n in (0, 1)
    ]
    assert names == [["a"], ["c", "d"]]


def test_rows_that_cannot_be_read_are_said_and_the_others_are_used(scans: Scans) -> None:
    unit = scans.quiet()
    scans.config.rows = [
        "{not json",
        config_row("", "", "nobodys", arn="", accountId=None, awsRegion=None),
        config_row(scans.dev, "nowhere", "lost"),
        config_row(unit.account_id, unit.region, "orders"),
    ]
    scans.plan()
    assert scans.work(unit).in_config
    problems = scans.written(SCAN).problems
    assert len(problems) == 3
    assert "{not json" in problems[0]
    assert "accountId, awsRegion" in problems[1]
    assert problems[2] == "config: lost is in region 'nowhere'"


def test_the_first_hundred_problems_are_said_and_the_others_counted(scans: Scans) -> None:
    scans.config.rows = ["{"] * 130
    scans.plan()
    problems = scans.written(SCAN).problems
    assert len(problems) == 101
    assert problems[-1] == "and 30 more like these"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param("SubscriptionRequiredException", "support plan", id="no-support-plan"),
        pytest.param("AccessDeniedException", "delegated administrator", id="denied"),
        pytest.param("ThrottlingException", "scan again later", id="throttled"),
    ],
)
def test_r15_without_health_the_scan_goes_on_and_the_lack_is_said(
    scans: Scans, code: str, says: str
) -> None:
    scans.health.refused = code
    answer = scans.plan()
    assert answer["units"] == 6
    for name in (HEALTH, CATALOG):
        capability = scans.capability(SCAN, name)
        assert not capability.available
        assert says in capability.reason
        assert capability.lowers != ""
        assert says in answer["capabilities"][name]
    assert age(scans, "AWS Health") == (None, "")


def test_what_health_cannot_say_of_one_account_is_a_problem_of_that_account(scans: Scans) -> None:
    scans.health.functions = [(scans.dev, "eu-west-1", "orders")]
    scans.health.failed = [
        {"awsAccountId": scans.prod, "eventArn": "arn:aws:health:x::event/y", "errorName": "Denied"}
    ]
    scans.plan()
    assert scans.capability(SCAN, HEALTH).available
    assert scans.work(Unit(scans.dev, "eu-west-1")).health_parts == 1
    (problem,) = scans.written(SCAN).problems
    assert scans.prod in problem
    assert "Denied" in problem


def test_r2_the_catalogs_dates_count_before_the_tables_and_its_word_is_kept(scans: Scans) -> None:
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": UPDATE_BLOCK}}
    scans.plan()
    dates = scans.dates(SCAN)
    (claim,) = dates.claims
    assert (claim.runtime_id, claim.day) == ("python3.9", UPDATE_BLOCK.date())
    assert dates.recommended == {"python3.9": "python3.14"}
    assert scans.capability(SCAN, CATALOG).available
    assert LAST_WORD in scans.files()
    on_record = {
        (each.milestone, each.speaker)
        for each in scans.hub.ledger.dates()
        if each.runtime_id == "python3.9" and each.day == UPDATE_BLOCK.date()
    }
    assert on_record == {("update block", "version catalog")}


def test_r2_without_the_catalog_its_last_good_word_counts_with_its_age(scans: Scans) -> None:
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": UPDATE_BLOCK}}
    scans.plan()
    scans.health.refused = "SubscriptionRequiredException"
    later = scans.day_after(3)["scan_id"]
    assert [claim.day for claim in scans.dates(later).claims] == [UPDATE_BLOCK.date()]
    assert scans.dates(later).recommended == {"python3.9": "python3.14"}
    capability = scans.capability(later, CATALOG)
    assert not capability.available
    assert capability.lowers == (
        "dates are those of what it said on 2026-11-23 and the bundled table"
    )
    (found,) = [each for each in scans.written(later).ages if each.source == "version catalog"]
    assert found.age == timedelta(days=3)


@pytest.mark.parametrize(
    ("days", "warns"), [pytest.param(7, False, id="a-week"), pytest.param(8, True, id="a-day-more")]
)
def test_r3_a_last_word_older_than_a_week_is_a_warning(hub: Hub, days: int, warns: bool) -> None:
    hub.clock = SWEPT_AT.replace(day=1)
    scans = open_scans(hub)
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": UPDATE_BLOCK}}
    scans.plan()
    scans.health.refused = "AccessDeniedException"
    hub.clock = SWEPT_AT.replace(day=1) + timedelta(days=days)
    answer = scans.plan()
    (found,) = [
        each for each in scans.written(answer["scan_id"]).ages if each.source == "version catalog"
    ]
    assert bool(found.warning) is warns


def test_a_catalog_that_says_nothing_does_not_replace_its_last_word(scans: Scans) -> None:
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": UPDATE_BLOCK}}
    scans.plan()
    scans.health.catalog = {}
    later = scans.day_after()["scan_id"]
    assert [claim.day for claim in scans.dates(later).claims] == [UPDATE_BLOCK.date()]
    assert not scans.capability(later, CATALOG).available


def test_a_last_word_that_cannot_be_read_counts_as_never_heard(scans: Scans) -> None:
    scans.store.write(LAST_WORD, b'{"heard_at": "yesterday"}', "application/json")
    scans.health.refused = "AccessDeniedException"
    scans.plan()
    assert scans.dates(SCAN).claims == ()
    (problem,) = scans.written(SCAN).problems
    assert LAST_WORD in problem
    assert age(scans, "version catalog")[0] is None


def test_r3_a_plan_carries_the_age_of_every_source(scans: Scans) -> None:
    worst = scans.config.sources[0]
    worst["LastUpdateTime"] = SWEPT_AT - 5 * HOUR
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": UPDATE_BLOCK}}
    scans.plan()
    assert age(scans, "runtime table")[0] == SWEPT_AT.date() - bundled().as_of
    assert age(scans, "version catalog") == (timedelta(0), "")
    assert age(scans, f"Config of {worst['SourceId']}/{worst['AwsRegion']}") == (5 * HOUR, "")
    assert age(scans, "AWS Health") == (timedelta(0), "")


def test_r3_the_worst_source_is_one_with_a_warning_before_one_that_is_older(scans: Scans) -> None:
    scans.config.sources[0]["LastUpdateTime"] = SWEPT_AT - 20 * HOUR
    failed = scans.config.sources[1]
    failed["LastUpdateStatus"] = "FAILED"
    scans.plan()
    found, warning = age(scans, "Config of ")
    assert found == HOUR
    assert "FAILED" in warning


@pytest.mark.parametrize(
    ("days", "warns"),
    [pytest.param(90, False, id="ninety-days"), pytest.param(91, True, id="a-day-more")],
)
def test_r3_a_table_older_than_ninety_days_is_a_warning(
    scans: Scans, days: int, warns: bool
) -> None:
    as_of = bundled().as_of
    at = SWEPT_AT.replace(year=as_of.year, month=as_of.month, day=as_of.day) + timedelta(days=days)
    scans.hub.clock = at
    answer = scans.plan()
    (table, *_) = scans.written(answer["scan_id"]).ages
    assert (table.age, bool(table.warning)) == (timedelta(days=days), warns)
