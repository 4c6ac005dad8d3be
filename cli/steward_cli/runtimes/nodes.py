"""Looking at a graph of YAML nodes. Nothing is expanded: an alias is the very node it names."""

from collections.abc import Iterator

import yaml

MERGE = "<<"
_NULL = "tag:yaml.org,2002:null"


def member(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """What `key` of the mapping `node` holds, also by a merge (`<<`); None without it."""
    return next((value for name, value in members(node) if name == key), None)


def members(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Key and value of each part of a mapping, its own before merged ones; nothing for the rest."""
    pending, seen, given = [node], set[int](), set[str]()
    while pending:
        mapping = pending.pop(0)
        if not isinstance(mapping, yaml.MappingNode) or id(mapping) in seen:
            continue
        seen.add(id(mapping))
        for key, value in mapping.value:
            name = str(key.value)
            if name == MERGE:
                pending += items(value) or [value]
            elif name not in given:
                given.add(name)
                yield name, value


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The parts of a list; none for anything else."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text_of(node: yaml.Node | None) -> str | None:
    """The text of an untagged scalar as it is written; None for anything else, null too."""
    if isinstance(node, yaml.ScalarNode) and not node.tag.startswith("!") and node.tag != _NULL:
        return str(node.value)
    return None


def line_of(node: yaml.Node) -> int:
    """Its line, counted from 1."""
    return int(node.start_mark.line) + 1


def column_of(node: yaml.Node) -> int:
    """Its column, counted from 1."""
    return int(node.start_mark.column) + 1
