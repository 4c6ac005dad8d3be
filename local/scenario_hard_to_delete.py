"""Stacks that CloudFormation, or the account, does not give up at the first try."""

from datetime import timedelta

from local.scenario_model import Expectation, SeededStack

_EXPORTS = (
    SeededStack(
        key="export-in-use",
        account="search-dev",
        name="feat-crawler",
        template="exporter",
        age=timedelta(days=29),
        tags={"owner": "search@example.com"},
        expectation=Expectation.BLOCKED,
        why="search-platform imports its export and is no feature stack",
    ),
    SeededStack(
        key="importer-out-of-scope",
        account="search-dev",
        name="search-platform",
        template="importer",
        age=timedelta(days=28),
        parameters={"ExportingStack": "feat-crawler"},
        needs=("export-in-use",),
        expectation=Expectation.UNTOUCHED,
        why="neither its name nor its tags say feature stack",
    ),
    SeededStack(
        key="export-used-by-feature",
        account="web-dev",
        name="feat-media-events",
        template="exporter",
        age=timedelta(days=27),
        tags={"owner": "web@example.com"},
        expectation=Expectation.REAPED,
        why="deleted after feat-media-player, which imported its export",
    ),
    SeededStack(
        key="importing-feature",
        account="web-dev",
        name="feat-media-player",
        template="importer",
        age=timedelta(days=26),
        tags={"owner": "web@example.com"},
        parameters={"ExportingStack": "feat-media-events"},
        needs=("export-used-by-feature",),
        expectation=Expectation.REAPED,
        why="stale, and the importer goes first",
    ),
)

_CUSTOM_RESOURCES = (
    SeededStack(
        key="teardown-service",
        account="search-dev",
        name="teardown-service",
        template="teardown-service",
        age=timedelta(days=90),
        expectation=Expectation.UNTOUCHED,
        why="a shared service, no feature stack",
    ),
    SeededStack(
        key="delete-fails-once",
        account="search-dev",
        name="feat-private-link",
        template="hard-to-delete",
        age=timedelta(days=24),
        tags={"owner": "search@example.com"},
        parameters={"DeleteFails": "once"},
        needs=("teardown-service",),
        expectation=Expectation.REAPED,
        why="a network interface was in use at the first try and gone at the next",
    ),
    SeededStack(
        key="delete-fails-always",
        account="search-dev",
        name="feat-vpc-peering",
        template="hard-to-delete",
        age=timedelta(days=23),
        tags={"owner": "search@example.com"},
        parameters={"DeleteFails": "always"},
        needs=("teardown-service",),
        expectation=Expectation.BLOCKED,
        why="a network interface stays in use: a person has to look",
    ),
)

_NO_REAP_ROLE = tuple(
    SeededStack(
        key=f"legacy-dev/{name}",
        account="legacy-dev",
        name=name,
        age=timedelta(days=days),
        tags={"owner": "legacy@example.com"},
        expectation=Expectation.BLOCKED,
        why="its account has no role steward-reap",
    )
    for name, days in (("feat-mainframe-bridge", 44), ("pr-3", 20))
)

HARD_TO_DELETE = (*_EXPORTS, *_CUSTOM_RESOURCES, *_NO_REAP_ROLE)
