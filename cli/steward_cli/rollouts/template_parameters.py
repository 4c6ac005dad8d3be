"""The SSM parameters of a SAM or CloudFormation template that say how rollouts go.

"AWS::SSM::Parameter", AWS CloudFormation Template Reference.
"""

import re
from collections.abc import Iterator

import yaml

from steward.aws.unreadable import Spot
from steward.workflows.rollouts.parameter_names import OWN, PROFILES
from steward_cli.rollouts.passages import ADVANCED_TIER, STANDARD_TIER, Passage
from steward_cli.runtimes.expressions import Expressions
from steward_cli.runtimes.nodes import column_of, items, line_of, member, text_of
from steward_cli.runtimes.resources import Resource, resources_of

_TYPE = "AWS::SSM::Parameter"
_BLOCK = "|"
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")


def passages_of(file: str, source: str, template: yaml.MappingNode) -> Iterator[Passage]:
    """Each configuration in the template, in its order; raise NoTemplate."""
    lines = source.splitlines()
    for resource in resources_of(template, Expressions(template)):
        if resource.kind == _TYPE and _is_ours(_as_written(resource.written("Name"))):
            yield from _passages(file, lines, resource)


def _is_ours(name: str | None) -> bool:
    return name is not None and name.startswith((OWN, PROFILES))


def _passages(file: str, lines: list[str], resource: Resource) -> Iterator[Passage]:
    node = resource.written("Value")
    if node is None:
        spot = Spot(line_of(resource.place), column_of(resource.place))
        yield Passage(file, "", resource.name, spot, problems=("it has no Value",))
        return
    start, runs_along = _start(node, lines)
    for text, gaps in _texts(resource, node):
        problems = tuple(_too_long(text, resource))
        yield Passage(file, text, resource.name, start, runs_along, gaps, problems)


def _texts(resource: Resource, node: yaml.Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text that the value may come to, with what only a deploy tells of it."""
    values = resource.expressions.values(node)
    written = _as_written(node)
    if values.gaps and written is not None:
        yield _substituted(written, resource, node)
        return
    yield from dict.fromkeys((each.value, ()) for each in values.readings if each.given)
    yield from (("", (why,)) for why in values.gaps)


def _substituted(written: str, resource: Resource, node: yaml.Node) -> tuple[str, tuple[str, ...]]:
    """The text with what placeholders are known to stand for; the others stay, and are told."""
    left: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return f"${{{match[2]}}}"
        reference = yaml.ScalarNode("!Ref", match[2].strip(), node.start_mark, node.end_mark)
        # Expressions remember a node by its identity, which a passing one does not keep.
        found = resource.expressions.within({}).values(reference)
        known = [each.value for each in found.readings]
        if not known:
            left[match[0]] = None
        return known[0] if known else match[0]

    return _PLACEHOLDER.sub(value, written), tuple(left)


def _as_written(node: yaml.Node | None) -> str | None:
    """A text, or that of Fn::Sub with its placeholders; None for what else makes a value."""
    sub = member(node, "Fn::Sub") or (node if node is not None and node.tag == "!Sub" else None)
    if sub is None:
        return text_of(node)
    first = (items(sub) or [sub])[0]
    return str(first.value) if isinstance(first, yaml.ScalarNode) else None


def _start(node: yaml.Node, lines: list[str]) -> tuple[Spot, bool]:
    """Where the value's text begins, and whether its lines are the file's, as in a `|` block."""
    scalar = member(node, "Fn::Sub") or node
    first = (items(scalar) or [scalar])[0]
    if getattr(first, "style", None) != _BLOCK:
        return Spot(line_of(first), column_of(first)), False
    below = lines[line_of(first) :]
    inside = next((line for line in below if line.strip()), "")
    return Spot(line_of(first) + 1, len(inside) - len(inside.lstrip()) + 1), True


def _too_long(text: str, resource: Resource) -> Iterator[str]:
    size, tier = len(text), text_of(resource.written("Tier")) or "Standard"
    if size > ADVANCED_TIER:
        yield f"its Value has {size} characters, and a parameter holds {ADVANCED_TIER}: shorten it"
    elif size > STANDARD_TIER and tier == "Standard":
        yield (
            f"its Value has {size} characters, and a Standard parameter holds {STANDARD_TIER}: "
            "write Tier: Advanced, or shorten it"
        )
