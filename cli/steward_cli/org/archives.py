"""Zip archives for Lambda that depend on nothing but their content."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

# Zip knows no earlier time; the files' own would make another archive of the same content.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
_DIGEST_LENGTH = 12


def zipped(folder: Path) -> bytes:
    """All files below `folder`, by their paths from there, without caches."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(_files(folder)):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _ALWAYS)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _READABLE
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def digest_of(archives: Mapping[str, bytes]) -> str:
    """Names these archives: 12 hex digits, the same for the same content on every machine."""
    digest = hashlib.sha256()
    for name, content in sorted(archives.items()):
        digest.update(f"{name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not _LEFT_OUT.intersection(path.parts):
            yield path
