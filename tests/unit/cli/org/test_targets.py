"""Organizational units that are checked before stack sets get them."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from steward_cli.main import app


class Tree:
    """root > workloads > payments > payments-dev, and root > sandbox."""

    def __init__(self) -> None:
        client = boto3.client("organizations")
        client.create_organization(FeatureSet="ALL")
        self.root = client.list_roots()["Roots"][0]["Id"]
        self.workloads = self._unit(self.root, "workloads")
        self.payments = self._unit(self.workloads, "payments")
        self.deep = self._unit(self.payments, "payments-dev")
        self.sandbox = self._unit(self.root, "sandbox")

    def _unit(self, parent: str, name: str) -> str:
        client = boto3.client("organizations")
        made = client.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]


@pytest.fixture
def tree(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tree]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    with mock_aws():
        yield Tree()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["org", "check", *arguments])


def test_units_beside_each_other_will_do(tree: Tree) -> None:
    done = run("--ous", f"{tree.workloads},{tree.sandbox}", "--reap-ous", tree.sandbox)
    assert (done.exit_code, done.stdout) == (
        0,
        "2 organizational units to cover: nothing is wrong\n",
    )


def test_a_unit_three_deep_in_a_listed_one_is_found(tree: Tree) -> None:
    done = run("--ous", f"{tree.workloads},{tree.deep}")
    assert done.exit_code == 1
    assert f"{tree.deep} lies in {tree.workloads}, which is listed too" in done.stdout


def test_everything_lies_in_the_root(tree: Tree) -> None:
    done = run("--ous", f"{tree.root},{tree.sandbox}")
    assert f"{tree.sandbox} lies in {tree.root}" in done.stdout


def test_units_to_reap_may_lie_in_covered_ones(tree: Tree) -> None:
    assert run("--ous", tree.workloads, "--reap-ous", tree.deep).exit_code == 0


def test_a_unit_to_reap_has_to_be_covered(tree: Tree) -> None:
    done = run("--ous", tree.workloads, "--reap-ous", tree.sandbox)
    assert done.exit_code == 1
    assert f"{tree.sandbox} may be reaped, but is not covered" in done.stdout


@pytest.mark.usefixtures("tree")
def test_a_unit_that_is_not_there_is_named() -> None:
    done = run("--ous", "ou-zz99-99999999")
    assert done.exit_code == 1
    assert "there is no organizational unit ou-zz99-99999999" in done.stdout


def test_a_unit_given_twice_is_refused(tree: Tree) -> None:
    assert run("--ous", f"{tree.sandbox},{tree.sandbox}").exit_code == 2
