"""Stacks whose owners are found in every way there is, and owners who use the links of a mail."""

from datetime import timedelta

from local.scenario_accounts import (
    DEVELOPMENT_CONTACT,
    LEFT,
    OPERATIONS_CONTACTS,
)
from local.scenario_model import ActionKind, Expectation, OwnerAction, SeededStack

PAGE_DAY = 4

_BY_LINK = (
    SeededStack(
        key="extended-by-link",
        account="web-dev",
        name="feat-loyalty-points",
        age=timedelta(days=10),
        tags={"owner": "loyalty@example.com"},
        actions=(OwnerAction(PAGE_DAY, ActionKind.EXTEND),),
        expectation=Expectation.REAPED,
        why="extended by seven days at the page, told again, and forgotten then",
        told="loyalty@example.com",
    ),
    SeededStack(
        key="kept-by-link",
        account="web-dev",
        name="feat-winter-sale",
        age=timedelta(days=12),
        tags={"owner": "marketing@example.com"},
        actions=(OwnerAction(PAGE_DAY, ActionKind.KEEP),),
        expectation=Expectation.KEPT,
        why="kept at the page for as long as the policy allows, 60 days from creation",
        told="marketing@example.com",
    ),
)

_UNREACHABLE = (
    SeededStack(
        key="owner-bounces",
        account="search-dev",
        name="feat-first-login",
        age=timedelta(days=20),
        tags={"owner": LEFT},
        expectation=Expectation.REAPED,
        why="the mail to its owner bounced, so the next in the chain was told, in full, first",
        told=DEVELOPMENT_CONTACT,
    ),
    SeededStack(
        key="one-of-two-owners-bounces",
        account="data-dev",
        name="feat-shared-model",
        age=timedelta(days=16),
        tags={"owner": f"{LEFT}, data@example.com"},
        expectation=Expectation.REAPED,
        why="one of its owners is gone, the other was told",
        told="data@example.com",
    ),
)

_CHAIN = (
    SeededStack(
        key="found-by-creator",
        account="payments-dev",
        name="feat-quick-fix",
        age=timedelta(days=15),
        created_by="carol@example.com",
        expectation=Expectation.REAPED,
        why="names no owner, but CloudTrail knows who created it",
        told="carol@example.com",
    ),
    SeededStack(
        key="created-by-pipeline",
        account="payments-dev",
        name="pr-1212",
        age=timedelta(days=15),
        created_by="deploy-pipeline",
        expectation=Expectation.REAPED,
        why="its creator is a pipeline, so its organizational unit's contact was told",
        told=DEVELOPMENT_CONTACT,
    ),
    SeededStack(
        key="found-by-account-tag",
        account="web-dev",
        name="feat-untagged-banner",
        age=timedelta(days=15),
        expectation=Expectation.REAPED,
        why="names no owner, but its account's tags do",
        told="web-leads@example.com",
    ),
    SeededStack(
        key="found-by-operations-contact",
        account="data-dev",
        name="feat-untagged-etl",
        age=timedelta(days=15),
        expectation=Expectation.REAPED,
        why="names no owner, but its account has an operations contact",
        told=OPERATIONS_CONTACTS["data-dev"],
    ),
)

OWNERS: tuple[SeededStack, ...] = (*_BY_LINK, *_UNREACHABLE, *_CHAIN)
