"""CloudFormation's functions, as far as a template alone can tell what they come to.

"Intrinsic function reference", AWS CloudFormation Template Reference.
"""

import re
from collections.abc import Iterator, Mapping

import yaml

from steward_cli.runtimes.nodes import items, member, members, text_of
from steward_cli.runtimes.parameters import UNSAID, literal, of_parameter
from steward_cli.runtimes.values import (
    ABSENT,
    Names,
    Values,
    any_of,
    by_way_of,
    combined,
    gap,
    written,
)

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")
_PLAIN = "tag:yaml.org,2002:str"
# Aliases nest deeper than the text they are written in.
_DEEPEST = 50


class Expressions:
    """The expressions of one template. `names`: what a surrounding Fn::ForEach lets a name mean."""

    def __init__(self, template: yaml.Node, names: Names | None = None) -> None:
        self._template = template
        self._names: Mapping[str, Values] = names or {}
        self._known: dict[int, Values] = {}
        self._depth = 0

    def within(self, names: Names) -> "Expressions":
        """The same template, inside a Fn::ForEach."""
        return Expressions(self._template, {**self._names, **names})

    def values(self, node: yaml.Node) -> Values:
        """What `node` may come to. Each node is read once, so aliases cannot make it long."""
        if id(node) not in self._known:
            self._known[id(node)] = gap("it refers to itself")
            self._depth += 1
            too_deep = self._depth > _DEEPEST
            self._known[id(node)] = gap("it is nested too deeply") if too_deep else self._read(node)
            self._depth -= 1
        return self._known[id(node)]

    def _read(self, node: yaml.Node) -> Values:
        called = _function(node)
        if called is None:
            return literal(node)
        name, argument = called
        match name:
            case "Ref":
                return self._ref(text_of(argument) or "")
            case "Fn::If":
                return self._if(argument)
            case "Fn::FindInMap":
                return self._find_in_map(argument)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return self._join(argument)
            case _:
                return gap(f"{name}: {UNSAID}")

    def _ref(self, name: str) -> Values:
        if name == "AWS::NoValue":
            return ABSENT
        if name in self._names:
            return self._names[name]
        parameter = member(member(self._template, "Parameters"), name)
        if parameter is None:
            return gap(f"Ref {name}: {UNSAID}")
        return of_parameter(name, parameter)

    def _if(self, argument: yaml.Node) -> Values:
        match items(argument):
            case [condition, when_true, when_false]:
                said = f"Fn::If {text_of(condition) or '?'}"
                true = by_way_of(f"{said} when true", self.values(when_true))
                return any_of([true, by_way_of(f"{said} when false", self.values(when_false))])
            case _:
                return gap("Fn::If takes a condition and two values")

    def _find_in_map(self, argument: yaml.Node) -> Values:
        match items(argument):
            case [name, first, second, *options]:
                found = list(self._in_map(name, first, second))
                default = member(options[0], "DefaultValue") if options else None
                if default is not None:
                    found.append(by_way_of("the default of Fn::FindInMap", self.values(default)))
                said = text_of(name) or "?"
                return any_of(found) if found else gap(f"mapping {said} has no such value here")
            case _:
                return gap("Fn::FindInMap takes a mapping and two keys")

    def _in_map(self, name: yaml.Node, first: yaml.Node, second: yaml.Node) -> Iterator[Values]:
        """A key that is no plain text may be any: all that the mapping holds there is read."""
        for map_name, top in _keyed(member(self._template, "Mappings"), name):
            for first_key, row in _keyed(top, first):
                for second_key, value in _keyed(row, second):
                    said = f"mapping {map_name}, {first_key}, {second_key}"
                    yield by_way_of(said, self.values(value))

    def _sub(self, argument: yaml.Node) -> Values:
        written_as, *rest = items(argument) or [argument]
        text = text_of(written_as)
        if text is None:
            return gap("Fn::Sub takes a text")
        own = dict(members(rest[0])) if rest else {}
        parts = self._parts(text, own, written_as)
        return by_way_of("Fn::Sub", combined(parts, "".join, written_as))

    def _parts(self, text: str, own: Mapping[str, yaml.Node], node: yaml.Node) -> Iterator[Values]:
        end = 0
        for match in _PLACEHOLDER.finditer(text):
            yield written(text[end : match.start()], node)
            end = match.end()
            name = match[2].strip()
            if match[1]:
                yield written(f"${{{name}}}", node)
            else:
                yield self.values(own[name]) if name in own else self._ref(name)
        yield written(text[end:], node)

    def _join(self, argument: yaml.Node) -> Values:
        match items(argument):
            case [delimiter, yaml.SequenceNode() as listed] if not _function(listed):
                parts = [self.values(each) for each in items(listed)]
                joined = combined(parts, (text_of(delimiter) or "").join, listed)
                return by_way_of("Fn::Join", joined)
            case _:
                return gap(f"Fn::Join: {UNSAID}")


def _function(node: yaml.Node) -> tuple[str, yaml.Node] | None:
    """Name and argument of a function in its short or its long form."""
    if node.tag.startswith("!"):
        name = node.tag.removeprefix("!")
        plain = type(node)(_PLAIN, node.value, node.start_mark, node.end_mark)
        return (name if name == "Ref" else f"Fn::{name}"), plain
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        key, argument = node.value[0]
        if key.value == "Ref" or str(key.value).startswith("Fn::"):
            return str(key.value), argument
    return None


def _keyed(mapping: yaml.Node | None, key: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """The part that `key` names; every part when only a deploy tells which it is."""
    wanted = text_of(key)
    return (part for part in members(mapping) if wanted is None or part[0] == wanted)
