"""`steward extend` with the real lease_extension behind it, on the small organization's ledger.

The function runs in this process: the organization of these tests has no deployed hub.
"""

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.lease_extension import app
from steward.domain.leases import Lease
from steward.domain.stacks import Unit
from steward.observability import metrics
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.test_plan import GUIDE, READS
from tests.integration.cli.world import EXTENSION_FUNCTION, TABLE, World

FUNCTION_ENVIRONMENT = {
    "LEDGER_TABLE": TABLE,
    "AUDIT_RETENTION_DAYS": "400",
    "MAX_CLOCK_SKEW_MINUTES": "15",
    "LINK_KEY_SECRET": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:LinkKey-a1b2c3",
}
WISH = ("feat-due", "--for", "P3D", "--reason", "a demo on Friday")


class Context(LambdaContext):
    def __init__(self) -> None:
        self._function_name = EXTENSION_FUNCTION
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = f"arn:aws:lambda:eu-west-1:1:function:{EXTENSION_FUNCTION}"
        self._aws_request_id = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def hub_function(
    operator: Operator, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """lease_extension as it is deployed, but in this process."""
    for name, value in FUNCTION_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", operator.world.endpoint)
    app.extender.cache_clear()
    monkeypatch.setattr(metrics, "namespace", "Steward")

    def lease_extension(event: Any) -> Any:
        # Logs and metrics of a function go to its own standard output.
        with redirect_stdout(StringIO()):
            return app.lambda_handler(event, Context())

    calls.function = lease_extension
    yield
    app.extender.cache_clear()


def extended(operator: Operator, *arguments: str) -> Any:
    answer = operator("extend", *arguments, "--json")
    return json.loads(answer.out)


def lease(world: World, key: str = "feat-due") -> Lease:
    unit = Unit(world.account("alpha-dev"), "eu-west-1")
    found = world.ledger.lease(unit, world.stack_ids[key])
    assert found is not None
    return found


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_the_lease_lives_as_long_as_was_asked_for(operator: Operator) -> None:
    before = lease(operator.world)
    report = extended(operator, *WISH)
    after = lease(operator.world)
    assert report["outcome"] == "extended"
    assert datetime.fromisoformat(report["expires_at"]) == after.expires_at
    assert after.expires_at > before.expires_at
    assert after.generation == before.generation + 1


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_the_audit_trail_names_who_asked_and_why(operator: Operator) -> None:
    operator("extend", *WISH, "--by", "ada@example.com")
    event = operator.world.ledger.audit_trail(operator.world.stack_ids["feat-due"])[-1]
    assert event.what == "extended"
    assert "ada@example.com" in event.why
    extension = lease(operator.world).extension
    assert extension is not None
    assert (extension.by, extension.reason) == ("ada@example.com", "a demo on Friday")


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_without_a_name_the_callers_own_is_used(operator: Operator) -> None:
    operator("extend", *WISH)
    extension = lease(operator.world).extension
    assert extension is not None
    assert extension.by == f"root of account {operator.world.hub}"


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_the_same_date_is_never_given_twice(operator: Operator) -> None:
    day = (operator.world.now + timedelta(days=4)).date().isoformat()
    wish = ("feat-due", "--until", day, "--reason", "a demo")
    assert operator("extend", *wish).code == 0
    again = operator("extend", *wish)
    assert again.code == 1
    assert "no later than what it has" in again.err
    assert lease(operator.world).generation == 2


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_people_read_what_it_has_what_they_asked_for_and_what_came_of_it(
    operator: Operator,
) -> None:
    answer = operator("extend", *WISH, "--by", "ada@example.com")
    told = answer.out.splitlines()
    assert (answer.code, told[0]) == (0, f"{_place(operator.world)}")
    assert told[1].startswith("  now: marked, expires ")
    assert told[2].endswith(", by ada@example.com: a demo on Friday")
    assert told[4].startswith("extended: it expires ")


def _place(world: World) -> str:
    return f"feat-due in alpha-dev ({world.account('alpha-dev')}), eu-west-1"


@pytest.mark.usefixtures("ledger_put_back", "hub_function")
def test_beyond_the_longest_life_it_says_whom_to_ask_and_bothers_nobody(
    operator: Operator, calls: Calls
) -> None:
    answer = operator("extend", "feat-due", "--for", "60d", "--reason", "a demo")
    assert answer.code == 1
    assert "is past its longest life" in answer.err
    assert "to do: ask platform@example.com" in answer.err
    assert "Invoke" not in calls


def test_a_refusal_is_a_whole_document_too(operator: Operator) -> None:
    answer = operator("extend", "feat-due", "--for", "60d", "--reason", "a demo", "--json")
    report = json.loads(answer.out)
    assert (answer.code, report["outcome"]) == (1, "refused")
    assert report["expires_at"] == report["before"]["expires_at"]


def test_a_dry_run_asks_nobody(operator: Operator, calls: Calls) -> None:
    before = operator.world.dump()
    answer = operator("extend", *WISH, "--dry-run")
    assert answer.code == 0
    assert "dry run, nothing was changed: it would expire" in answer.out
    assert set(calls) - READS == set()
    assert operator.world.dump() == before


def test_what_the_hub_refuses_is_refused(operator: Operator, calls: Calls) -> None:
    reason = "the stack is being deleted at this moment"
    calls.function = lambda _event: {"extended": False, "reason": reason, "expires_at": None}
    answer = operator("extend", *WISH)
    assert answer.code == 1
    assert f"error: it is not extended: {reason}" in answer.err
    assert f"steward explain {operator.world.stack_ids['feat-due']}" in answer.err


@pytest.mark.parametrize(
    ("stack", "code", "told"),
    [
        pytest.param("nobody", 1, "no stack nobody was found", id="unknown"),
        pytest.param("feat-twin", 2, "names more than one stack", id="two-of-that-name"),
        pytest.param("payments", 1, "has no lease, so there is nothing to extend", id="no-lease"),
        pytest.param("{ended}", 1, "has ended: deleted by Steward", id="deleted"),
    ],
)
def test_a_stack_that_cannot_be_meant_is_an_error(
    operator: Operator, calls: Calls, stack: str, code: int, told: str
) -> None:
    wanted = stack.format(ended=operator.world.earlier_id)
    answer = operator("extend", wanted, "--for", "1d", "--reason", "a demo")
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert "to do: " in answer.err
    assert "Invoke" not in calls


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("--for", "1"), "--for: '1' is not a duration", id="duration"),
        pytest.param(("--until", "soon"), "--until: 'soon' is not a date", id="date"),
        pytest.param((), "how long is not said", id="nothing"),
        pytest.param(("--for", "1d", "--reason", " "), "--reason: ", id="blank-reason"),
        pytest.param(("--for", "1d", "--reason", "x" * 257), "--reason: ", id="long-reason"),
        pytest.param(("--for", "1d", "--by", "x" * 255), "--by: ", id="long-name"),
    ],
)
def test_a_wrong_option_is_a_wrong_call(
    operator: Operator, arguments: tuple[str, ...], told: str
) -> None:
    answer = operator("extend", "feat-due", "--reason", "a demo", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert "to do: " in answer.err


def test_a_hub_that_knows_no_extensions_is_named(operator: Operator, older_hub: str) -> None:
    answer = operator("extend", *WISH, "--stack", older_hub)
    assert answer.code == 3
    assert "has no output LeaseExtensionFunctionName" in answer.err


@pytest.fixture(scope="module")
def older_hub(world: World) -> str:
    """A hub's stack without the outputs that came with extensions."""
    client = world.organization.session().client("cloudformation")
    stack = client.describe_stacks(StackName="steward")["Stacks"][0]
    outputs = "\n".join(
        f"  {each['OutputKey']}: {{Value: {json.dumps(each['OutputValue'])}}}"
        for each in stack["Outputs"]
        if not each["OutputKey"].startswith("LeaseExtension")
    )
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    role = parameters["ReadRoleName"]
    client.create_stack(
        StackName="older",
        TemplateBody=f"""
Parameters:
  ReadRoleName: {{Type: String, Default: {role}}}
Resources:
  Anything: {{Type: "AWS::SNS::Topic"}}
Outputs:
{outputs}
""",
    )
    return "older"


def test_every_field_of_the_document_is_in_the_guide(operator: Operator) -> None:
    report = extended(operator, *WISH, "--dry-run")
    fields = {*report, *report["stack"], *report["before"], *report["wish"]}
    guide = GUIDE.read_text()
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []
