"""The table as text: one line for a fact and one for a moved date, so that a diff can be read."""

import json
from collections.abc import Iterator
from typing import Any

from steward.domain.runtimes.lifecycle import Lifecycle, Runtime

# Written in every row, also when the value is null: not scheduled is a statement.
_ALWAYS = frozenset(
    {
        *("family", "version", "os", "released", "deprecated", "create_block", "update_block"),
        *("latest", "confidence", "sources"),
    }
)


def table_text(lifecycle: Lifecycle) -> str:
    """`lifecycle` as its document is committed."""
    head = {
        "schema_version": lifecycle.schema_version,
        "as_of": lifecycle.as_of.isoformat(),
        "sources": {
            name: source.model_dump(mode="json") for name, source in lifecycle.sources.items()
        },
    }
    members = [f"  {json.dumps(key)}: {_block(value, '  ')}" for key, value in head.items()]
    rows = (_row(row) for _key, row in sorted(lifecycle.runtimes.items(), key=_by_family))
    members.append('  "runtimes": {\n' + ",\n".join(rows) + "\n  }")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _by_family(item: tuple[str, Runtime]) -> tuple[str, tuple[int, ...], str]:
    _key, row = item
    return row.family, row.version, row.id


def _block(value: Any, indent: str) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", f"\n{indent}")


def _row(row: Runtime) -> str:
    facts = (f"      {json.dumps(name)}: {value}" for name, value in _facts(row))
    return f"    {json.dumps(row.id)}: {{\n" + ",\n".join(facts) + "\n    }"


def _facts(row: Runtime) -> Iterator[tuple[str, str]]:
    written = row.model_dump(mode="json", exclude={"id", "moves"})
    said = row.model_dump(mode="json", exclude={"id", "moves"}, exclude_defaults=True)
    for name, value in written.items():
        if name in _ALWAYS or name in said:
            yield name, json.dumps(value, ensure_ascii=False)
    if row.moves:
        moves = (f"        {json.dumps(move.model_dump(mode='json'))}" for move in row.moves)
        yield "moves", "[\n" + ",\n".join(moves) + "\n      ]"
