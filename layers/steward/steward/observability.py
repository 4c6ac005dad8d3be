"""The logger and the metrics that all functions share. No tracer: it costs a cold start 0.2 s."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics

if TYPE_CHECKING:
    from steward.domain.stacks import Unit

# A run in which nothing happened has nothing to count; that is no news for the log.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger()
metrics = Metrics()

WORK_KEYS = ("sweep_id", "scan_id", "account_id", "region")


def name_work(unit: "Unit | None" = None, **ids: str) -> None:
    """Have every line that follows say whose work it is of, until its `piece_of_work` ends.

    `ids`: sweep_id or scan_id.
    """
    place = {"account_id": unit.account_id, "region": unit.region} if unit else {}
    logger.append_keys(**ids, **place)


@contextmanager
def piece_of_work(failure: str, **about: str) -> Iterator[None]:
    """Keep the names of one piece of work out of the lines of the next, whatever happens in it.

    What fails it is logged here, where its names still are: the batch processor logs no reason,
    and the runtime does not know them.
    """
    try:
        yield
    except Exception:
        logger.exception(failure, extra=about)
        raise
    finally:
        logger.remove_keys(WORK_KEYS)
