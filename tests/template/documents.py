"""CloudFormation documents as plain data: `!Ref X` reads as {"Ref": "X"}, like in JSON."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
type Document = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """A loader that knows the short forms of CloudFormation's functions."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> Document:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)


def load(name: str) -> Document:
    """Read a template, given by its path from the top of the repository, for the caller alone."""
    return deepcopy(_parsed(name))


@cache
def _parsed(name: str) -> Document:
    loaded = yaml.load((ROOT / name).read_text(), Loader=_Loader)
    assert isinstance(loaded, dict)
    return loaded


def resources(template: Document, of_type: str) -> dict[str, Document]:
    """The properties of every resource of one type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == of_type
    }


def changed(template: Document, path: str, value: object) -> Document:
    """A copy in which the place `A/B/0/C` holds `value`; None takes the place out."""
    copy = deepcopy(template)
    *parents, last = path.split("/")
    place: Any = copy
    for step in parents:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    key: Any = int(last) if isinstance(place, list) else last
    if value is None:
        del place[key]
    else:
        place[key] = value
    return copy


def values_of(tree: object, key: str) -> Iterator[Any]:
    """Every value under `key`, however deep."""
    if isinstance(tree, dict):
        if key in tree:
            yield tree[key]
        for child in tree.values():
            yield from values_of(child, key)
    elif isinstance(tree, list):
        for child in tree:
            yield from values_of(child, key)


def chosen(tree: Any, true: frozenset[str]) -> Any:
    """`tree` with every Fn::If decided: the conditions in `true` hold, all others do not."""
    if isinstance(tree, list):
        parts = (chosen(child, true) for child in tree)
        return [part for part in parts if part != {"Ref": "AWS::NoValue"}]
    if not isinstance(tree, dict):
        return tree
    if "Fn::If" in tree:
        condition, yes, no = tree["Fn::If"]
        return chosen(yes if condition in true else no, true)
    parts_by_key = {key: chosen(child, true) for key, child in tree.items()}
    return {key: part for key, part in parts_by_key.items() if part != {"Ref": "AWS::NoValue"}}
