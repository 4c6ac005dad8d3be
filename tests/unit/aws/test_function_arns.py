"""Function ARNs as different sources write them."""

import pytest

from steward.aws.function_arns import FunctionArn, function_arn
from steward.domain.runtimes.functions import LATEST
from steward.domain.stacks import Unit

UNIT = Unit("111122223333", "eu-west-1")
ORDERS = "arn:aws:lambda:eu-west-1:111122223333:function:orders-api"


@pytest.mark.parametrize(
    ("written", "qualifier", "version"),
    [
        pytest.param(ORDERS, LATEST, LATEST, id="unqualified"),
        pytest.param(f"{ORDERS}:$LATEST", LATEST, LATEST, id="latest"),
        pytest.param(f"{ORDERS}:12", "12", "12", id="version"),
        pytest.param(f"{ORDERS}:live", "live", "", id="alias"),
        pytest.param(f"{ORDERS}:$LATEST.PUBLISHED", "$LATEST.PUBLISHED", "", id="managed-pointer"),
        pytest.param(f" {ORDERS}\n", LATEST, LATEST, id="spaces"),
    ],
)
def test_every_spelling_is_the_same_function(written: str, qualifier: str, version: str) -> None:
    arn = function_arn(written)
    assert arn == FunctionArn(UNIT, "orders-api", qualifier)
    assert arn.version == version


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-eusc", "eusc-de-east-1")],
)
def test_every_partition_is_known(partition: str, region: str) -> None:
    arn = function_arn(f"arn:{partition}:lambda:{region}:111122223333:function:f")
    assert arn is not None
    assert arn.unit == Unit("111122223333", region)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("orders-api", id="a-name"),
        pytest.param("UNKNOWN", id="health-does-not-know"),
        pytest.param("arn:aws:lambda:eu-west-1:111122223333:layer:x:1", id="a-layer"),
        pytest.param("arn:aws:lambda:eu-west-1:1111:function:f", id="short-account"),
        pytest.param(f"{ORDERS}:1:2", id="too-much"),
        pytest.param("arn:aws:s3:::bucket", id="another-service"),
    ],
)
def test_what_is_no_functions_arn_is_none(written: str) -> None:
    assert function_arn(written) is None
