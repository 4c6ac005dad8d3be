"""Tags, owners, selection and life cycles that are easy to get wrong."""

from datetime import timedelta

from local.scenario_accounts import OTHER_REGION
from local.scenario_model import ActionKind, Expectation, OwnerAction, SeededStack, Update

_TAGS = (
    SeededStack(
        key="extended-by-tag",
        account="payments-dev",
        name="feat-fraud-model",
        age=timedelta(days=18),
        tags={"owner": "payments"},
        expires_in=timedelta(days=40),
        expectation=Expectation.KEPT,
        why="its tag expires-at names a day after the last day, within 60 days of creation",
    ),
    SeededStack(
        key="kept-by-tag",
        account="payments-dev",
        name="feat-invoice-pdf",
        age=timedelta(days=50),
        tags={"owner": "payments", "steward:keep": "true"},
        expectation=Expectation.EXEMPT,
        why="its owner tagged it steward:keep",
    ),
    SeededStack(
        key="keep-withdrawn",
        account="payments-dev",
        name="feat-gift-cards",
        age=timedelta(days=22),
        tags={"owner": "payments", "steward:keep": "false"},
        expectation=Expectation.REAPED,
        why="steward:keep=false keeps nothing",
    ),
    SeededStack(
        key="unreadable-ttl",
        account="payments-dev",
        name="pr-1187",
        age=timedelta(days=15),
        tags={"owner": "payments", "ttl": "soon"},
        expectation=Expectation.REAPED,
        why="an unreadable ttl counts as the policy's, and its owner is warned",
    ),
    SeededStack(
        key="bare-number-ttl",
        account="search-dev",
        name="feat-tokenizer",
        age=timedelta(days=6),
        tags={"owner": "search@example.com", "ttl": "90"},
        expectation=Expectation.REAPED,
        why="a number without a unit is refused: 90 what?",
    ),
    SeededStack(
        key="maximum-lifetime",
        account="data-dev",
        name="feat-forever",
        age=timedelta(days=70),
        tags={"owner": "data@example.com", "ttl": "365d"},
        expectation=Expectation.REAPED,
        why="no ttl reaches beyond 60 days from creation",
    ),
    SeededStack(
        key="selected-by-tag",
        account="web-dev",
        name="mobile-preview",
        age=timedelta(days=21),
        tags={"owner": "web@example.com", "stage": "preview"},
        expectation=Expectation.REAPED,
        why="its tag says feature stack although its name does not",
    ),
)

_OWNERS = (
    SeededStack(
        key="owner-missing",
        account="search-dev",
        name="feat-vector-index",
        age=timedelta(days=19),
        expectation=Expectation.REAPED,
        why="nobody signed it: the fallback contact was told",
    ),
    SeededStack(
        key="two-owners",
        account="search-dev",
        region=OTHER_REGION,
        name="feat-query-log",
        age=timedelta(days=16),
        tags={"owner": "ana@example.com, ben@example.com"},
        expectation=Expectation.REAPED,
        why="both owners were told",
    ),
    SeededStack(
        key="owner-elsewhere",
        account="web-dev",
        region=OTHER_REGION,
        name="feat-newsletter",
        age=timedelta(days=14),
        tags={"owner": "mallory@elsewhere.test"},
        expectation=Expectation.REAPED,
        why="an address outside the policy's domains is never written to: the fallback was told",
    ),
)

_DURING_THE_RUN = (
    SeededStack(
        key="deployed-again",
        account="search-dev",
        name="feat-synonyms",
        age=timedelta(days=12),
        tags={"owner": "search@example.com"},
        actions=(OwnerAction(day=5, kind=ActionKind.DEPLOY, tags={"ttl": "40d", "revision": "2"}),),
        expectation=Expectation.KEPT,
        why="its owner deployed it again after the first notice, with a longer ttl",
    ),
    SeededStack(
        key="extended-after-notice",
        account="web-dev",
        name="feat-onboarding",
        age=timedelta(days=11),
        tags={"owner": "web@example.com"},
        actions=(OwnerAction(day=4, kind=ActionKind.DEPLOY, expires_in=timedelta(days=45)),),
        expectation=Expectation.KEPT,
        why="its owner answered the notice with the tag expires-at",
    ),
    SeededStack(
        key="same-name",
        account="search-dev",
        name="feat-ranking",
        age=timedelta(days=13),
        tags={"owner": "search@example.com"},
        actions=(
            OwnerAction(
                day=6,
                kind=ActionKind.REDEPLOY,
                tags={"ttl": "40d"},
                expectation=Expectation.KEPT,
                why="another stack than the one that was marked, though of the same name",
            ),
        ),
        expectation=Expectation.GONE,
        why="its owner deleted it between the mark and the deletion",
    ),
    SeededStack(
        key="deleted-by-owner",
        account="search-dev",
        name="feat-autocomplete",
        age=timedelta(days=10),
        tags={"owner": "search@example.com"},
        actions=(OwnerAction(day=3, kind=ActionKind.DELETE),),
        expectation=Expectation.GONE,
        why="its owner deleted it",
    ),
)

_SHAPES = (
    SeededStack(
        key="nested",
        account="payments-dev",
        region=OTHER_REGION,
        name="feat-dispute-flow",
        template="nested-parent",
        age=timedelta(days=23),
        tags={"owner": "payments"},
        expectation=Expectation.REAPED,
        why="the root of a nested pair; its child went with it and had no lease of its own",
    ),
    SeededStack(
        key="hidden-and-ssm-parameters",
        account="payments-dev",
        name="feat-card-vault",
        template="parameters",
        age=timedelta(days=17),
        tags={"owner": "payments"},
        parameters={"DatabasePassword": "cards-swordfish", "BaseImage": "/seed/base-image"},
        expectation=Expectation.REAPED,
        why="its NoEcho and SSM parameters are carried over, not known",
    ),
    SeededStack(
        key="creation-rolled-back",
        account="data-dev",
        name="feat-stream-join",
        template="breakable",
        age=timedelta(days=26),
        tags={"owner": "data@example.com"},
        parameters={"Broken": "true"},
        settles_as="ROLLBACK_COMPLETE",
        expectation=Expectation.REAPED,
        why="cannot be updated, hence not tagged; told and deleted all the same",
    ),
    SeededStack(
        key="update-rolled-back",
        account="data-dev",
        name="feat-backfill",
        template="breakable",
        age=timedelta(days=31),
        tags={"owner": "data@example.com"},
        updates=(
            Update(
                age=timedelta(days=24),
                parameters={"Broken": "true"},
                settles_as="UPDATE_ROLLBACK_COMPLETE",
            ),
        ),
        expectation=Expectation.REAPED,
        why="its last update was rolled back 24 days ago",
    ),
)

EDGE_CASES = (*_TAGS, *_OWNERS, *_DURING_THE_RUN, *_SHAPES)
