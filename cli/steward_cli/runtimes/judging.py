"""The rules, applied to each runtime that a template names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from steward.domain.one_line import one_line
from steward.domain.runtimes.lifecycle import Lifecycle
from steward.domain.runtimes.states import RuntimeState, State, state_of
from steward.domain.runtimes.targets import targets_for
from steward_cli.runtimes.findings import Finding, Passed, Place, Remark, Template
from steward_cli.runtimes.nodes import column_of, line_of
from steward_cli.runtimes.rules import Level, Rule
from steward_cli.runtimes.uses import Role, Use
from steward_cli.runtimes.values import Reading
from steward_cli.runtimes.words import change, happens, is_image_only, unknown

_LONGEST = 160
_BY_STATE = {
    RuntimeState.UPDATE_BLOCKED: Rule.UPDATE_BLOCKED,
    RuntimeState.CREATE_BLOCKED: Rule.CREATE_BLOCKED,
    RuntimeState.DEPRECATED: Rule.DEPRECATED,
    RuntimeState.UNKNOWN: Rule.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the check goes by. `warn_days`: how long before a deprecation it begins to warn."""

    lifecycle: Lifecycle
    today: date
    warn_days: int


def judged(file: str, uses: list[Use], terms: Terms) -> Template:
    """What is to be said of the template in `file`."""
    told = [each for use in uses for each in _judged(file, use, terms)]
    told.sort(key=lambda each: (each.place.line, each.place.column))
    return Template(
        file,
        tuple(each for each in told if isinstance(each, Finding)),
        tuple(each for each in told if isinstance(each, Remark)),
        tuple(each for each in told if isinstance(each, Passed)),
    )


def _judged(file: str, use: Use, terms: Terms) -> Iterator[Finding | Remark | Passed]:
    resource = one_line(use.resource, _LONGEST)
    for reading in use.readings:
        place = _place(file, reading.node)
        state = state_of(reading.value, None, terms.lifecycle, terms.today)
        rule = _rule(state, use, reading, terms)
        if rule is not None:
            yield _finding(place, resource, rule, state, use, reading, terms)
        elif state.state in (RuntimeState.CUSTOM, RuntimeState.PREVIEW):
            yield Remark(place, resource, state.reason)
        else:
            yield Passed(place, resource, reading.value, one_line(reading.via, _LONGEST))
    for why in use.gaps:
        yield Remark(_place(file, use.place), resource, one_line(why, _LONGEST))


def _rule(state: State, use: Use, reading: Reading, terms: Terms) -> Rule | None:
    if use.role is Role.LAYER:
        return Rule.LAYER if state.has_ended else None
    if state.state in _BY_STATE:
        return _BY_STATE[state.state]
    runtime = terms.lifecycle.runtime(reading.value)
    if runtime is not None and is_image_only(runtime):
        return Rule.UNKNOWN
    soon = state.days_left is not None and state.days_left <= terms.warn_days
    return Rule.ENDING if soon else None


def _finding(
    place: Place,
    resource: str,
    rule: Rule,
    state: State,
    use: Use,
    reading: Reading,
    terms: Terms,
) -> Finding:
    shown = one_line(reading.value, _LONGEST)
    level = _level(rule, use, reading)
    runtime = terms.lifecycle.runtime(reading.value)
    via = one_line(reading.via, _LONGEST)
    if runtime is None:
        told, todo = unknown(shown, terms.lifecycle)
        return Finding(place, resource, shown, rule, level, state, told, todo, via)
    told = happens(runtime, terms.today)
    if use.role is Role.LAYER:
        todo = "take it off the layer's CompatibleRuntimes"
        return Finding(place, resource, shown, rule, level, state, told, todo, via, runtime)
    targets = targets_for(runtime, terms.lifecycle, terms.today, use.needs)
    todo = change(targets)
    return Finding(place, resource, shown, rule, level, state, told, todo, via, runtime, targets)


def _level(rule: Rule, use: Use, reading: Reading) -> Level:
    """AWS refuses only what a deploy would take."""
    return rule.value.level if reading.given and not use.idle else Level.WARNING


def _place(file: str, node: yaml.Node) -> Place:
    one_line_long = isinstance(node, yaml.ScalarNode) and node.end_mark.line == node.start_mark.line
    end = int(node.end_mark.column) + 1 if one_line_long else 0
    return Place(file, line_of(node), column_of(node), end)
