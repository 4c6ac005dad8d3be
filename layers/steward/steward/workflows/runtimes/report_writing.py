"""Write a report's files in one pass over its functions: page, JSON and CSV grow side by side."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO, TextIO

from steward.aws.report_store import ReportStore
from steward.domain.runtimes.places import report_key
from steward.domain.runtimes.reporting.csv_rows import COLUMNS, cells
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction
from steward.notify.runtimes.page import write_page

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}
OVERVIEW = "overview"


def write_report(
    store: ReportStore, overview: Overview, rows: Iterable[ReportedFunction]
) -> dict[str, str]:
    """Write the files; return their keys by form. Rows are read once, and none is kept."""
    with ExitStack() as opened:
        stored = {form: opened.enter_context(TemporaryFile()) for form in _TYPES}
        files = {form: _as_text(file) for form, file in stored.items()}
        page_rows = _also_written(rows, overview, files["csv"], files["json"])
        write_page(files["html"], overview, page_rows)
        for form, file in files.items():
            file.flush()
            store.write_file(report_key(overview.scan_id, form), stored[form], _TYPES[form])
    key = report_key(overview.scan_id, OVERVIEW)
    store.write(key, overview.model_dump_json().encode(), "application/json")
    return {form: report_key(overview.scan_id, form) for form in (*_TYPES, OVERVIEW)}


def _as_text(file: BinaryIO) -> TextIOWrapper:
    return TextIOWrapper(file, encoding="utf-8", newline="")


def _also_written(
    rows: Iterable[ReportedFunction], overview: Overview, table: TextIO, document: TextIO
) -> Iterator[ReportedFunction]:
    """`rows` as they are, each written to both files while it passes.

    Lines of the table end as in RFC 4180, "Common Format and MIME Type for CSV Files".
    """
    lines = csv.writer(table, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    document.write(f'{{"overview": {overview.model_dump_json()}, "functions": [')
    comma = ""
    for row in rows:
        lines.writerow(cells(row))
        document.write(f"{comma}\n{row.model_dump_json()}")
        comma = ","
        yield row
    document.write("\n]}\n")
