"""A configuration's text, read and checked against everything that can be known before a deploy."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from steward.aws.documents import read_mapping
from steward.aws.unreadable import UnreadableDocument
from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_checks import InvokeCheck
from steward.domain.rollouts.config_problems import Problem, problems_of
from steward.domain.rollouts.defaults import DEFAULTS
from steward.domain.rollouts.merging import PHASES, Raw, declared, merged
from steward.workflows.rollouts.bad_configuration import BadConfiguration
from steward.workflows.rollouts.compiling import BadExpression, check_expression


def read_raw(text: str, source: str) -> dict[str, Any]:
    """The document as it is written; raise BadConfiguration."""
    try:
        return read_mapping(text)
    except UnreadableDocument as error:
        raise BadConfiguration(source, (Problem((), str(error)),)) from None


def read_document(text: str, source: str) -> RolloutConfig:
    """The configuration that `text` makes of the built-in defaults; raise BadConfiguration."""
    return checked(merged(DEFAULTS, read_raw(text, source)), source)


def checked(document: Raw, source: str) -> RolloutConfig:
    """The whole configuration in a merged document; raise BadConfiguration, naming `source`."""
    found = config_or_problems(document)
    if isinstance(found, RolloutConfig):
        return found
    raise BadConfiguration(source, found)


def config_or_problems(document: Raw) -> RolloutConfig | tuple[Problem, ...]:
    """The configuration, or all that is wrong with the document.

    Read as JSON, where a text is no number and a number no truth: the same document means the same
    to every reader of its schema.
    """
    written = json.dumps(declared(document))
    try:
        config = RolloutConfig.model_validate_json(
            written, strict=True, by_alias=True, by_name=False
        )
    except ValidationError as error:
        return tuple(problems_of(error))
    return tuple(_bad_expressions(config)) or config


def _bad_expressions(config: RolloutConfig) -> Iterator[Problem]:
    for phase in PHASES:
        for name, check in getattr(config, phase).checks.items():
            if isinstance(check, InvokeCheck):
                yield from _of_assertions((phase, "checks", name), check)


def _of_assertions(place: tuple[str, ...], check: InvokeCheck) -> Iterator[Problem]:
    for index, assertion in enumerate(check.assertions):
        try:
            check_expression(assertion.path)
        except BadExpression as error:
            yield Problem((*place, "assert", index, "path"), str(error))
