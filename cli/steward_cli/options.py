"""The options that the commands share: which AWS, Steward, policy, accounts and moment."""

from dataclasses import dataclass
from typing import Annotated

import typer

from steward_cli.hub import DEFAULT_READ_ROLE, DEFAULT_STACK

SELF = "self"

Profile = Annotated[str | None, typer.Option(help="AWS profile to use.")]
Endpoint = Annotated[
    str | None, typer.Option(metavar="URL", help="Another AWS: the embedded organization's URL.")
]
HubRegion = Annotated[
    str | None, typer.Option(help="Region of the hub's stack; else the credentials' own region.")
]
HubStack = Annotated[
    str | None,
    typer.Option("--stack", "--hub-stack", help=f"The hub's stack; else {DEFAULT_STACK}."),
]
# Where --stack names the stack of a function.
OnlyHubStack = Annotated[
    str | None, typer.Option("--hub-stack", help=f"The hub's stack; else {DEFAULT_STACK}.")
]
PolicyFile = Annotated[
    str | None,
    typer.Option(
        "--policy", metavar="FILE", help="A policy to try (YAML or JSON); else the deployed one."
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ID",
        help=f"Only this account; may be repeated. `{SELF}`: the caller's own, without asking "
        "AWS Organizations.",
    ),
]
ReadRole = Annotated[
    str | None,
    typer.Option(help=f"Role to read other accounts with; else the hub's, or {DEFAULT_READ_ROLE}."),
]
ExternalId = Annotated[str | None, typer.Option(help="External id that the read role asks for.")]
At = Annotated[
    str | None,
    typer.Option(metavar="INSTANT", help="Another moment than now, like 2027-01-31T09:00."),
]
Region = Annotated[str | None, typer.Option(help="Only this region; else all of the policy's.")]
StackName = Annotated[str, typer.Argument(metavar="STACK", help="A stack's name or its StackId.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; None: not given. `only_self`: `--account self`.

    `needs_hub`: without an installed Steward there is nothing to answer.
    """

    profile: str | None = None
    endpoint: str | None = None
    hub_region: str | None = None
    hub_stack: str | None = None
    policy_file: str | None = None
    accounts: tuple[str, ...] = ()
    read_role: str | None = None
    external_id: str | None = None
    at: str | None = None
    needs_hub: bool = False

    @property
    def only_self(self) -> bool:
        return SELF in self.accounts
