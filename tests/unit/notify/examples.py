"""Digests as they are in an ordinary week, for snapshots and pictures: always the same."""

from dataclasses import replace

from steward.domain.leases import Lease, LeaseState
from steward.domain.links import SigningKey
from steward.domain.outbox import NoticeKind, event_notice
from steward.domain.policy import Policy
from steward.domain.stacks import Account, Unit
from steward.notify.digest import Digest, Row, digest_for, event_row
from steward.notify.links import Links
from steward.notify.render import Mail, render_digest
from tests.factories import NOW, make_account, make_stack_id
from tests.unit.notify.rows import DAY, OWNER, due_row, marked_lease, open_policy

SIZES = (1, 12, 300, 5000)
PAGE = "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/"
LINKS = Links(PAGE, SigningKey("0a1b2c3d", b"a secret of the tests alone"))
ACCOUNTS = {
    account.account_id: account
    for account in (
        make_account("222222222222", name="payments-dev"),
        make_account("333333333333", name="search-dev"),
        make_account("444444444444", name="legacy-dev", tags={"steward:mode": "notify"}),
    )
}
_TOPICS = ("checkout-redesign", "cart-coupons", "search-facets", "invoice-pdf", "login-passkeys")
_UNREADABLE = "tag ttl: 'soon' is not a duration; write it like 36h, 14d or 2w"


def example_mail(size: int, links: Links | None = LINKS) -> Mail:
    """The mail with `size` stacks; without links when `links` is None."""
    policy = open_policy()
    return render_digest(example_digest(size, policy), policy, NOW, links, ACCOUNTS)


def example_digest(size: int, policy: Policy) -> Digest:
    return digest_for(OWNER, [_row(index, policy) for index in range(size)])


def _row(index: int, policy: Policy) -> Row:
    lease = _lease(index)
    match index % 7:
        case 1:
            why = "export feat-network-VpcId is imported by feat-cart-coupons-2"
            return event_row(event_notice(lease, NoticeKind.BLOCKED, why, NOW))
        case 2:
            left = ("Uploads (AWS::S3::Bucket) feat-uploads-1x2y3z",) if index % 2 == 0 else ()
            why = "deleted by Steward; seen 2026-11-23T09:00:00Z"
            return event_row(event_notice(lease, NoticeKind.DELETED, why, NOW, left))
        case 3:
            return due_row(_lease(index, 5), policy, 3 * DAY)
        case 4:
            return due_row(_lease(index, 20), policy, 7 * DAY)
        case 5:
            return due_row(replace(lease, warning=_UNREADABLE), policy)
        case 6:
            source = "its tag ttl=90d after its creation, capped at creation + 60d"
            capped = replace(lease, created_at=NOW - 60 * DAY, expiry_source=source)
            return due_row(capped, policy)
        case _:
            return due_row(lease, policy)


def _lease(index: int, expires_in_days: int = 0) -> Lease:
    expires_at = NOW + expires_in_days * DAY
    ttl = 14 + index % 17 + expires_in_days
    name = f"feat-{_TOPICS[index % len(_TOPICS)]}-{index}"
    unit = Unit(_account(index).account_id, ("eu-west-1", "us-east-1")[index % 2])
    created_at = expires_at - ttl * DAY
    return marked_lease(
        name,
        unit=unit,
        stack_id=make_stack_id(name, unit),
        state=LeaseState.MARKED,
        created_at=created_at,
        deployed_at=created_at,
        expires_at=expires_at,
        expiry_source=f"its tag ttl={ttl}d after its creation",
    )


def _account(index: int) -> Account:
    return list(ACCOUNTS.values())[index % len(ACCOUNTS)]
