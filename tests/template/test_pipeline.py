"""The workflows and org/pipeline.yaml: what is pinned, who is trusted, and what that allows."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import yaml

from steward_cli.commands import NAMES
from tests.iam_proof.deciding import fits
from tests.template.documents import ROOT, chosen, load, resources

WORKFLOWS = ROOT / ".github" / "workflows"
TEMPLATE = chosen(load("org/pipeline.yaml"), frozenset({"HasEncryptionKey", "MakesProvider"}))
ROLES = resources(TEMPLATE, "AWS::IAM::Role")
STAGES = ("dev", "prod")
_PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def workflow(name: str) -> dict[Any, Any]:
    loaded = yaml.safe_load((WORKFLOWS / name).read_text())
    assert isinstance(loaded, dict)
    return loaded


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for line in path.read_text().splitlines():
            yield path.name, line.strip()


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for name, job in workflow(path.name)["jobs"].items():
            yield f"{path.name}/{name}", job


DELIVER, STAGE = workflow("deliver.yml"), workflow("stage.yml")
TRIGGERS = True  # YAML 1.1 reads the key `on` as this.
STEPS = STAGE["jobs"]["deploy"]["steps"]
COMMANDS = [step["run"] for step in STEPS if "run" in step]


def statements(role: str) -> dict[str, dict[str, Any]]:
    (policy,) = ROLES[role]["Policies"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_actions_of_others_are_pinned_to_a_commit_and_say_which_release_it_is() -> None:
    used = [line.lstrip("- ").removeprefix("uses: ") for _, line in texts() if "uses: " in line]
    others = [each for each in used if not each.startswith("./")]
    assert len(others) >= 5
    assert [each for each in others if not _PINNED.fullmatch(each)] == []


def test_one_action_has_one_commit() -> None:
    found = set(
        re.findall(r"uses: ([\w.-]+/[\w.-]+)@([0-9a-f]{40})", "\n".join(t for _, t in texts()))
    )
    assert len(found) == len({name for name, _ in found})


def test_no_token_can_do_anything_but_where_a_job_says_so() -> None:
    assert DELIVER["permissions"] == STAGE["permissions"] == {}
    allowed = {name: job["permissions"] for name, job in jobs()}
    read, identity = {"contents": "read"}, {"contents": "read", "id-token": "write"}
    assert allowed == {
        "deliver.yml/test": read,
        "deliver.yml/dev": identity,
        "deliver.yml/prod": identity,
        "stage.yml/deploy": identity,
    }


def test_nothing_is_kept_that_opens_an_account() -> None:
    shown = "\n".join(line for _, line in texts())
    assert not re.search(r"secrets\.|aws-access-key-id|AWS_SECRET|pull_request_target", shown)


def test_commands_take_what_comes_from_outside_from_their_environment() -> None:
    commands = [step["run"] for _, job in jobs() for step in job.get("steps", []) if "run" in step]
    assert not [command for command in commands if "${{" in command]


def test_tests_come_before_dev_and_dev_before_prod() -> None:
    made = DELIVER["jobs"]
    assert made["test"]["steps"][-1]["run"] == ".ci/run"
    assert (made["dev"]["needs"], made["prod"]["needs"]) == ("test", "dev")
    assert [made[stage]["with"]["stage"] for stage in STAGES] == list(STAGES)
    assert STAGE["jobs"]["deploy"]["environment"] == "${{ inputs.stage }}"


def test_only_main_is_delivered() -> None:
    assert DELIVER[TRIGGERS]["push"] == {"branches": ["main"]}
    assert "github.ref == 'refs/heads/main'" in DELIVER["jobs"]["dev"]["if"]
    assert "github.event_name != 'pull_request'" in DELIVER["jobs"]["dev"]["if"]


def test_a_stage_is_deployed_by_one_run_at_a_time_and_never_broken_off() -> None:
    assert STAGE["jobs"]["deploy"]["concurrency"] == {
        "group": "steward-${{ inputs.stage }}",
        "cancel-in-progress": False,
    }


def test_the_targets_of_the_workflow_exist() -> None:
    targets = {command.split()[1] for command in COMMANDS if command.startswith("make ")}
    makefile = (ROOT / "Makefile").read_text()
    assert targets == {"build", "deploy"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_the_commands_of_the_workflow_exist() -> None:
    (command,) = [each.split()[1] for each in COMMANDS if each.startswith(".venv/bin/steward")]
    assert command in NAMES


def test_what_the_workflow_is_told_is_what_the_template_gives_out() -> None:
    told = set(re.findall(r"vars\.(\w+)", (WORKFLOWS / "stage.yml").read_text()))
    outputs = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() for name in TEMPLATE["Outputs"]}
    assert told - outputs == {"ACCOUNT_ID", "AWS_REGION"}


def test_prod_is_deployed_gradually() -> None:
    prod = (ROOT / "samconfig.toml").read_text().partition("[prod.deploy.parameters]")[2]
    assert "GradualDeployment=true" in prod.partition("\n[")[0]


def test_one_environment_of_one_repository_is_trusted_and_no_pattern() -> None:
    (trust,) = ROLES["PipelineRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {
                "Fn::Sub": "repo:${Repository}:environment:${EnvironmentName}"
            },
        }
    }


@pytest.mark.parametrize("role", list(ROLES))
def test_both_roles_are_under_the_boundary(role: str) -> None:
    assert ROLES[role]["PermissionsBoundary"] == {"Ref": "Boundary"}


@pytest.mark.parametrize("role", list(ROLES))
def test_roles_are_passed_to_named_services_only(role: str) -> None:
    for sid, statement in statements(role).items():
        if "iam:PassRole" in listed(statement["Action"]):
            assert "iam:PassedToService" in statement["Condition"]["StringEquals"], sid
            assert statement["Resource"] != "*", sid


@pytest.mark.parametrize("role", list(ROLES))
def test_what_a_role_may_do_with_iam_has_the_names_of_roles(role: str) -> None:
    for sid, statement in statements(role).items():
        if any(action.startswith("iam:") for action in listed(statement["Action"])):
            assert "role/" in str(statement["Resource"]) or "ExecutionRole" in str(
                statement["Resource"]
            ), sid


def test_github_can_change_nothing_but_by_cloudformation() -> None:
    changing = re.compile(r":(Create|Update|Delete|Put|Attach|Set|Tag|\*)")
    for sid, statement in statements("PipelineRole").items():
        if sid != "UploadTheCode":
            found = [each for each in listed(statement["Action"]) if changing.search(each)]
            assert all(each.startswith("cloudformation:") for each in found), sid


def test_github_acts_as_the_operator_of_the_hub_and_as_nobody_else() -> None:
    named = resources(load("template.yaml"), "AWS::IAM::Role")["OperatorRole"]["RoleName"]
    operator = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{named['Fn::Sub']}"
    for role, allowed in (("PipelineRole", [operator]), ("ExecutionRole", [])):
        found = [
            each["Resource"]["Fn::Sub"]
            for each in statements(role).values()
            if any(action.startswith("sts:") for action in listed(each["Action"]))
        ]
        assert found == allowed, role


def test_the_boundary_covers_what_the_roles_may_do() -> None:
    """Else the roles are allowed what never works."""
    (boundary,) = resources(TEMPLATE, "AWS::IAM::ManagedPolicy").values()
    most = set(_pairs(boundary["PolicyDocument"]["Statement"]))
    for role in ROLES:
        beyond = [
            (action, resource)
            for action, resource in _pairs(statements(role).values())
            if not any(fits(each, action) and fits(on, resource) for each, on in most)
        ]
        assert beyond == [], role


def _pairs(found: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in found:
        if each["Effect"] == "Allow":
            for resource in listed(each["Resource"]):
                yield from ((action, _plain(resource)) for action in listed(each["Action"]))


def _plain(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        name = ROLES[resource["Fn::GetAtt"][0]]["RoleName"]["Ref"]
        return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{{name}}}"
    return str(next(iter(resource.values())))


def test_the_boundary_denies_everything_of_iam_but_the_hubs_roles() -> None:
    (boundary,) = resources(TEMPLATE, "AWS::IAM::ManagedPolicy").values()
    denied = {each["Sid"]: each for each in boundary["PolicyDocument"]["Statement"]}
    besides = denied["NothingBesidesRolesOfTheHub"]
    assert besides["Effect"] == "Deny"
    assert "iam:*" not in besides["NotAction"]
    assert not [
        each for each in besides["NotAction"] if each.startswith(("iam:C", "iam:P", "sts:"))
    ]
    assert all(":role/" in each["Fn::Sub"] for each in besides["NotResource"])
