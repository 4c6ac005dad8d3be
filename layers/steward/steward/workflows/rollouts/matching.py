"""Regular expressions with a time limit.

Python's run to their end once begun, and hold every other thread up while they do; one that
backtracks would outlast the hook's own deadline. So a search runs in a process that can be ended.
"""

import subprocess
import sys

LONGEST_SECONDS = 5.0
_PROGRAM = (
    "import re, sys; "
    "pattern, _, text = sys.stdin.buffer.read().decode('utf-8', 'surrogatepass')"
    ".partition('\\0'); "
    "sys.exit(0 if re.search(pattern, text) else 3)"
)


class MatchFailed(Exception):
    """The search came to no end; says why."""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in `text`; raise MatchFailed."""
    asked = f"{pattern}\0{text}".encode("utf-8", "surrogatepass")
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM]
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        why = f"the regular expression took longer than {LONGEST_SECONDS:g} s; write a simpler one"
        raise MatchFailed(why) from None
    except OSError as error:
        raise MatchFailed(f"no process could be started to search in: {error}") from error
    if done.returncode not in (0, 3):
        raise MatchFailed(f"the search ended with status {done.returncode}")
    return done.returncode == 0
