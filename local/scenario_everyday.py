"""Feature stacks as most teams have them: forgotten, new, or still worked on."""

from collections.abc import Iterator
from datetime import timedelta

from local.scenario_accounts import OTHER_REGION
from local.scenario_model import Expectation, SeededStack, Update

# account, owner tag, then (name, age in days) in the home region and in the other one
_FORGOTTEN = {
    ("payments-dev", "payments"): (
        [("feat-checkout-redesign", 20), ("feat-refund-button", 1), ("pr-1190", 5)],
        [("feat-sepa-export", 12), ("pr-1201", 9)],
    ),
    ("search-dev", "search@example.com"): (
        [("feat-facets", 17), ("pr-77", 3), ("pr-78", 4)],
        [("feat-spellcheck", 25), ("pr-81", 8)],
    ),
    ("web-dev", "web@example.com"): (
        [("feat-landing-page", 33), ("feat-dark-mode", 10), ("pr-402", 2)],
        [("feat-cookie-banner", 15), ("pr-405", 6)],
    ),
    ("data-dev", "data@example.com"): (
        [("feat-daily-report", 41), ("feat-parquet", 13)],
        [("feat-dashboards", 7), ("pr-19", 11)],
    ),
}


def _forgotten() -> Iterator[SeededStack]:
    for (account, owner), regions in _FORGOTTEN.items():
        for region, stacks in zip(("eu-west-1", OTHER_REGION), regions, strict=True):
            for name, days in stacks:
                yield SeededStack(
                    key=f"{account}/{name}",
                    account=account,
                    region=region,
                    name=name,
                    age=timedelta(days=days),
                    tags={"owner": owner, "stage": "feature"},
                    expectation=Expectation.REAPED,
                    why=f"{days} days old on day zero, nobody touched it again",
                )


_OBSERVED_ONLY = tuple(
    SeededStack(
        key=f"research-dev/{name}",
        account="research-dev",
        region=region,
        name=name,
        age=timedelta(days=days),
        tags={"owner": "research@example.com"},
        expectation=Expectation.KEPT,
        why="expired, but its account's tag steward:mode=observe lowers the mode",
    )
    for name, region, days in (
        ("feat-embeddings", "eu-west-1", 28),
        ("feat-notebooks", "eu-west-1", 16),
        ("pr-5", OTHER_REGION, 19),
    )
)

_STILL_WORKED_ON = (
    SeededStack(
        key="renewed-before",
        account="data-dev",
        name="feat-schema-registry",
        age=timedelta(days=40),
        tags={"owner": "data@example.com"},
        updates=(Update(age=timedelta(days=2), tags={"revision": "2"}),),
        expectation=Expectation.REAPED,
        why="renewed by the deploy of two days ago, then forgotten until it expired",
    ),
    SeededStack(
        key="long-ttl",
        account="web-dev",
        name="feat-design-system",
        age=timedelta(days=3),
        tags={"owner": "web@example.com", "ttl": "45d"},
        expectation=Expectation.KEPT,
        why="its owner asked for 45 days, which end after the last day",
    ),
)

EVERYDAY = (*_forgotten(), *_OBSERVED_ONLY, *_STILL_WORKED_ON)
