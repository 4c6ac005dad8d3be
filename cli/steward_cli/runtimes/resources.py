"""The resources of a template, those that Fn::ForEach repeats once for all.

"Fn::ForEach", AWS CloudFormation Template Reference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from steward_cli.runtimes.expressions import Expressions
from steward_cli.runtimes.nodes import items, member, members, text_of
from steward_cli.runtimes.values import Values, any_of, gap
from steward_cli.yaml_nodes import UnreadableDocument

_LOOP = "Fn::ForEach::"


class NoTemplate(UnreadableDocument):
    """The document is readable, and something else."""


@dataclass(frozen=True, slots=True)
class Resource:
    """`kind`: its type, or the function that stands in its place. `place`: where to point at."""

    name: str
    kind: str
    node: yaml.Node
    expressions: Expressions = field(repr=False)

    @property
    def place(self) -> yaml.Node:
        return member(self.node, "Type") or self.node

    @property
    def properties(self) -> yaml.Node | None:
        return member(self.node, "Properties")

    def written(self, name: str) -> yaml.Node | None:
        """What is written for a property."""
        return member(self.properties, name)

    def values(self, name: str) -> Values:
        """What the property may come to; nothing if it is not written."""
        node = self.written(name)
        return Values() if node is None else self.expressions.values(node)


def resources_of(template: yaml.Node, expressions: Expressions) -> list[Resource]:
    """Every resource in the order of the file; raise NoTemplate."""
    resources = member(template, "Resources")
    if not isinstance(resources, yaml.MappingNode):
        raise NoTemplate("it has no Resources, so it is no CloudFormation or SAM template")
    return list(_in(resources, expressions, ""))


def _in(parts: yaml.Node, expressions: Expressions, loop: str) -> Iterator[Resource]:
    for name, node in members(parts):
        if name.startswith(_LOOP):
            yield from _repeated(name, node, expressions)
        else:
            kind = name if name.startswith("Fn::") else text_of(member(node, "Type")) or ""
            yield Resource(f"{loop}{name}", kind, node, expressions)


def _repeated(name: str, node: yaml.Node, expressions: Expressions) -> Iterator[Resource]:
    match items(node):
        case [variable, collection, yaml.MappingNode() as repeated]:
            values = any_of(expressions.values(each) for each in items(collection))
            known = values if items(collection) else gap(f"only a deploy tells what {name} repeats")
            inside = expressions.within({text_of(variable) or "": known})
            yield from _in(repeated, inside, f"{name}.")
        case _:
            yield Resource(name, _LOOP.removesuffix("::"), node, expressions)
