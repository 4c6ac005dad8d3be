"""The command as a process: its exit codes, and never a traceback for what is to be expected."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.unit.cli.policies import MINIMAL

COMMAND = [sys.executable, "-c", "from steward_cli.main import app; app()"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [*COMMAND, *arguments],
        env=kept | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "complaint"),
    [
        pytest.param(["plan"], {}, 3, "no usable AWS credentials", id="no-credentials"),
        pytest.param(
            ["plan", "--endpoint", NOBODY], KEYS, 3, "Could not connect", id="nobody-listens"
        ),
        pytest.param(
            ["explain", "feat-a", "--endpoint", "mars"], KEYS, 2, "is no URL", id="no-url"
        ),
        pytest.param(["plan", "--profile", "nobody"], {}, 2, "(nobody)", id="no-such-profile"),
        pytest.param(
            ["plan"], KEYS | {"AWS_REGION": ""}, 2, "no AWS region is set", id="no-region"
        ),
        pytest.param(["plan", "--frobnicate"], {}, 2, "No such option", id="no-such-option"),
        pytest.param(["frobnicate"], {}, 2, "No such command", id="no-such-command"),
        pytest.param(["explain"], {}, 2, "Missing argument", id="no-stack-named"),
        pytest.param(
            ["extend", "feat-a", "--for", "7d"], {}, 2, "Missing option '--reason'", id="no-reason"
        ),
        pytest.param(
            ["inbox", "--text", "--json"], {}, 2, "exclude each other", id="two-forms-at-once"
        ),
    ],
)
def test_what_goes_wrong_is_told_on_stderr_with_an_exit_code(
    arguments: list[str], environment: dict[str, str], code: int, complaint: str
) -> None:
    done = run(*arguments, **environment)
    assert (done.returncode, done.stdout) == (code, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("steward ")


@pytest.mark.parametrize(
    "command",
    [
        *("plan", "explain", "extend", "inbox", "notices", "policy validate", "demo"),
        *("report runtimes", "runtimes check", "runtimes list", "runtimes except"),
        *("runtimes exceptions", "runtimes revoke", "runtimes acknowledge", "runtimes dates"),
    ],
)
def test_the_help_of_a_command_names_its_exit_codes(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert "Exit code 0" in done.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        pytest.param("steward ext", ["extend"], id="command"),
        pytest.param("steward report ", ["runtimes"], id="command-of-a-group"),
        pytest.param("steward extend --re", ["--reason", "--region", "--read-role"], id="option"),
    ],
)
def test_a_shell_completes_commands_and_options(words: str, completed: list[str]) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("steward")],
        env=os.environ
        | {
            "_STEWARD_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (completed, "")


def test_a_reader_that_left_is_no_reason_to_complain() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*COMMAND, "policy", "schema"], stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def interrupted(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What it still says after Ctrl-C, which has to end it within seconds."""
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=10)
    finally:
        process.kill()


IDENTITY = b"""<GetCallerIdentityResponse><GetCallerIdentityResult>
<Account>111111111111</Account><Arn>arn:aws:iam::111111111111:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"""
NO_STACK = b"""<ErrorResponse><Error><Code>ValidationError</Code>
<Message>Stack with id steward does not exist</Message></Error></ErrorResponse>"""


class Stalling(BaseHTTPRequestHandler):
    """Knows the caller and no hub, and never answers who lists stacks."""

    listed: Event
    released: Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"GetCallerIdentity" in body:
            self._answer(200, IDENTITY)
        elif b"StackName=" in body:
            self._answer(400, NO_STACK)
        else:
            self.listed.set()
            self.released.wait()

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def stalling_server() -> Iterator[ThreadingHTTPServer]:
    Stalling.listed, Stalling.released = Event(), Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Stalling) as server:
        Thread(target=server.serve_forever).start()
        yield server
        Stalling.released.set()
        server.shutdown()


def test_an_interrupt_does_not_wait_for_units_that_do_not_answer(
    stalling_server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(MINIMAL)
    endpoint = f"http://127.0.0.1:{stalling_server.server_port}"
    options = ["--account", "self", "--policy", str(policy), "--endpoint", endpoint]
    with subprocess.Popen(
        [*COMMAND, "plan", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert Stalling.listed.wait(timeout=30)
        out, err = interrupted(process)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_an_interrupt_ends_it_quietly(silent_server: socket.socket) -> None:
    port = silent_server.getsockname()[1]
    with subprocess.Popen(
        [*COMMAND, "plan", "--endpoint", f"http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        connection, _address = silent_server.accept()
        with connection:
            out, err = interrupted(process)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
