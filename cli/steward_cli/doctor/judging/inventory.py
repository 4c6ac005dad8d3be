"""Where the runtime scan reads from: AWS Config's aggregator, and AWS Health."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from steward.domain.runtimes.freshness import aggregator_age, table_age
from steward.domain.runtimes.inventory import AggregatorSource
from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_GUIDE = "docs/guide/runtimes.md"


@dataclass(frozen=True, slots=True)
class Aggregator:
    """`regions`: those it copies from; None when all. `sources`: each account and region, and the
    organization itself, of no region."""

    name: str
    is_organization: bool
    regions: frozenset[str] | None
    sources: tuple[AggregatorSource, ...]


def judge_aggregator(
    found: Aggregator | None, name: str, wanted_regions: Iterable[str], now: datetime
) -> Finding:
    """`wanted_regions`: the policy's."""
    if found is None:
        seen = Evidence("config:DescribeConfigurationAggregators", "name", f"no {name}")
        todo = f"create it, or correct the hub's parameter ConfigAggregatorName: {_GUIDE}"
        return fail(f"there is no Config aggregator {name}", todo, seen)
    problems = [*_not_covering(found, wanted_regions), *_stale(found, now)]
    sources = number(sum(bool(each.region) for each in found.sources), "account region")
    return together(problems, ok(f"{name} holds fresh copies of {sources}"))


def _not_covering(found: Aggregator, wanted: Iterable[str]) -> list[Finding]:
    problems = []
    if not found.is_organization:
        seen = Evidence(
            "config:DescribeConfigurationAggregators", "OrganizationAggregationSource", "none"
        )
        why = f"{found.name} copies from single accounts, so new ones are missing"
        problems.append(warn(why, f"create an organization aggregator: {_GUIDE}", seen))
    missing = sorted(set(wanted) - found.regions) if found.regions is not None else []
    if missing:
        seen = Evidence(
            "config:DescribeConfigurationAggregators", "AwsRegions without", ", ".join(missing)
        )
        why = f"{found.name} does not copy from {some(missing)}"
        problems.append(warn(why, "set AllAwsRegions on the aggregator", seen))
    return problems


def _stale(found: Aggregator, now: datetime) -> list[Finding]:
    warned = {
        f"{each.account_id} {each.region}".strip(): (age.warning, each)
        for each in found.sources
        # Which sources record once a day only is not among what the aggregator says.
        if (age := aggregator_age("", each.status, each.updated_at, now, daily=True)).warning
    }
    if not warned:
        return []
    evidence = [
        Evidence(
            "config:DescribeConfigurationAggregatorSourcesStatus",
            f"{place} LastUpdateStatus",
            ": ".join(part for part in (each.status, each.error) if part),
        )
        for place, (_warning, each) in sorted(warned.items())[:5]
    ]
    first = next(iter(sorted(warned.items())))[1][0]
    why = f"{number(len(warned), 'source')} of {found.name} failing: {some(warned)}"
    return [warn(why, first.partition("; ")[2] or first, *evidence)]


def judge_recorders(recorded: frozenset[str], accounts: Iterable[str], name: str) -> Finding:
    """`recorded`: accounts of which the aggregator knows any resource. Each has some, the roles of
    Steward at least, so one without any has no recorder."""
    wanted = set(accounts)
    silent = wanted - recorded
    if not silent:
        return ok(f"Config records in all {number(len(wanted), 'account')} of the policy")
    seen = Evidence(
        "config:GetAggregateDiscoveredResourceCounts", "GroupedResourceCounts without", some(silent)
    )
    why = f"{name} knows no resource of {some(silent)}, so Config does not record there"
    todo = f"turn the configuration recorder on there; until then Steward asks Lambda: {_GUIDE}"
    return warn(why, todo, seen)


def judge_health(unavailable: str, what_to_do: str) -> Finding:
    """Health cross-checks the scan; without it dates come from the other sources."""
    call = "health:DescribeEventsForOrganization"
    if not unavailable:
        return ok("AWS Health shows the events of the whole organization", Evidence(call, "", "ok"))
    why = f"AWS Health is not available: {unavailable}"
    return warn(why, what_to_do, Evidence(call, "Error", unavailable))


def judge_runtime_table(as_of: date, today: date) -> Finding:
    """The table that this command ships; the hub of the same version has the same."""
    age = table_age(as_of, today)
    seen = Evidence("lambda_runtimes.json", "as_of", as_of.isoformat())
    if age.warning:
        what, _, todo = age.warning.partition("; ")
        return warn(what, todo, seen)
    return ok(f"the runtime table was checked on {as_of}", seen)
