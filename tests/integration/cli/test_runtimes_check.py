"""`steward runtimes check` as a process: on files of every kind, and never with a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.unit.cli.runtimes.checking import function
from tests.unit.cli.runtimes.sarif_schema import SARIF_PARTS

COMMAND = [sys.executable, "-c", "from steward_cli.main import app; app()", "runtimes", "check"]
ROOT = Path(__file__).parents[3]
OLD = function("python2.7")
FINE = function("provided.al2023")


def environment() -> dict[str, str]:
    """Without AWS: the command must not need one. With the sources that the tests run on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def run(
    *arguments: str, cwd: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        pytest.param(OLD.encode(), 1, b"t.yaml:5: error: Orders: python2.7", id="blocked"),
        pytest.param(FINE.encode(), 0, b"1 runtime in 1 template", id="fine"),
        pytest.param(OLD.replace("\n", "\r\n").encode(), 1, b"t.yaml:5: error", id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + OLD.encode(), 1, b"t.yaml:5: error", id="byte-order-mark"),
        pytest.param(OLD.encode("utf-16"), 3, b"it is no text in UTF-8", id="utf-16"),
        pytest.param(b"\x7fELF\0\0\0", 3, b"it has zero bytes", id="binary"),
        pytest.param(b"", 3, b"it is empty", id="empty"),
        pytest.param(b"- a\n", 3, b"it is a list", id="list"),
        pytest.param(b"a: [", 3, b"error: t.yaml: line ", id="broken"),
        pytest.param(b"[" * 1_000_000, 3, b"nested more than 200 deep", id="deep"),
        pytest.param(b"#" * 5_000_000, 3, b"larger than 4 MiB", id="huge"),
        pytest.param(OLD.encode() + b"    Type: x\n", 3, b"'Type' is given twice", id="twice"),
    ],
)
def test_whatever_is_in_a_file_it_ends_with_an_answer(
    content: bytes, code: int, told: bytes, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_bytes(content)
    done = run("t.yaml", cwd=tmp_path)
    assert done.returncode == code
    assert told in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


# Root is refused nothing, so it becomes somebody else once the program is loaded.
UNPRIVILEGED = """\
import os, sys
from steward.data.runtime_table import bundled
from steward_cli.commands import command_named
from steward_cli.main import app
bundled()
command_named("runtimes")
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
sys.argv[1:] = ["runtimes", "check", *sys.argv[1:]]
app()
"""


def test_what_may_not_be_read_is_told_and_the_rest_is_checked(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "shut").mkdir()
    for name in ("t.yaml", "secret.yaml", "shut/t.yaml"):
        (tmp_path / name).write_text(OLD)
    (tmp_path / "secret.yaml").chmod(0)
    (tmp_path / "shut").chmod(0)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, ".", "shut/t.yaml"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    (tmp_path / "shut").chmod(0o755)
    assert (done.returncode, done.stdout[:27]) == (3, "t.yaml:5: error: Orders: py")
    told = [line.partition(";")[0] for line in done.stderr.splitlines() if "error" in line]
    assert told == [
        f"error: {x}: Permission denied" for x in ("shut", "secret.yaml", "shut/t.yaml")
    ]


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    done = run("-", cwd=tmp_path, stdin=OLD.encode())
    assert (done.returncode, done.stdout[:21]) == (1, b"standard input:5: err")


def test_an_endless_input_is_cut_short(tmp_path: Path) -> None:
    done = run("/dev/zero", cwd=tmp_path)
    assert done.returncode == 3
    assert b"/dev/zero: it is larger than 4 MiB" in done.stderr


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    (tmp_path / name).write_text(OLD)
    for form in ("text", "json", "sarif", "junit"):
        done = run(".", "--format", form, cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        done.stdout.decode("utf-8")


def test_our_own_template_is_clean_and_its_log_is_sarif() -> None:
    done = run("template.yaml", "org", "--format", "sarif", cwd=ROOT)
    log = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SARIF_PARTS).validate(log)
    assert (done.returncode, log["runs"][0]["results"]) == (0, [])


def test_the_help_names_its_exit_codes(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert b"Exit code 0" in done.stdout


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_reader_that_left_is_no_reason_to_complain(tmp_path: Path, unbuffered: str) -> None:
    (tmp_path / "t.yaml").write_text(OLD)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*COMMAND, "t.yaml"],
            cwd=tmp_path,
            env=environment() | {"PYTHONUNBUFFERED": unbuffered},
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert b"rror" not in done.stderr
