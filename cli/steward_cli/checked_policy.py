"""A policy file, checked as AppConfig's Lambda validator does, with the place of each error."""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from steward.domain.policy import Policy
from steward.workflows.validating import PolicyRefused, validate_policy
from steward_cli.documents import Document
from steward_cli.failures import ExitCode, Failure

GUIDE = "docs/guide/policy.md describes every field"


def checked_policy(document: Document, now: datetime) -> Policy:
    """The policy in `document`; raise Failure that lists all that is wrong with it, and where."""
    try:
        return validate_policy(document.as_json(), now)
    except PolicyRefused as refused:
        wrong = "\n  ".join(_findings(document, refused))
        raise Failure(
            f"{document.name} is no valid policy:\n  {wrong}",
            f"correct these places; {GUIDE}",
            ExitCode.NOT_WHOLE,
        ) from None


def _findings(document: Document, refused: PolicyRefused) -> Iterator[str]:
    if not isinstance(refused.__cause__, ValidationError):
        yield str(refused).removeprefix("the policy is refused: ")
        return
    for error in refused.__cause__.errors(include_url=False):
        place = error["loc"]
        line = document.line_of(place)
        field = ".".join(str(part) for part in place) or "policy"
        yield f"{f'line {line}: ' if line else ''}{field}: {_reason(error)}"


def _reason(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown_field(error["loc"])
    if error["type"] == "missing":
        return "is missing and has no default"
    return str(error["msg"]).removeprefix("Value error, ")


def _unknown_field(place: tuple[str | int, ...]) -> str:
    known = _fields_beside(place)
    close = get_close_matches(str(place[-1]), known, n=1)
    if close:
        return f"no such field; did you mean {close[0]}?"
    return f"no such field; known here: {', '.join(known)}"


def _fields_beside(place: tuple[str | int, ...]) -> list[str]:
    model: Any = Policy
    for part in place[:-1]:
        field = model.model_fields.get(part) if _is_model(model) else None
        model = field.annotation if field else _item_of(model)
    return list(model.model_fields) if _is_model(model) else []


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _item_of(annotation: Any) -> Any:
    return next(iter(getattr(annotation, "__args__", ())), None)
