"""Puts the files of a report into a folder, byte for byte as they lie in the bucket.

Nothing is overwritten but an earlier report.
"""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from steward.domain.runtimes.places import report_key
from steward_cli.failures import ExitCode, Failure
from steward_cli.reports.files import ReportFiles

FORMS = ("html", "json", "csv")
_HEAD = 1 << 16
# How each file of a report begins, or what stands early in it.
_SIGNS = {
    "html": b'<meta name="generator" content="Steward">',
    "json": b'"overview":',
    "csv": b"account_id,",
}


def save_report(files: ReportFiles, scan_id: str, folder: Path) -> tuple[Path, ...]:
    """The paths that were written; raise Failure before anything is written if one may not be."""
    wanted = {form: folder / f"runtimes.{form}" for form in FORMS}
    _make(folder)
    for form, path in wanted.items():
        _refuse_what_is_no_report(path, form)
    try:
        _write(files, scan_id, folder, wanted.values())
    except OSError as error:
        raise _not_written(folder, error) from None
    return tuple(wanted.values())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from None


def _refuse_what_is_no_report(path: Path, form: str) -> None:
    if not path.exists() and not path.is_symlink():
        return
    if path.is_symlink() or not path.is_file() or not _is_report(path, form):
        todo = "move it away, or name another folder"
        what = f"{path} is there and is no report of Steward, so it is not overwritten"
        raise Failure(what, todo, ExitCode.USAGE)


def _is_report(path: Path, form: str) -> bool:
    try:
        with path.open("rb") as file:
            return _SIGNS[form] in file.read(_HEAD)
    except OSError as error:
        raise _not_written(path, error) from None


def _write(files: ReportFiles, scan_id: str, folder: Path, paths: Iterable[Path]) -> None:
    """All are there before the first takes its place, so no two reports are mixed."""
    with ExitStack() as temporary:
        arrived = {
            path: _arrived(files, report_key(scan_id, path.suffix[1:]), folder, temporary)
            for path in paths
        }
        for path, file in arrived.items():
            file.replace(path)


def _arrived(files: ReportFiles, key: str, folder: Path, temporary: ExitStack) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".runtimes-", delete=False) as file:
        path = Path(file.name)
        temporary.callback(path.unlink, missing_ok=True)
        for chunk in files.chunks(key):
            file.write(chunk)
    if path.stat().st_size == 0:
        raise Failure(
            f"s3://{files.bucket}/{key} is not there",
            "ask for a scan with `steward report runtimes --now`; it writes a report anew",
        )
    path.chmod(0o644)
    return path


def _not_written(path: Path, error: OSError) -> Failure:
    todo = "give a folder that can be written"
    return Failure(f"{error.filename or path}: {error.strerror}", todo, ExitCode.USAGE)
