"""YAML read into what JSON can say and no more, with line and column of each part.

YAML's own guesses are off: `on` and `no` are text, dates stay text, and a number is what JSON takes
for one. Keys given twice, anchors, aliases and tags are refused. Imported only where a document is
no JSON, as it takes longer to load than most documents take to read.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from steward.aws.unreadable import Place, Spot, UnreadableDocument

_TAG = "tag:yaml.org,2002:"
_TAB = "found character '\\t' that cannot start any token"
_MORE_THAN_ONE = "but found another document"


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML declares it so

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            what = "anchors and aliases are not read; write the value itself"
            raise UnreadableDocument(what, _spot(event.start_mark))
        if getattr(event, "tag", None) is not None:
            what = f"tag {event.tag} is not read; write the value without it"
            raise UnreadableDocument(what, _spot(event.start_mark))
        return super().compose_node(parent, index)


# More digits than a number of JSON keeps exactly make a text, as a leading zero does.
_SCALARS = {
    "bool": ("true|false", "tf"),
    "null": ("null|~|", ["n", "~", ""]),
    "int": ("-?(0|[1-9][0-9]{0,14})", "-0123456789"),
    "float": (r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}([eE][+-]?[0-9]{1,2})?", "-0123456789"),
}
for _kind, (_pattern, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"^({_pattern})$"), list(_first))


def compose(text: str) -> yaml.Node:
    """The one document in `text`; raise UnreadableDocument."""
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise UnreadableDocument(
            _in_words(error), _spot(error.problem_mark or error.context_mark)
        ) from None
    except yaml.YAMLError as error:
        raise UnreadableDocument(" ".join(str(error).split())) from None
    except RecursionError:
        raise UnreadableDocument("it is nested too deeply") from None
    if node is None:
        raise UnreadableDocument("it is empty")
    return node


def value_of(node: yaml.Node) -> object:
    """The value of `node` as JSON would have it; raise UnreadableDocument."""
    match node:
        case yaml.MappingNode():
            return _mapping(node)
        case yaml.SequenceNode():
            return [value_of(each) for each in node.value]
        case _:
            return _scalar(node)


def spots_of(node: yaml.Node, place: Place = ()) -> Iterator[tuple[Place, Spot]]:
    """Where each part of `node` stands: a key's own place, and each item of a list."""
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                inner = (*place, str(key.value))
                yield inner, _at(key)
                yield from spots_of(value, inner)
        case yaml.SequenceNode():
            for index, value in enumerate(node.value):
                yield (*place, index), _at(value)
                yield from spots_of(value, (*place, index))
        case _:
            return


def _mapping(node: yaml.MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableDocument("a key must be text", _at(key))
        if key.value in found:
            raise UnreadableDocument(f"key {key.value!r} is given twice", _at(key))
        found[key.value] = value_of(value)
    return found


def _scalar(node: yaml.Node) -> object:
    kind = str(node.tag).removeprefix(_TAG)
    match kind:
        case "null":
            return None
        case "bool" | "int" | "float":
            value: object = json.loads(node.value)
            return value
        case _:
            return str(node.value)


def _in_words(error: yaml.MarkedYAMLError) -> str:
    if error.problem == _TAB:
        return "a tab; indent with spaces"
    if error.problem == _MORE_THAN_ONE:
        return "a second document begins here; write one"
    return error.problem or error.context or "it is no YAML"


def _at(node: yaml.Node) -> Spot:
    return Spot(node.start_mark.line + 1, node.start_mark.column + 1)


def _spot(mark: Any) -> Spot | None:
    return Spot(mark.line + 1, mark.column + 1) if mark else None
