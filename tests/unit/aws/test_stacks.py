"""Reading stacks: what rows may lack, and what must never be mistaken for an empty answer."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.sessions import UnitUnreachable
from steward.aws.stacks import (
    bucket_names,
    failed_resource_ids,
    importers,
    list_stacks,
    read_stack,
)
from steward.domain.stacks import Protection
from tests.factories import UNIT, make_stack_id
from tests.unit.aws.scripted import Scripted
from tests.unit.aws.wire import Wire, error_body

CREATED = datetime(2026, 11, 1, 8, 0, 0, 123000, tzinfo=UTC)
STACK_ID = make_stack_id()


def make_row(**fields: Any) -> dict[str, Any]:
    return {
        "StackId": STACK_ID,
        "StackName": "feat-cart",
        "CreationTime": CREATED,
        "StackStatus": "CREATE_COMPLETE",
        **fields,
    }


def test_a_row_with_the_least_there_is_reads_as_unknown_never_as_unprotected() -> None:
    with Scripted("cloudformation").answers("describe_stacks", {"Stacks": [make_row()]}) as aws:
        (stack,) = list_stacks(aws.client, UNIT)
    assert stack.protection is Protection.UNKNOWN
    assert stack.updated_at is None
    assert stack.touched_at == CREATED
    assert (stack.parent_id, stack.role_arn, stack.exports) == ("", "", ())


def test_a_full_row_is_read_field_by_field() -> None:
    row = make_row(
        LastUpdatedTime=CREATED.replace(day=5),
        EnableTerminationProtection=False,
        ParentId="parent",
        RootId="root",
        RoleARN="arn:aws:iam::222222222222:role/deploy",
        Description="a cart",
        Tags=[{"Key": "stage", "Value": "feature"}],
        Outputs=[
            {"OutputKey": "Url", "OutputValue": "https://example.com"},
            {"OutputKey": "Topic", "OutputValue": "t", "ExportName": "cart-topic"},
        ],
    )
    with Scripted("cloudformation").answers("describe_stacks", {"Stacks": [row]}) as aws:
        stack = read_stack(aws.client, UNIT, STACK_ID)
    assert stack is not None
    assert stack.updated_at == CREATED.replace(day=5)
    assert stack.protection is Protection.OFF
    assert stack.parent_id == "parent"
    assert stack.role_arn == "arn:aws:iam::222222222222:role/deploy"
    assert stack.description == "a cart"
    assert stack.tags == {"stage": "feature"}
    assert stack.output_keys == {"Url", "Topic"}
    assert stack.exports == ("cart-topic",)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param({"EnableTerminationProtection": True}, Protection.ON, id="on"),
        pytest.param({"EnableTerminationProtection": False}, Protection.OFF, id="off"),
        pytest.param({}, Protection.UNKNOWN, id="absent"),
    ],
)
def test_termination_protection(shown: dict[str, bool], expected: Protection) -> None:
    with Scripted("cloudformation").answers(
        "describe_stacks", {"Stacks": [make_row(**shown)]}
    ) as aws:
        (stack,) = list_stacks(aws.client, UNIT)
    assert stack.protection is expected


def test_a_nested_stack_that_shows_only_its_root_is_still_nested() -> None:
    answer = {"Stacks": [make_row(RootId="root")]}
    with Scripted("cloudformation").answers("describe_stacks", answer) as aws:
        (stack,) = list_stacks(aws.client, UNIT)
    assert stack.parent_id == "root"


def test_a_page_is_asked_for_only_when_the_one_before_was_read() -> None:
    aws = Scripted("cloudformation")
    aws.answers("describe_stacks", {"Stacks": [make_row()], "NextToken": "2"}, {})
    with aws:
        scan = list_stacks(aws.client, UNIT)
        next(scan)
    aws.answers("describe_stacks", {"Stacks": [make_row(StackName="b")]}, {"NextToken": "2"})
    with aws:
        assert [stack.name for stack in scan] == ["b"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("Throttling", "Rate exceeded", id="throttled"),
        pytest.param("ValidationError", "Invalid NextToken: expired", id="page-token-expired"),
        pytest.param("ExpiredToken", "The security token is expired", id="credentials-expired"),
    ],
)
def test_a_scan_that_breaks_off_is_raised_and_not_an_end(code: str, message: str) -> None:
    aws = Scripted("cloudformation")
    aws.answers("describe_stacks", {"Stacks": [make_row()], "NextToken": "2"})
    aws.refuses("describe_stacks", code, message)
    with aws:
        scan = list_stacks(aws.client, UNIT)
        assert next(scan).name == "feat-cart"
        with pytest.raises(ClientError, match=code):
            next(scan)


@pytest.mark.parametrize(
    "code",
    [
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "OptInRequired",
        "AuthFailure",
        "AccessDenied",
    ],
)
def test_a_region_that_is_not_open_is_not_covered(code: str) -> None:
    with (
        Scripted("cloudformation").refuses("describe_stacks", code, "no") as aws,
        pytest.raises(UnitUnreachable, match=rf"222222222222/eu-west-1.*{code}.*region") as caught,
    ):
        list(list_stacks(aws.client, UNIT))
    assert (caught.value.unit, caught.value.code) == (UNIT, code)


def test_an_endpoint_that_does_not_exist_is_not_covered() -> None:
    def respond(_fields: dict[str, str]) -> tuple[int, str]:
        raise EndpointConnectionError(endpoint_url="https://nowhere.example.com")

    client: Any = (
        Wire(respond)
        .session()
        .create_client("cloudformation", region_name="eu-west-1", config=_without_retries())
    )
    with pytest.raises(UnitUnreachable, match="EndpointConnectionError"):
        list(list_stacks(client, UNIT))


def _without_retries() -> Any:
    from botocore.config import Config

    return Config(retries={"total_max_attempts": 1})


LIST_BODY = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks>{rows}</Stacks></DescribeStacksResult>
</DescribeStacksResponse>"""
ROW_BODY = f"""<member>
  <StackId>{STACK_ID}</StackId><StackName>feat-cart</StackName><Description></Description>
  <CreationTime>2026-11-01T08:00:00.123Z</CreationTime>
  <StackStatus>CREATE_COMPLETE</StackStatus><DisableRollback>false</DisableRollback>
  <Tags/><Outputs/><NotificationARNs/>
  <DriftInformation><StackDriftStatus>NOT_CHECKED</StackDriftStatus></DriftInformation>
</member>"""


