"""AWS clients of functions that pause shorter and give up sooner: days of faults take minutes.

The emulator runs this file's text in a function's process before the function's own code. botocore
keeps its arithmetic: what a client works out as seconds passes faster, for pauses between tries and
for the rate to which adaptive retries hold a client back alike.
"""

import time
from typing import Any


def hasten(pause: float, patience: float) -> None:
    """`pause`: real seconds that a second of waiting to try again takes. `patience`: real seconds
    that a second of waiting for an answer takes."""
    from botocore import httpsession
    from botocore.retries import bucket, standard

    def current_time(_clock: Any) -> float:
        return time.time() / pause

    replaced: Any = bucket.Clock
    replaced.current_time = current_time
    _shorten(bucket.TokenBucket, "_sleep_amount", pause)
    _shorten(standard.ExponentialBackoff, "delay_amount", pause)
    _give_up_sooner(httpsession.URLLib3Session, patience)


def _shorten(kind: Any, name: str, pause: float) -> None:
    plain = getattr(kind, name)

    def shortened(*arguments: Any, **named: Any) -> float:
        seconds: float = plain(*arguments, **named)
        return seconds * pause

    setattr(kind, name, shortened)


def _give_up_sooner(session: Any, patience: float) -> None:
    """botocore hands over the timeouts to connect and to read, in this order."""
    plain = session.__init__

    def impatient(self: Any, *arguments: Any, timeout: Any = None, **named: Any) -> None:
        if isinstance(timeout, tuple):
            connect, read = timeout
            timeout = (connect, read * patience)
        plain(self, *arguments, timeout=timeout, **named)

    session.__init__ = impatient
