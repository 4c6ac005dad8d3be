"""Templates as a graph of nodes that know their line, with CloudFormation's short tags left on.

Nothing is expanded: an alias is the very node it names, so a small text that would unfold into a
huge one stays small here. Only the parts that are asked for are looked at.
"""

import json
import re
from typing import Any

import yaml

from steward_cli.runtimes.nodes import MERGE, line_of
from steward_cli.yaml_nodes import UnreadableDocument

# The parser in C reads a template fifteen times faster, but overruns its stack on deep nesting.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 200
# Halves of a character beyond 16 bits, as JSON escapes them: YAML knows no such escapes.
_SURROGATE = re.compile(r"(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def read_nodes(text: str) -> yaml.MappingNode:
    """The mapping that the template in `text` is; raise UnreadableDocument."""
    source = _checked_json(text) if text.lstrip().startswith("{") else text
    node = _compose(source)
    if node is None:
        raise UnreadableDocument("it is empty")
    if not isinstance(node, yaml.MappingNode):
        kind = "a list" if isinstance(node, yaml.SequenceNode) else "one value"
        raise UnreadableDocument(f"line {line_of(node)}: it is {kind}, not a mapping")
    _refuse_double_keys(node)
    return node


def _compose(text: str) -> yaml.Node | None:
    try:
        _refuse_depth(text)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableDocument(f"{line}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise UnreadableDocument(" ".join(str(error).split())) from None


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise UnreadableDocument(f"it is nested more than {_DEEPEST} deep")


def _checked_json(text: str) -> str:
    """`text`, which is JSON, without what YAML refuses: tabs between parts, halved characters."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _yaml_in_braces(text, UnreadableDocument(f"line {error.lineno}: {error.msg}"))
    except RecursionError:
        raise UnreadableDocument("it is nested too deeply") from None
    return _SURROGATE.sub(r"\1\\ufffd", text.replace("\t", " "))


def _yaml_in_braces(text: str, refused: UnreadableDocument) -> str:
    """YAML may open with a brace too; what is neither is told in JSON's words."""
    try:
        _compose(text)
    except UnreadableDocument:
        raise refused from None
    return text


def _refuse_double_keys(root: yaml.Node) -> None:
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            _refuse_double_keys_of(node)
            pending += [part for pair in node.value for part in pair]
        else:
            pending += node.value


def _refuse_double_keys_of(node: yaml.MappingNode) -> None:
    given: set[str] = set()
    for key, _value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableDocument(f"line {line_of(key)}: a key must be text")
        if key.value in given and key.value != MERGE:
            raise UnreadableDocument(f"line {line_of(key)}: key {key.value!r} is given twice")
        given.add(key.value)
