"""From the owner's inbox to the ledger, through the deployed app."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import findings
from tests.browser.conftest import Visit
from tests.browser.deployed import OWNER, Deployed, deployed
from tests.browser.extension_hub import DAY
from tests.browser.test_extending import SUBMIT
from tests.browser.test_scanner import PREFETCH, ask

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    with deployed() as running:
        yield running


def test_a_scanner_fetches_every_link_and_an_owner_extends_once(
    organization: Deployed, visit: Visit
) -> None:
    links = organization.links()
    before, untouched = organization.lease(), organization.everything()
    for link in links:
        assert ask("GET", link, {}).status == 200
        assert ask("GET", link, PREFETCH).status == 200
        assert ask("HEAD", link, {}).status == 200
    assert organization.everything() == untouched

    window = visit()
    tabs = [window.open(links[0]) for _ in range(2)]
    for tab in tabs:
        assert findings(tab) == []
        tab.locator("input[name=choice][value='7']").check()
    for tab in tabs:
        tab.evaluate(SUBMIT)
    headings = [tab.get_by_role("heading", level=1) for tab in tabs]
    for heading in headings:
        expect(heading).to_have_text(re.compile("Extended|used already"))
    assert sorted(heading.inner_text() for heading in headings) == [
        "Extended",
        "This link was used already",
    ]
    again = window.open(links[0])
    expect(again.get_by_role("heading", level=1)).to_have_text("This link was used already")

    after = organization.lease()
    assert before.delete_after is not None
    assert after.expires_at == max(before.expires_at, before.delete_after) + 7 * DAY
    assert (after.generation, after.notices) == (before.generation + 1, ())
    (event,) = [
        each
        for each in organization.hub.ledger.audit_trail(organization.stack_id)
        if each.what == "extended"
    ]
    assert OWNER in event.why
