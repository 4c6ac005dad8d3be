"""Where a template names Lambda runtimes, and what of it cannot be told from the template.

"AWS::Lambda::Function", "AWS::Lambda::LayerVersion", AWS CloudFormation Template Reference;
"AWS::Serverless::Function", "Globals section of the AWS SAM template", AWS SAM Developer Guide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import yaml

from steward.domain.runtimes.fitting import ANY, Needs
from steward.domain.runtimes.states import IMAGE_PACKAGE
from steward_cli.runtimes.expressions import Expressions
from steward_cli.runtimes.nodes import items, member, text_of
from steward_cli.runtimes.resources import Resource, resources_of
from steward_cli.runtimes.values import Reading, any_of, by_way_of

GLOBALS = "Globals.Function"
_SERVERLESS = "AWS::Serverless::Function"
_FUNCTIONS = ("AWS::Lambda::Function", _SERVERLESS)
_LAYERS = ("AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion")
_CANARY = "AWS::Synthetics::Canary"
_SNAP = "SnapStart"
_MOST_NAMES = 3


class Role(StrEnum):
    """What a runtime is named for. GLOBALS: for the functions that name none themselves."""

    FUNCTION = "function"
    GLOBALS = "globals"
    LAYER = "layer"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that names runtimes. `gaps`: why not all of them, or none, could be read.

    `idle`: nothing takes what it names. `needs`: what a runtime has to offer it.
    """

    resource: str
    place: yaml.Node
    role: Role = Role.FUNCTION
    readings: tuple[Reading, ...] = ()
    gaps: tuple[str, ...] = ()
    idle: bool = False
    needs: Needs = ANY


def uses_of(template: yaml.Node) -> list[Use]:
    """Every use in the order of the file; raise NoTemplate."""
    expressions = Expressions(template)
    resources = resources_of(template, expressions)
    shared = member(member(template, "Globals"), "Function")
    general = member(shared, "Runtime")
    heirs = [each.name for each in resources if general is not None and _inherits(each)]
    found = [_use(each, shared) for each in resources if each.name not in heirs]
    uses = [use for use in found if use is not None]
    if general is not None:
        uses.append(_of_globals(general, shared, expressions, heirs))
    return sorted(uses, key=lambda use: int(use.place.start_mark.index))


def _inherits(resource: Resource) -> bool:
    """Whether it takes the runtime that Globals name."""
    names_one = resource.written("Runtime") is not None
    return resource.kind == _SERVERLESS and not names_one and not _is_image(resource)


def _is_image(resource: Resource) -> bool:
    package = resource.values("PackageType")
    return package.texts == {IMAGE_PACKAGE} and not package.gaps and not package.absent


def _use(resource: Resource, shared: yaml.Node | None) -> Use | None:
    if resource.kind in _FUNCTIONS:
        needs = _needs(resource.properties, shared if resource.kind == _SERVERLESS else None)
        return _of_function(resource, needs)
    if resource.kind in _LAYERS:
        return _of_layer(resource)
    if resource.kind == _CANARY:
        why = "a canary: CloudWatch Synthetics has runtimes and dates of its own"
        return Use(resource.name, resource.place, gaps=(why,))
    if resource.kind.startswith("Fn::"):
        why = f"only a deploy tells which resources {resource.kind} adds"
        return Use(resource.name, resource.place, gaps=(why,))
    return None


def _of_function(resource: Resource, needs: Needs) -> Use:
    use = Use(resource.name, resource.written("Runtime") or resource.place, needs=needs)
    if _is_image(resource):
        return replace(use, gaps=("a container image: its runtime comes with its base image",))
    values = resource.values("Runtime")
    if not values.readings and not values.gaps:
        return replace(use, gaps=("it names no runtime",))
    return replace(use, readings=values.readings, gaps=values.gaps)


def _needs(properties: yaml.Node | None, shared: yaml.Node | None) -> Needs:
    """What its properties ask for, or else those that all functions share."""
    own = [member(properties, name) or member(shared, name) for name in ("Architectures", _SNAP)]
    architecture = next((text_of(each) for each in items(own[0])), None)
    return Needs(architecture or "", text_of(member(own[1], "ApplyOn")) == "PublishedVersions")


def _of_layer(resource: Resource) -> Use | None:
    listed = resource.written("CompatibleRuntimes")
    if listed is None:
        return None
    if not isinstance(listed, yaml.SequenceNode) or listed.tag.startswith("!"):
        why = "only a deploy tells what its CompatibleRuntimes are"
        return Use(resource.name, listed, Role.LAYER, gaps=(why,))
    values = any_of(resource.expressions.values(each) for each in items(listed))
    return Use(resource.name, listed, Role.LAYER, values.readings, values.gaps)


def _of_globals(
    node: yaml.Node, shared: yaml.Node | None, expressions: Expressions, heirs: Sequence[str]
) -> Use:
    """One for all that take it: it is changed in one place."""
    values = by_way_of(f"taken by {_listed(heirs)}", expressions.values(node))
    use = Use(GLOBALS, node, Role.GLOBALS, values.readings, values.gaps, needs=_needs(None, shared))
    return replace(use, idle=not heirs)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES]) or "no function"
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
