"""YAML read into what JSON can say and no more, with the line of each part.

YAML's own guesses are off: dates stay text, `on` and `no` are no booleans, and twelve digits are an
account id rather than a number. Keys given twice, aliases and tags are refused.
"""

import json
import re
from collections.abc import Iterator

import yaml

type Place = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_NULLS = ("", "~")


class UnreadableDocument(Exception):
    """The text is no single YAML or JSON document; says what and on which line."""


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML declares it so

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.get_mark().line + 1
            raise UnreadableDocument(f"line {line}: aliases are not read; write the value again")
        return super().compose_node(parent, index)


# An integer has nine digits at most: no number of a policy is longer, and an account id has twelve.
_SCALARS = {
    "bool": ("true|false", "tf"),
    "null": ("null|~|", ["n", "~", ""]),
    "int": ("-?(0|[1-9][0-9]{0,8})", "-0123456789"),
    "float": (r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
}
for _kind, (_pattern, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"^({_pattern})$"), list(_first))


def compose(text: str) -> yaml.Node:
    """The one document in `text`; raise UnreadableDocument."""
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableDocument(f"{line}{error.problem or error.context}") from None
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


def lines_of(node: yaml.Node, place: Place = ()) -> Iterator[tuple[Place, int]]:
    """Where each part of `node` stands, counting lines from 1."""
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                inner = (*place, str(key.value))
                yield inner, _line(key)
                yield from lines_of(value, inner)
        case yaml.SequenceNode():
            for index, value in enumerate(node.value):
                yield (*place, index), _line(value)
                yield from lines_of(value, (*place, index))
        case _:
            return


def _mapping(node: yaml.MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableDocument(f"line {_line(key)}: a key must be text")
        if key.value in found:
            raise UnreadableDocument(f"line {_line(key)}: key {key.value!r} is given twice")
        found[key.value] = value_of(value)
    return found


def _scalar(node: yaml.Node) -> object:
    kind = str(node.tag).removeprefix(_TAG)
    if kind == "str":
        return str(node.value)
    written = "null" if node.value in _NULLS else node.value
    if kind not in _SCALARS or not re.fullmatch(_SCALARS[kind][0], written):
        what = f"{node.value!r} with tag {node.tag} is not read; write it without a tag"
        raise UnreadableDocument(f"line {_line(node)}: {what}")
    value: object = json.loads(written)
    return value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
