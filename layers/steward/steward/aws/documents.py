"""Documents that people wrote as JSON or YAML, read strictly."""

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from steward.aws.unreadable import Place, Spot, UnreadableDocument

# Twice the largest payload that a document may carry.
MOST_BYTES = 512 * 1024
_MOST_DIGITS = 40


def read_mapping(text: str) -> dict[str, Any]:
    """The mapping that `text` is: JSON if it opens like an object and is one, else YAML.

    Raise UnreadableDocument, also for a key given twice, for YAML's anchors and aliases, for more
    than 512 KB, and for numbers and characters that JSON cannot carry.
    """
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        raise UnreadableDocument(f"it is larger than {MOST_BYTES >> 10} KB")
    try:
        content = _json_or_yaml(text)
        _refuse_half_characters(content)
    except RecursionError:
        raise UnreadableDocument("it is nested too deeply") from None
    if not isinstance(content, dict):
        raise UnreadableDocument(f"it is {_kind(content)}, not a mapping of keys to values")
    return content


def spots_in(text: str) -> Mapping[Place, Spot]:
    """Where each part of a readable document stands; nothing where that cannot be told.

    Nearly all JSON is YAML too, whose reader knows places.
    """
    from steward.aws.yaml_text import compose, spots_of

    try:
        return dict(spots_of(compose(text.replace("\t", " "))))
    except UnreadableDocument:
        return {}


def _json_or_yaml(text: str) -> object:
    if not text.lstrip().startswith("{"):
        return _yaml(text)
    try:
        return _json(text)
    except json.JSONDecodeError as error:
        refused = UnreadableDocument(error.msg, Spot(error.lineno, error.colno))
    # YAML may open with a brace too; what is neither is told in JSON's words.
    try:
        return _yaml(text)
    except UnreadableDocument:
        raise refused from None


def _json(text: str) -> object:
    value: object = json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_no_number,
        parse_float=_finite,
        parse_int=_whole,
    )
    return value


def _yaml(text: str) -> object:
    from steward.aws.yaml_text import compose, value_of

    return value_of(compose(text))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableDocument(f"key {twice!r} is given twice")
    return found


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _whole(text: str) -> int:
    return int(text) if len(text) <= _MOST_DIGITS else _no_number(f"{text[:_MOST_DIGITS]}...")


def _no_number(text: str) -> NoReturn:
    raise UnreadableDocument(f"{text} is no number of JSON")


def _refuse_half_characters(content: object) -> None:
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        what = "it has half of a character, like \\ud83d without its other half"
        raise UnreadableDocument(what) from None


def _kind(content: object) -> str:
    match content:
        case None:
            return "empty"
        case list():
            return "a list"
        case _:
            return "a single value"
