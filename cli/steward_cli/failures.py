"""What ends a command early: one error that says what is wrong, where, and what to do."""

from enum import IntEnum


class ExitCode(IntEnum):
    """DONE: asked and wholly answered. NOT_WHOLE: the answer is no, or leaves something out.
    USAGE: the command was called wrongly. UNREACHED: what was asked about, AWS, the
    demo or a file, could not be reached or read. INTERRUPTED: Ctrl-C.
    """

    DONE = 0
    NOT_WHOLE = 1
    USAGE = 2
    UNREACHED = 3
    INTERRUPTED = 130


class Failure(Exception):
    """An expected end: told on stderr without a traceback, then the process exits with `code`."""

    def __init__(self, what: str, todo: str, code: ExitCode = ExitCode.UNREACHED) -> None:
        super().__init__(f"{what}\n  to do: {todo}")
        self.what = what
        self.todo = todo
        self.code = code
