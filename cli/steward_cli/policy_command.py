"""`steward policy`: check a policy before it is deployed, and print its schema."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from steward_cli.checked_policy import checked_policy
from steward_cli.documents import read_document
from steward_cli.policy_schema import schema_text

commands = typer.Typer(
    help="Check a policy before it is deployed.", no_args_is_help=True, rich_markup_mode="markdown"
)


@commands.command()
def validate(
    file: Annotated[str, typer.Argument(help="A YAML or JSON file; - reads standard input.")],
    to_json: Annotated[
        bool, typer.Option("--to-json", help="Print the JSON document to put into AppConfig.")
    ] = False,
) -> None:
    """Check FILE as AppConfig will, and say every error with its place. Needs no AWS account.

    Exit code 0: valid. 1: not valid. 2: FILE cannot be read.
    """
    policy = checked_policy(read_document(file), datetime.now(UTC))
    if to_json:
        written = policy.model_dump(mode="json", exclude_unset=True)
        sys.stdout.write(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"valid: policy {policy.fingerprint}, mode {policy.mode}\n")


@commands.command()
def schema() -> None:
    """Print the policy's JSON Schema (draft 4), for editors and other checks."""
    sys.stdout.write(schema_text())
