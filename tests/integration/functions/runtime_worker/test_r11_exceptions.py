"""R11: what is excepted stays in the counts, and comes back by itself."""

from datetime import date
from typing import Any

from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.states import RuntimeState
from tests.integration.functions.runtime_units import SCANNED_AT, Units, shown

ARN = "arn:aws:lambda:eu-west-1:222222222222:function:orders"


def granted(units: Units, **changes: Any) -> None:
    fields = {
        "kind": ScopeKind.ARN,
        "scope": ARN,
        "runtime": "python3.9",
        "reason": "rewritten in spring",
        "approver": "ciso@example.com",
        "created": date(2026, 11, 1),
        "expires": date(2026, 12, 24),
        "granted_in": RuntimeState.DEPRECATED,
    }
    exception = GrantedException.model_validate(fields | changes)
    units.hub.ledger.save_exception(exception, "ciso@example.com", SCANNED_AT)


def test_r11_an_excepted_function_stays_in_the_counts_and_on_record(units: Units) -> None:
    granted(units)
    units.scan(shown("orders", "python3.9"), shown("other", "python3.9"))
    row = units.row("orders")
    assert (row.bucket, row.remind) == (Bucket.EXCEPTED, False)
    assert row.excepted.startswith("excepted until 2026-12-24 by ciso@example.com")
    assert units.row("other").bucket is Bucket.AFFECTED
    assert set(units.findings()) == {"orders", "other"}


def test_r11_it_is_reminded_of_before_its_end_and_opens_again_by_itself(units: Units) -> None:
    granted(units)
    units.scan(shown("orders", "python3.9"))
    units.scan(shown("orders", "python3.9"), day=17)
    assert (units.row("orders").bucket, units.row("orders").remind) == (Bucket.EXCEPTED, True)
    units.scan(shown("orders", "python3.9"), day=31)
    row = units.row("orders")
    assert (row.bucket, row.excepted) == (Bucket.AFFECTED, "its exception ended on 2026-12-24")
    assert units.history("orders") == ["opened", "changed"]


def test_r11_it_is_bound_to_the_runtime_it_names(units: Units) -> None:
    granted(units)
    units.scan(shown("orders", "python3.10"))
    assert (units.row("orders").bucket, units.row("orders").excepted) == (Bucket.AFFECTED, "")


def test_r11_a_milestone_that_came_since_ends_it(units: Units) -> None:
    granted(units, expires=date(2027, 2, 20))
    units.scan(shown("orders", "python3.9"))
    assert units.row("orders").bucket is Bucket.EXCEPTED
    units.scan(shown("orders", "python3.9"), day=71)
    assert units.row("orders").bucket is Bucket.AFFECTED
    assert "granted while it was DEPRECATED" in units.row("orders").excepted


def test_r11_an_exception_for_a_root_stack_covers_its_nested_stacks(units: Units) -> None:
    root = units.hub.members.add("shop", tags={})
    nested = units.hub.members.add("shop-Api-1", ParentId=root, RootId=root, tags={})
    granted(units, kind=ScopeKind.STACK, scope="shop")
    tags = {"aws:cloudformation:stack-name": "shop-Api-1", "aws:cloudformation:stack-id": nested}
    units.scan(shown("orders", "python3.9", tags=tags))
    assert units.row("orders").bucket is Bucket.EXCEPTED