def test_the_answer_on_the_wire_without_protection_and_update_time() -> None:
    wire = Wire(lambda _: (200, LIST_BODY.format(rows=ROW_BODY)))
    client: Any = wire.session().create_client("cloudformation", region_name="eu-west-1")
    (stack,) = list_stacks(client, UNIT)
    assert (stack.protection, stack.updated_at) == (Protection.UNKNOWN, None)
    assert stack.created_at == CREATED


def test_a_unit_without_stacks_is_an_empty_list() -> None:
    wire = Wire(lambda _: (200, LIST_BODY.format(rows="")))
    client: Any = wire.session().create_client("cloudformation", region_name="eu-west-1")
    assert list(list_stacks(client, UNIT)) == []
    assert len(wire.requests) == 1


def test_a_stack_is_gone_only_when_cloudformation_says_so() -> None:
    message = f"Stack with id {STACK_ID} does not exist"
    with Scripted("cloudformation").refuses("describe_stacks", "ValidationError", message) as aws:
        assert read_stack(aws.client, UNIT, STACK_ID) is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("ValidationError", "1 validation error detected", id="another-validation"),
        pytest.param("Throttling", "Stack does not exist", id="another-code"),
        pytest.param("AccessDenied", "not authorized", id="denied"),
    ],
)
def test_any_other_error_proves_nothing_about_a_stack(code: str, message: str) -> None:
    with (
        Scripted("cloudformation").refuses("describe_stacks", code, message) as aws,
        pytest.raises(ClientError),
    ):
        read_stack(aws.client, UNIT, STACK_ID)


def test_a_stack_is_read_by_its_id() -> None:
    aws = Scripted("cloudformation")
    aws.answers("describe_stacks", {"Stacks": [make_row()]}, {"StackName": STACK_ID})
    with aws:
        assert read_stack(aws.client, UNIT, STACK_ID) is not None


def test_importers_of_all_exports_on_all_pages() -> None:
    aws = Scripted("cloudformation")
    page = {"Imports": ["shop", "audit"], "NextToken": "2"}
    aws.answers("list_imports", page, {"ExportName": "a"})
    aws.answers("list_imports", {"Imports": ["crm"]}, {"ExportName": "a", "NextToken": "2"})
    aws.refuses("list_imports", "ValidationError", "Export 'b' is not imported by any stack.")
    aws.answers("list_imports", {"Imports": ["shop"]}, {"ExportName": "c"})
    with aws:
        assert importers(aws.client, ["a", "b", "c"]) == ("audit", "crm", "shop")


def test_no_exports_cost_no_call() -> None:
    with Scripted("cloudformation") as aws:
        assert importers(aws.client, ()) == ()


def test_unreadable_imports_are_raised_and_not_none() -> None:
    with (
        Scripted("cloudformation").refuses("list_imports", "AccessDenied", "no") as aws,
        pytest.raises(ClientError),
    ):
        importers(aws.client, ["a"])


def make_resource(name: str, status: str, **fields: Any) -> dict[str, Any]:
    return {
        "LogicalResourceId": name,
        "ResourceType": "AWS::S3::Bucket",
        "ResourceStatus": status,
        "LastUpdatedTimestamp": CREATED,
        "PhysicalResourceId": f"{name.lower()}-1",
        **fields,
    }


def scripted_resources() -> Scripted:
    first = [
        make_resource("Kept", "DELETE_FAILED"),
        make_resource("Gone", "DELETE_COMPLETE"),
        make_resource("Queue", "DELETE_FAILED", ResourceType="AWS::SQS::Queue"),
    ]
    second = [
        make_resource("Left", "DELETE_SKIPPED"),
        make_resource("Made", "CREATE_COMPLETE"),
        make_resource("Unborn", "CREATE_FAILED", PhysicalResourceId=""),
    ]
    aws = Scripted("cloudformation")
    page = {"StackResourceSummaries": first, "NextToken": "2"}
    aws.answers("list_stack_resources", page, {"StackName": STACK_ID})
    expected = {"StackName": STACK_ID, "NextToken": "2"}
    return aws.answers("list_stack_resources", {"StackResourceSummaries": second}, expected)


def test_only_what_failed_itself_may_be_retained() -> None:
    with scripted_resources() as aws:
        assert failed_resource_ids(aws.client, STACK_ID) == ("Kept", "Queue")


def test_buckets_are_those_that_still_exist() -> None:
    with scripted_resources() as aws:
        assert bucket_names(aws.client, STACK_ID) == ("kept-1", "made-1")


def test_an_error_on_the_wire_is_understood() -> None:
    body = error_body("ValidationError", f"Stack with id {STACK_ID} does not exist")
    client: Any = (
        Wire(lambda _: (400, body))
        .session()
        .create_client("cloudformation", region_name="eu-west-1")
    )
    assert read_stack(client, UNIT, STACK_ID) is None
