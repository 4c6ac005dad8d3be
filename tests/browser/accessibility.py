"""What axe, the accessibility checker, finds wrong with a page."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def findings(page: Page, leave_out: Sequence[str] = ()) -> list[str]:
    """Each serious or critical finding with its first place; the colours' contrast is among them.

    Contrast that axe cannot settle counts too, so that no background hides a faint text.
    `leave_out`: selectors of what is checked in another way.
    """
    options = {"resultTypes": ["violations", "incomplete"]}
    context = {"exclude": [[selector] for selector in leave_out]}
    results = Axe().run(page, context=context, options=options).response
    grave = [each for each in results["violations"] if each["impact"] in GRAVE]
    unsettled = [each for each in results["incomplete"] if each["id"] == "color-contrast"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in [*grave, *unsettled]]
