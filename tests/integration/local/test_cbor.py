"""Our side of CBOR against botocore's, which encodes requests and decodes answers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer
from botocore.session import get_session

from local.emulator_server import cbor

VALUES = [
    0,
    23,
    24,
    255,
    256,
    65536,
    1 << 32,
    -1,
    -500,
    True,
    False,
    None,
    1.5,
    "",
    "Zürich",
    b"\x00\xff",
    [],
    [1, "two", [3]],
    {},
    {"a": {"b": [1.25]}},
    "x" * 300,
    datetime(2026, 11, 23, tzinfo=UTC),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_what_is_written_reads_the_same(value: Any) -> None:
    found = cbor.loads(cbor.dumps(value))
    assert found == value
    assert type(found) is type(value)


def test_what_a_client_writes_is_read() -> None:
    operation = (
        get_session().get_service_model("health").operation_model("DescribeEventsForOrganization")
    )
    asked = {"filter": {"services": ["LAMBDA"]}, "maxResults": 100}
    request = RpcV2CBORSerializer().serialize_to_request(asked, operation)
    assert cbor.loads(request["body"]) == asked


def test_what_is_written_is_read_by_a_client() -> None:
    shape = get_session().get_service_model("health").shape_for("DescribeServiceLifecycleResponse")
    day = datetime(2027, 2, 1, tzinfo=UTC)
    event = {"lifecycleEventType": "END_OF_SUPPORT", "date": day}
    answer = {"serviceLifecycles": [{"version": "python3.9", "lifecycleEvents": [event]}]}
    headers = {"smithy-protocol": "rpc-v2-cbor"}
    response = {"status_code": 200, "headers": headers, "body": cbor.dumps(answer)}
    parsed = RpcV2CBORParser().parse(response, shape)
    assert parsed["serviceLifecycles"] == answer["serviceLifecycles"]


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no CBOR form"):
        cbor.dumps({1})
