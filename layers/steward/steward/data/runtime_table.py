"""The table of Lambda runtimes that Steward ships."""

from functools import cache
from importlib.resources import files

from steward.domain.runtimes.lifecycle import Lifecycle

NAME = "lambda_runtimes.json"


@cache
def bundled() -> Lifecycle:
    """The shipped table; `make refresh-runtimes` renews it in a checkout."""
    return Lifecycle.model_validate_json((files("steward.data") / NAME).read_bytes())
