"""docs/guide/owners.md is followed to the letter: commands, tags, and what becomes of links."""

import re

import pytest
import typer

from steward.domain.decisions import KEEP_TAG, why_not_leasable
from steward.domain.expiry import expiry_of
from steward.domain.leases import Creator
from steward.domain.owners import Clues, resolve_owners
from steward_cli.main import app
from tests.browser.extension_hub import ExtensionHub
from tests.browser.guide_commands import GUIDES, NotACommandError, commands, run_aws
from tests.browser.page_server import PageServer
from tests.browser.test_scanner import ask
from tests.factories import make_account, make_policy, make_stack

GUIDE = "owners.md"
TEXT = (GUIDES / GUIDE).read_text()
STEWARD = commands(GUIDE, "steward")
ROTATION = commands(GUIDE, "aws")
TAGS = dict(re.findall(r"with the tag `([a-z:-]+)=([^`]+)`", TEXT))


def rotate(hub: ExtensionHub) -> None:
    """Both commands, with what they stand for."""
    draw, put = ROTATION
    random = run_aws(hub.secrets, draw)["RandomPassword"]
    values = {"LINK_KEY_SECRET_ARN": hub.secret_arn, "RANDOM_PASSWORD": random}
    run_aws(hub.secrets, [values.get(word, word) for word in put])


def test_a_link_outlives_one_new_key_but_not_two(hub: ExtensionHub, server: PageServer) -> None:
    url = server.url(hub.token(hub.marked("feat-cart")))
    statuses = [ask("GET", url, {}).status]
    for _ in range(2):
        rotate(hub)
        server.restart()
        statuses.append(ask("GET", url, {}).status)
    assert statuses == [200, 200, 403]


@pytest.mark.parametrize("words", STEWARD, ids=" ".join)
def test_the_steward_command_is_one(words: list[str]) -> None:
    _, name, *arguments = words
    group = typer.main.get_command(app)
    context = group.make_context("steward", [name, *arguments], resilient_parsing=True)
    assert isinstance(group, typer.core.TyperGroup)
    _, command, rest = group.resolve_command(context, [name, *arguments])
    assert command is not None
    command.make_context(name, rest)


@pytest.mark.parametrize("key", ["expires-at", "ttl"])
def test_a_tag_of_the_guide_sets_the_expiry(key: str) -> None:
    stack = make_stack(tags={key: TAGS[key]})
    expiry = expiry_of(stack, stack.created_at, make_policy())
    assert (expiry.warning, f"{key}={TAGS[key]}" in expiry.source) == ("", True)


def test_the_tag_of_the_guide_keeps() -> None:
    stack = make_stack(tags={KEEP_TAG: TAGS[KEEP_TAG], "stage": "feature"})
    assert why_not_leasable(stack, make_account(), make_policy()).startswith("kept by its owner")


def test_the_owner_tag_of_the_guide_names_its_owner() -> None:
    (command,) = commands(GUIDE, "sam")
    key, _, value = command[-1].partition("=")
    clues = Clues({key: value}, Creator("", "not asked"), make_account(), "")
    assert resolve_owners(clues, make_policy().owners, {}).addresses == (value,)


def test_commands_that_the_aws_cli_would_refuse_are_refused(hub: ExtensionHub) -> None:
    with pytest.raises(NotACommandError, match="no operation"):
        run_aws(hub.secrets, ["aws", "secretsmanager", "put-value"])
    with pytest.raises(NotACommandError, match="no option --arn"):
        run_aws(hub.secrets, ["aws", "secretsmanager", "put-secret-value", "--arn", "x"])
