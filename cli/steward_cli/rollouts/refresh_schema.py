"""Write the JSON Schema of rollout configurations where it is kept, in the layer's data.

For a checkout, after a change of the model: `python -m steward_cli.rollouts.refresh_schema`.
"""

import sys
from pathlib import Path

from steward_cli.rollouts.schema import schema_text

CHECKOUT = Path(__file__).parents[3]
COMMITTED = CHECKOUT / "layers" / "steward" / "steward" / "data" / "rollout.schema.json"


def main() -> None:
    COMMITTED.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"written: {COMMITTED.relative_to(CHECKOUT)}\n")


if __name__ == "__main__":
    main()
