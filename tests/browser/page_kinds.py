"""Every kind of page that a visitor can end up on, and the way there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from playwright.sync_api import Page, Response

from steward.domain.leases import LeaseState
from steward.domain.links import LinkAction
from tests.browser.extension_hub import DAY, POLICY, ExtensionHub
from tests.browser.page_server import PageServer
from tests.factories import NOW, make_lease

SECOND = DAY / 86_400
LONGEST_NAME = ("feat-" + "checkoutredesignwithoutanyhyphen" * 4)[:128]


@dataclass(frozen=True)
class Scene:
    """`name` is that of the stack that the page is about."""

    hub: ExtensionHub
    server: PageServer
    page: Page
    name: str = LONGEST_NAME

    def open(self, token: str) -> Response:
        response = self.page.goto(self.server.url(token))
        assert response is not None
        return response

    def submit(self) -> Response:
        """Press the button, as the form stands."""
        with self.page.expect_navigation() as navigation:
            self.page.get_by_role("button").click()
        response = navigation.value
        assert response is not None
        return response


def choose(scene: Scene) -> Response:
    return scene.open(scene.hub.token(scene.hub.marked(scene.name)))


def keep(scene: Scene) -> Response:
    return scene.open(scene.hub.token(scene.hub.marked(scene.name), LinkAction.KEEP))


def done(scene: Scene) -> Response:
    choose(scene)
    return scene.submit()


def used(scene: Scene) -> Response:
    token = scene.hub.token(scene.hub.marked(scene.name))
    scene.open(token)
    scene.submit()
    return scene.open(token)


def stale(scene: Scene) -> Response:
    lease = scene.hub.marked(scene.name, generation=2)
    return scene.open(scene.hub.token(lease, generation=1))


def expired(scene: Scene) -> Response:
    return scene.open(scene.hub.token(scene.hub.marked(scene.name), expires_at=NOW - SECOND))


def invalid(scene: Scene) -> Response:
    token = scene.hub.token(scene.hub.marked(scene.name))
    return scene.open(token[:-1] + ("A" if token[-1] != "A" else "B"))


def deleted(scene: Scene) -> Response:
    return _after_its_end(scene, LeaseState.REAPED, "deleted by Steward")


def gone(scene: Scene) -> Response:
    return _after_its_end(scene, LeaseState.GONE, "deleted by its owner")


def unknown(scene: Scene) -> Response:
    return scene.open(scene.hub.token(make_lease("feat-of-nobody")))


def being_deleted(scene: Scene) -> Response:
    lease = scene.hub.marked(scene.name, state=LeaseState.REAPING)
    return scene.open(scene.hub.token(lease))


def limit_reached(scene: Scene) -> Response:
    created = NOW - 58 * DAY
    limit = created + POLICY.lease.max_lifetime
    lease = scene.hub.marked(scene.name, created_at=created, expires_at=limit, delete_after=limit)
    return scene.open(scene.hub.token(lease))


def bad_form(scene: Scene) -> Response:
    """With nothing chosen, which the form itself does not allow."""
    choose(scene)
    scene.page.evaluate(
        "() => { document.querySelector('form').noValidate = true;"
        " document.querySelectorAll('input[type=radio]').forEach(each => each.checked = false) }"
    )
    return scene.submit()


KINDS: dict[str, tuple[Callable[[Scene], Response], int]] = {
    "choose": (choose, 200),
    "keep": (keep, 200),
    "done": (done, 200),
    "used": (used, 410),
    "stale": (stale, 410),
    "expired": (expired, 410),
    "invalid": (invalid, 403),
    "deleted": (deleted, 410),
    "gone": (gone, 410),
    "unknown": (unknown, 410),
    "being-deleted": (being_deleted, 409),
    "limit-reached": (limit_reached, 200),
    "bad-form": (bad_form, 400),
}


def _after_its_end(scene: Scene, state: LeaseState, reason: str) -> Response:
    lease = scene.hub.marked(scene.name)
    token = scene.hub.token(lease)
    scene.hub.changed(lease, replace(lease, state=state, reason=reason))
    return scene.open(token)
