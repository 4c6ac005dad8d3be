"""docs/guide/permissions.md names the roles there are, and what it rules out is ruled out."""

import re
from collections.abc import Iterator

import pytest

from tests.iam_proof.deciding import Statement, fits, listed
from tests.iam_proof.roles import boundaries, holders, shown_names
from tests.template.access_rules import known_actions
from tests.template.documents import ROOT

GUIDE = (ROOT / "docs" / "guide" / "permissions.md").read_text(encoding="utf-8")
HOLDERS, BOUNDARIES = holders(), boundaries()
BY_SHOWN_NAME = {shown: name for name, shown in shown_names().items()}


def rows(title: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def claims(column: int) -> Iterator[tuple[str, str]]:
    """(role's logical id, action) of every cell that says who never makes a call."""
    for row in rows("What they never do"):
        for role in quoted(row[column]):
            yield from ((BY_SHOWN_NAME[role], action) for action in quoted(row[1]))


DENIED, NOT_ALLOWED = sorted(claims(2)), sorted(claims(3))


def denies_everywhere(statement: Statement, action: str) -> bool:
    return (
        statement["Effect"] == "Deny"
        and "Condition" not in statement
        and "*" in listed(statement["Resource"])
        and any(fits(each, action, re.IGNORECASE) for each in listed(statement.get("Action", [])))
    )


def is_denied(role: str, action: str) -> bool:
    statements = (*HOLDERS[role].statements, *BOUNDARIES.get(role, ()))
    return any(denies_everywhere(each, action) for each in statements)


def is_allowed(role: str, action: str) -> bool:
    return any(fits(each, action, re.IGNORECASE) for _, each in HOLDERS[role].grants())


def test_the_table_names_every_role_and_no_other() -> None:
    told = [name for row in rows("The roles") for name in quoted(row[0])]
    assert sorted(told) == sorted(BY_SHOWN_NAME)


def test_what_is_never_done_are_actions_of_iam() -> None:
    named = sorted({action for _, action in (*DENIED, *NOT_ALLOWED)})
    assert len(named) >= 15
    statement = {"Effect": "Allow", "Action": named}
    assert known_actions({"Resources": {"Guide": {"Statement": [statement]}}}) == []


@pytest.mark.parametrize(("role", "action"), DENIED)
def test_what_is_said_to_be_denied_is_denied_on_everything(role: str, action: str) -> None:
    assert is_denied(role, action)


@pytest.mark.parametrize(("role", "action"), NOT_ALLOWED)
def test_what_is_said_to_be_not_allowed_is_allowed_nowhere(role: str, action: str) -> None:
    assert not is_allowed(role, action)


def test_every_role_that_the_hub_assumes_or_passes_stands_in_every_line_on_reading() -> None:
    members = {"ReadRole", "TagRole", "ReapRole", "CloudFormationRole"}
    for what, *rest in rows("What they never do"):
        if what.startswith(("read a secret", "read a parameter", "decrypt", "assume")):
            spoken_of = {BY_SHOWN_NAME[role] for role in quoted("".join(rest[1:]))}
            assert spoken_of == members, what


def test_only_the_reaper_passes_a_role_and_only_the_one_of_cloudformation() -> None:
    allowed = [
        (name, listed(each["Resource"]), each.get("Condition"))
        for name in ("ReadRole", "TagRole", "ReapRole", "CloudFormationRole")
        for each in HOLDERS[name].statements
        if each["Effect"] == "Allow" and "iam:PassRole" in listed(each["Action"])
    ]
    role = "arn:aws:iam::222222222222:role/steward-cloudformation"
    to = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    assert allowed == [("ReapRole", [role], to)]


def test_a_claim_that_is_wrong_is_seen() -> None:
    assert is_allowed("TagRole", "lambda:GetFunction")
    assert not is_denied("TagRole", "lambda:GetFunction")
    assert not is_denied("ReapRole", "cloudformation:DeleteStack")
