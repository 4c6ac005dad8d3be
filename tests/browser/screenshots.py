"""Photographs the mails, the pages and the report anew for the guide: `make screenshots`.

The pictures show fixed examples at a fixed time, so that only a change of the product (or of the
machine's fonts) changes them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import page_kinds
from tests.browser.chromium import chromium
from tests.browser.extension_hub import ExtensionHub, extension_hub
from tests.browser.page_kinds import Scene
from tests.browser.page_server import PageServer
from tests.browser.real_page import real_page
from tests.browser.runtime_pictures import runtime_pictures
from tests.browser.visitor import visitor
from tests.unit.notify.examples import example_mail
from tests.unit.notify.rollout_examples import failed_and_rolled_back, rollout_mail

IMAGES = Path(__file__).parents[2] / "docs" / "guide" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DESKTOP = {"width": 800, "height": 300}
PHONE = {"width": 360, "height": 300}
# Stacks of a mail: how much of its height is shown, in pixels, and how large. The longest is shown
# by its beginning.
MAILS = {1: (6_000, 1.0), 12: (6_000, 0.75), 300: (1_200, 1.0)}
MOST_BYTES = 150_000
# Fewer than 64 lose what there is little of, such as the red of a deadline.
COLOURS = (256, 128, 64)


@dataclass(frozen=True)
class Picture:
    """`settings` are those of the window; `most` is the height that is shown, in pixels."""

    name: str
    settings: dict[str, Any]
    show: Callable[[Page], object]
    most: int = 6_000


def take_all(browser: Browser, hub: ExtensionHub, server: PageServer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in (*mails(), *pages(hub, server), *reports()):
        (folder / f"{picture.name}.png").write_bytes(photograph(browser, picture))


def mails() -> Iterator[Picture]:
    for size, (most, scale) in MAILS.items():
        yield from _mail(f"mail-{size}", example_mail(size).html, most, scale)
    yield from _mail("mail-rollout", rollout_mail(0, failed_and_rolled_back()).html, 6_000, 0.75)


def _mail(name: str, html: str, most: int, scale: float) -> Iterator[Picture]:
    for scheme in SCHEMES:
        settings = {
            "viewport": {"width": 680, "height": 400},
            "device_scale_factor": scale,
            "color_scheme": scheme,
        }
        yield Picture(f"{name}-{scheme}", settings, _content(html), most)


def pages(hub: ExtensionHub, server: PageServer) -> Iterator[Picture]:
    for name, viewport, reach in (
        ("page-choose-desktop", DESKTOP, page_kinds.choose),
        ("page-choose-phone", PHONE, page_kinds.choose),
        ("page-done", PHONE, page_kinds.done),
        ("page-used", PHONE, page_kinds.used),
        ("page-expired", PHONE, page_kinds.expired),
    ):
        for scheme in SCHEMES:
            settings = {"viewport": viewport, "color_scheme": scheme}
            yield Picture(f"{name}-{scheme}", settings, _served(hub, server, reach))


def reports() -> Iterator[Picture]:
    for name, settings, show, most in runtime_pictures(SCHEMES):
        yield Picture(name, settings, show, most)


def photograph(browser: Browser, picture: Picture) -> bytes:
    with visitor(browser, **picture.settings) as guest:
        page = guest.context.new_page()
        picture.show(page)
        height = page.evaluate("() => document.documentElement.scrollHeight")
        width = picture.settings["viewport"]["width"]
        page.set_viewport_size({"width": width, "height": min(height, picture.most)})
        image = page.screenshot()
        if guest.troubles():
            raise RuntimeError(f"{picture.name} cannot be shown well: {guest.troubles()}")
    return _small(image)


def _content(html: str) -> Callable[[Page], object]:
    return lambda page: page.set_content(html)


def _served(
    hub: ExtensionHub, server: PageServer, reach: Callable[[Scene], object]
) -> Callable[[Page], object]:
    def show(page: Page) -> None:
        hub.start_anew()
        reach(Scene(hub, server, page, name="feat-checkout-redesign"))

    return show


def _small(image: bytes) -> bytes:
    """With as many colours as fit into a small file."""
    full = Image.open(BytesIO(image)).convert("RGB")
    file = b""
    for number in COLOURS:
        file = _with_colours(full, number)
        if len(file) <= MOST_BYTES:
            break
    return file


def _with_colours(full: Image.Image, number: int) -> bytes:
    few = full.quantize(number, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    with chromium() as started, extension_hub() as made, real_page(made) as served:
        take_all(started, made, served, IMAGES)
