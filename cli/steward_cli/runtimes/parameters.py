"""Values that stand in a template, and those that it leaves to whoever deploys it.

"Parameters section", AWS CloudFormation User Guide.
"""

from dataclasses import replace

import yaml

from steward_cli.runtimes.nodes import items, member, text_of
from steward_cli.runtimes.values import ABSENT, Values, any_of, by_way_of, gap, written

UNSAID = "only a deploy tells what it is"
_FROM_STORE = "AWS::SSM::Parameter::Value"


def literal(node: yaml.Node) -> Values:
    """What `node` itself says, without a function."""
    text = text_of(node)
    if text is None:
        return ABSENT if isinstance(node, yaml.ScalarNode) else gap("it is no text")
    if text.startswith("{{resolve:"):
        return gap(f"{text}: {UNSAID}")
    return written(text, node)


def of_parameter(name: str, parameter: yaml.Node) -> Values:
    """What a deploy may give the parameter: its default, and every value that is allowed."""
    if (text_of(member(parameter, "Type")) or "").startswith(_FROM_STORE):
        return gap(f"parameter {name} is read from SSM when it is deployed")
    default = member(parameter, "Default")
    allowed = [each for each in items(member(parameter, "AllowedValues")) if text_of(each)]
    values = [] if default is None else [_given(name, default)]
    taken = {text for each in values for text in each.texts}
    values += [_allowed(name, each) for each in allowed if text_of(each) not in taken]
    return any_of(values) if values else gap(f"parameter {name} has no default")


def _given(name: str, node: yaml.Node) -> Values:
    return by_way_of(f"the default of parameter {name}", literal(node))


def _allowed(name: str, node: yaml.Node) -> Values:
    found = by_way_of(f"an allowed value of parameter {name}", literal(node))
    return replace(found, readings=tuple(replace(each, given=False) for each in found.readings))
