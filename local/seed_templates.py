"""The templates of the seeded stacks, and what must lie in an account before they deploy."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from local.organization import Organization
from local.scenario_model import SeededStack

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType

FOLDER = Path(__file__).parent / "seeds"
BASE_IMAGE = "/seed/base-image"
CHILD_TEMPLATE = "nested-child.yaml"


@cache
def template_body(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def stack_parameters(organization: Organization, stack: SeededStack) -> dict[str, str]:
    """The stack's own parameters, with what only the running organization knows."""
    if stack.template != "nested-parent":
        return dict(stack.parameters)
    bucket = _bucket(organization, stack)
    url = f"{organization.endpoint}/{bucket}/{CHILD_TEMPLATE}"
    return dict(stack.parameters) | {"ChildTemplateUrl": url}


def prepare_unit(organization: Organization, stack: SeededStack) -> None:
    """Put in place what the stack's template refers to; harmless when repeated."""
    session = organization.session(stack.account, stack.region)
    if stack.template == "parameters":
        session.client("ssm").put_parameter(
            Name=BASE_IMAGE, Value="ami-0a1b2c3d", Type="String", Overwrite=True
        )
    if stack.template == "nested-parent":
        _upload_child(organization, stack)


def _upload_child(organization: Organization, stack: SeededStack) -> None:
    client = organization.session(stack.account, stack.region).client("s3")
    bucket = _bucket(organization, stack)
    if bucket not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
        _create_bucket(organization, stack, bucket)
    child = (FOLDER / CHILD_TEMPLATE).read_bytes()
    client.put_object(Bucket=bucket, Key=CHILD_TEMPLATE, Body=child)


def _create_bucket(organization: Organization, stack: SeededStack, bucket: str) -> None:
    client = organization.session(stack.account, stack.region).client("s3")
    if stack.region == "us-east-1":  # "CreateBucket": this region takes no location constraint
        client.create_bucket(Bucket=bucket)
        return
    location = cast("BucketLocationConstraintType", stack.region)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": location})


def _bucket(organization: Organization, stack: SeededStack) -> str:
    return f"seed-templates-{organization.accounts[stack.account]}-{stack.region}"
