"""Write the policy's JSON Schema where it is kept: the layer's data and the template's validator.

For a checkout, after a change of the policy model: `python -m steward_cli.refresh_policy_schema`.
"""

import sys
from pathlib import Path

from steward_cli.policy_schema import inline_schema, schema_text

CHECKOUT = Path(__file__).parents[2]
COMMITTED = CHECKOUT / "layers" / "steward" / "steward" / "data" / "policy.schema.json"
TEMPLATE = CHECKOUT / "template.yaml"
BEGIN, END = "        # policy-schema: begin\n", "        # policy-schema: end\n"
_HEAD = "        - Type: JSON_SCHEMA\n          Content: |\n"
_INDENT = " " * 12


class MarkersMissing(Exception):
    """The template has no place for the schema."""


def template_block() -> str:
    """The validator as it stands in the template, between its two marker lines."""
    lines = inline_schema().splitlines(keepends=True)
    return _HEAD + "".join(f"{_INDENT}{line}" for line in lines)


def with_schema(template: str) -> str:
    """`template` with the present schema between the marker lines."""
    before, begin, rest = template.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise MarkersMissing(
            f"{TEMPLATE} lacks the lines {BEGIN.strip()!r} and {END.strip()!r}: put them around "
            "the JSON_SCHEMA validator of the configuration profile"
        )
    return f"{before}{BEGIN}{template_block()}{END}{after}"


def main() -> None:
    COMMITTED.write_text(schema_text(), encoding="utf-8")
    TEMPLATE.write_text(with_schema(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"written: {COMMITTED.relative_to(CHECKOUT)}, {TEMPLATE.name}\n")


if __name__ == "__main__":
    main()
