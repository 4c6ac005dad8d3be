"""An owner extends a stack on the page: with mouse, keyboard or phone, and only once."""

import pytest
from playwright.sync_api import expect

from steward.domain.links import LinkAction
from tests.browser.conftest import Visit
from tests.browser.extension_hub import DAY, POLICY, ExtensionHub
from tests.browser.page_kinds import Scene
from tests.browser.page_server import PageServer
from tests.browser.visitor import PHONE

pytestmark = pytest.mark.e2e

FOCUS_RING = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"
SUBMIT = "() => { document.forms[0].requestSubmit() }"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="desktop"),
        pytest.param({"java_script_enabled": False}, id="without-javascript"),
        pytest.param({"viewport": PHONE, "has_touch": True, "is_mobile": True}, id="phone"),
    ],
)
def test_two_clicks_extend(
    settings: dict[str, object], hub: ExtensionHub, server: PageServer, visit: Visit
) -> None:
    lease = hub.marked("feat-cart")
    scene = Scene(hub, server, visit(**settings).context.new_page())
    scene.open(hub.token(lease))
    scene.page.locator("input[name=choice][value='3']").check()
    assert scene.submit().status == 200
    assert hub.read(lease).expires_at == lease.expires_at + 3 * DAY
    expect(scene.page.get_by_role("main")).to_contain_text("2026-12-02")


def test_seven_days_are_chosen_already(hub: ExtensionHub, server: PageServer, visit: Visit) -> None:
    lease = hub.marked("feat-cart")
    scene = Scene(hub, server, visit().context.new_page())
    scene.open(hub.token(lease))
    scene.submit()
    assert hub.read(lease).expires_at == lease.expires_at + 7 * DAY


def test_keep_is_as_long_as_allowed(hub: ExtensionHub, server: PageServer, visit: Visit) -> None:
    lease = hub.marked("feat-cart")
    scene = Scene(hub, server, visit().context.new_page())
    scene.open(hub.token(lease, LinkAction.KEEP))
    scene.submit()
    assert hub.read(lease).expires_at == lease.created_at + POLICY.lease.max_lifetime


def test_the_keyboard_is_enough(hub: ExtensionHub, server: PageServer, visit: Visit) -> None:
    lease = hub.marked("feat-cart")
    scene = Scene(hub, server, visit().context.new_page())
    scene.open(hub.token(lease))
    keyboard = scene.page.keyboard
    for _ in range(10):
        keyboard.press("Tab")
        if scene.page.locator("input[name=choice]:focus").count():
            break
    expect(scene.page.locator("input[value='7']")).to_be_focused()
    assert scene.page.evaluate(FOCUS_RING)
    keyboard.press("ArrowUp")
    expect(scene.page.locator("input[value='3']")).to_be_checked()
    keyboard.press("Tab")
    expect(scene.page.get_by_role("button")).to_be_focused()
    assert scene.page.evaluate(FOCUS_RING)
    with scene.page.expect_navigation():
        keyboard.press("Enter")
    assert hub.read(lease).expires_at == lease.expires_at + 3 * DAY


def test_reload_and_back_extend_no_second_time(
    hub: ExtensionHub, server: PageServer, visit: Visit
) -> None:
    lease = hub.marked("feat-cart")
    scene = Scene(hub, server, visit().context.new_page())
    scene.open(hub.token(lease))
    scene.submit()
    scene.page.reload()
    scene.page.go_back()
    assert server.answered == [("GET", 200), ("POST", 200), ("POST", 410), ("GET", 410)]
    assert hub.read(lease).expires_at == lease.expires_at + 7 * DAY


def test_one_of_two_tabs_wins(hub: ExtensionHub, server: PageServer, visit: Visit) -> None:
    lease, window = hub.marked("feat-cart"), visit()
    tabs = [window.open(server.url(hub.token(lease))) for _ in range(2)]
    for tab in tabs:
        tab.evaluate(SUBMIT)
    for tab in tabs:
        expect(tab.locator("input[name=choice]")).to_have_count(0)
    assert sorted(server.answered[2:]) == [("POST", 200), ("POST", 410)]
    assert hub.read(lease).expires_at == lease.expires_at + 7 * DAY
