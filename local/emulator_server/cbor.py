"""CBOR for the services that current clients speak it to, Health and CloudWatch among them.

ministack 1.5.33 imports `cbor2` where it is installed, and reads nothing where it is not. Decoding
is botocore's own; botocore encodes by shapes only, so the few types that answers have are here.
Source: RFC 8949, "Concise Binary Object Representation (CBOR)", section 3.
"""

import struct
import sys
from collections.abc import Iterable
from datetime import datetime
from types import ModuleType
from typing import Any

from botocore.parsers import RpcV2CBORParser

UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG = range(7)
EPOCH_TAG = b"\xc1"
SIMPLE = {False: b"\xf4", True: b"\xf5", None: b"\xf6"}
WIDTHS = ((0x100, 24, ">B"), (0x10000, 25, ">H"), (0x100000000, 26, ">I"), (1 << 64, 27, ">Q"))


def install() -> None:
    """Be the module `cbor2` to those who import it, unless the real one is there."""
    module = ModuleType("cbor2")
    # A module that is made here has no attributes yet.
    module.loads = loads  # type: ignore[attr-defined]
    module.dumps = dumps  # type: ignore[attr-defined]
    sys.modules.setdefault("cbor2", module)


def loads(data: bytes) -> Any:
    """Timestamps become aware datetimes."""
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(data))


def dumps(value: Any) -> bytes:
    match value:
        case None | bool():
            return SIMPLE[value]
        case int():
            return _head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case datetime():
            return EPOCH_TAG + dumps(value.timestamp())
        case _:
            return _container(value)


def _container(value: Any) -> bytes:
    match value:
        case str():
            return _head(TEXT, len(value.encode())) + value.encode()
        case bytes():
            return _head(BYTES, len(value)) + value
        case dict():
            pairs = (item for pair in value.items() for item in pair)
            return _head(MAP, len(value)) + _joined(pairs)
        case list() | tuple():
            return _head(LIST, len(value)) + _joined(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no CBOR form here")


def _joined(values: Iterable[Any]) -> bytes:
    return b"".join(map(dumps, values))


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    code, packing = next((code, packing) for limit, code, packing in WIDTHS if number < limit)
    return bytes([major << 5 | code]) + struct.pack(packing, number)
