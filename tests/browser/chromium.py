"""The machine's Chromium: headless, and unable to reach anything but this machine."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FIND_BROWSER = Path(__file__).parents[2] / "local" / "setup" / "find-browser"
# A name of another host does not even resolve, so that a page cannot quietly depend on one.
LOOPBACK_ONLY = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--no-proxy-server"]


class NoBrowserError(Exception):
    """There is no Chromium on this machine; says what to do."""


def executable() -> str:
    found = subprocess.run([FIND_BROWSER], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise NoBrowserError(found.stderr.strip())
    return found.stdout.strip()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=LOOPBACK_ONLY)
        try:
            yield browser
        finally:
            browser.close()
