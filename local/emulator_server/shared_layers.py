"""Layers are unpacked once for all workers of functions that have them.

ministack 1.5.33 unpacks every layer anew for each worker: thousands of files, and none of the
bytecode of the last one. Lambda's own workers see one read-only copy too ("Layers" in the AWS
Lambda Developer Guide: extracted into /opt).
"""

import hashlib
import zipfile
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

from local.emulator_server.pinned import replace

LAYER = "layer_"


def install(folder: Path) -> None:
    """`folder` takes the layers, and is deleted with the emulator."""
    shared = folder / "layers"
    shared.mkdir()
    one_at_a_time = Lock()

    class Archive(zipfile.ZipFile):
        def extractall(self, path: Any = None, *rest: Any, **named: Any) -> None:
            place = Path(path)
            if not place.name.startswith(LAYER):
                super().extractall(path, *rest, **named)
                return
            unpacked = shared / _digest_of(self)
            with one_at_a_time:
                if not unpacked.exists():
                    super().extractall(unpacked)
            place.rmdir()
            place.symlink_to(unpacked)

    # The emulator asks for the second error by a name that zipfile does not have.
    instead = SimpleNamespace(
        ZipFile=Archive, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
    replace(("ministack.core.lambda_runtime",), "zipfile", lambda _plain: instead)


def _digest_of(archive: zipfile.ZipFile) -> str:
    digest = hashlib.sha256()
    for entry in archive.infolist():
        digest.update(f"{entry.filename} {entry.CRC} {entry.file_size}\n".encode())
    return digest.hexdigest()
