"""A mail gateway's link scanner: it follows every link before anybody reads the mail."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from local.extension_page import links_in, open_page
from local.inbox import Mail

THREADS = 4
METHODS = ("HEAD", "GET")


def scan(mails: Iterable[Mail], endpoint: str) -> int:
    """HEAD and GET every link of the mails; returns how many requests that were.

    Raise ScannerSawAnErrorError when a page did not show itself. 410 is one too: of a link that a
    bounce has put out of date. 429 is the limit on how many are served at once.
    """
    asked = [(link, method) for mail in mails for link in links_in(mail) for method in METHODS]
    with ThreadPoolExecutor(THREADS) as threads:
        pages = list(threads.map(lambda each: open_page(each[0], endpoint, each[1]), asked))
    wrong = sorted({page.status for page in pages} - {200, 410, 429})
    if wrong:
        raise ScannerSawAnErrorError(f"the extension page answered a scanner with {wrong}")
    return len(pages)


class ScannerSawAnErrorError(Exception):
    """A link of a fresh mail did not lead to its page."""
