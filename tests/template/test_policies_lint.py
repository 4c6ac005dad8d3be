"""Every policy of our templates through parliament (its maintained fork, ol-parliament)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.iam_proof.roles import holders

ROOT = Path(__file__).parents[2]
LINTER = [ROOT / ".tools/security/bin/python", ROOT / "tests/template/lint_policies.py"]
# Newer than the linter's copy of the Service Authorization Reference.
NEWER = {"lambda:GetRuntime", "lambda:GetRuntimeAlias", "health:DescribeServiceLifecycle"}
# Reads that may name a resource and do not, by the role that needs everything.
READS_EVERYTHING = {
    "CloudFormationRole": "the stack to be deleted may hold anything",
    "ExecutionRole": "CloudFormation lists alarms before it looks at one",
    "HookRole": "a deployment group may name any alarm",
    "OperatorRole": "the doctor looks at what it cannot name beforehand",
    "ReadRole": "any stack may be leased",
    "ReapRole": "any stack may have to be explained",
    "SingleAccountReadPolicy": "any stack may be leased",
    "SingleAccountReapPolicy": "any stack may have to be explained",
    "TagRole": "a stack may hold resources under any name",
}
# Wildcards such as ec2:Delete* reach actions that name other resources; these stay not allowed.
WILDCARDS = {"CloudFormationRole", "ExecutionRole"}
# "Using CloudFormation macros": transforms of AWS belong to the account `aws`.
TRANSFORM = ":aws:transform/Serverless-2016-10-31'"


def lint(policies: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    done = subprocess.run(
        LINTER, input=json.dumps(policies), capture_output=True, text=True, check=True
    )
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture(scope="module")
def linted() -> dict[str, list[dict[str, str]]]:
    """One process for all: the linter reads ten megabytes before its first policy."""
    wrong = {"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}
    policies = {name: policy(*holder.statements) for name, holder in holders().items()}
    return lint(policies | {"a-wrong-one": policy(wrong)})


def test_the_linter_sees_what_is_wrong(linted: dict[str, list[dict[str, str]]]) -> None:
    assert [found["issue"] for found in linted["a-wrong-one"]] == ["UNKNOWN_ACTION"]


@pytest.mark.parametrize("role", holders())
def test_policies_pass_the_linter(role: str, linted: dict[str, list[dict[str, str]]]) -> None:
    assert [found for found in linted[role] if not _is_explained(role, found)] == []


def _is_explained(role: str, found: dict[str, str]) -> bool:
    match found["issue"]:
        case "UNKNOWN_ACTION":
            return found["detail"].rpartition(" ")[2] in NEWER
        case "RESOURCE_STAR":
            return role in READS_EVERYTHING
        case "RESOURCE_MISMATCH":
            return role in WILDCARDS
        case "INVALID_ARN":
            return TRANSFORM in found["location"]
        case _:
            return False
