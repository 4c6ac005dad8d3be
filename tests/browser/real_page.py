"""The page, served by the real function as Lambda starts and calls it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from functions.lease_extension import app
from steward.observability import metrics
from tests.browser.extension_hub import ExtensionHub
from tests.browser.page_server import PageServer, serving
from tests.factories import NOW
from tests.integration.functions.hub import Function


@contextmanager
def real_page(hub: ExtensionHub) -> Iterator[PageServer]:
    """Of a hub that knows the account and the policy, and no lease yet."""
    hub.start_anew()
    with _handler(hub) as handler, serving(PageServer(handler, NOW)) as server:
        yield server


@contextmanager
def _handler(hub: ExtensionHub) -> Iterator[Function]:
    """A new process of the function."""
    function = Function(app)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in hub.environment.items():
            patched.setenv(name, value)
        # Made at import, which is before the tests' environment; in Lambda that comes first.
        patched.setattr(metrics, "namespace", "Steward")
        patched.setattr(metrics, "service", "steward")
        function.restart()
        try:
            yield function
        finally:
            function.restart()
            metrics.clear_metrics()
