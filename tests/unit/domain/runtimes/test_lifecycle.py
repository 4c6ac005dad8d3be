"""The table's document: what it may hold, and what is refused with its place."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.runtimes.identifiers import family_of, version_of
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone
from tests.unit.domain.runtimes.samples import (
    CREATE_BLOCK,
    DEPRECATED,
    UPDATE_BLOCK,
    make_lifecycle,
    make_runtime,
)

ROW: dict[str, Any] = {"family": "python", "deprecated": "2027-06-01"}


def document(**changes: Any) -> dict[str, Any]:
    return {"schema_version": 1, "as_of": "2026-11-23", "runtimes": {"python3.9": ROW}} | changes


def test_a_row_is_named_by_its_key() -> None:
    read = Lifecycle.model_validate(document())
    row = read.runtime("python3.9")
    assert row is not None
    assert (row.id, row.deprecated, row.update_block) == ("python3.9", date(2027, 6, 1), None)


def test_a_runtime_that_is_not_there_is_none() -> None:
    assert make_lifecycle(make_runtime()).runtime("python3.99") is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"runtimes": []}, "runtimes", id="a list of runtimes"),
        pytest.param({"schema_version": 2}, "schema_version", id="a later schema"),
        pytest.param({"as_of": "soon"}, "as_of", id="no day"),
        pytest.param({"updated": "2026-11-23"}, "updated", id="an unknown key"),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"update-block": None}}},
            "update-block",
            id="an unknown fact",
        ),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"deprecated": "2027-02-30"}}},
            "deprecated",
            id="a day that does not exist",
        ),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"latest": "python4"}}},
            "latest is python4; name another runtime of the table",
            id="latest is unknown",
        ),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"latest": "python3.9"}}},
            "latest is python3.9; name another",
            id="latest is itself",
        ),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"sources": ["somewhere"]}}},
            "no source is called somewhere; declare it in sources",
            id="an undeclared source",
        ),
        pytest.param({"runtimes": {"Python 3": ROW}}, "id", id="no identifier"),
        pytest.param(
            {"runtimes": {"python3.9": ROW | {"id": "python3.8"}}},
            "the row is python3.8's; write it under its own identifier",
            id="another row's identifier",
        ),
    ],
)
def test_a_bad_document_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Lifecycle.model_validate(document(**changes))
    assert problem in str(refused.value)


def test_milestones_are_told_mildest_first() -> None:
    assert list(make_runtime().scheduled()) == [
        (Milestone.DEPRECATED, DEPRECATED),
        (Milestone.CREATE_BLOCK, CREATE_BLOCK),
        (Milestone.UPDATE_BLOCK, UPDATE_BLOCK),
    ]


@pytest.mark.parametrize(
    ("runtime_id", "family", "version"),
    [
        ("python3.10", "python", (3, 10)),
        ("nodejs24.x", "nodejs", (24,)),
        ("java8.al2023", "java", (8,)),
        ("dotnetcore3.1", "dotnet", (3, 1)),
        ("provided.al2", "provided", ()),
        ("12", "12", (12,)),
    ],
)
def test_an_identifier_says_language_and_version(
    runtime_id: str, family: str, version: tuple[int, ...]
) -> None:
    assert (family_of(runtime_id), version_of(runtime_id)) == (family, version)
