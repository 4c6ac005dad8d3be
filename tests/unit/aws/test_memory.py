"""A unit of any size is scanned in the same memory."""

import tracemalloc
from typing import Any

from steward.aws.stacks import list_stacks
from tests.factories import UNIT, make_stack_id
from tests.unit.aws.wire import Wire

PAGE = 100
ROW = """<member><StackId>{stack_id}</StackId><StackName>{name}</StackName>
  <CreationTime>2026-11-01T08:00:00.123Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
  <Tags><member><Key>stage</Key><Value>feature</Value></member></Tags></member>"""
ANSWER = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks>{rows}</Stacks>{token}</DescribeStacksResult>
</DescribeStacksResponse>"""


def peak_of(pages: int) -> int:
    """Bytes at the highest, over what a scan that has begun holds anyway."""

    def respond(fields: dict[str, str]) -> tuple[int, str]:
        page = int(fields.get("NextToken", 0))
        names = [f"feat-{page}-{number}" for number in range(PAGE)]
        rows = "".join(ROW.format(name=name, stack_id=make_stack_id(name)) for name in names)
        token = f"<NextToken>{page + 1}</NextToken>" if page + 1 < pages else ""
        return 200, ANSWER.format(rows=rows, token=token)

    wire = Wire(respond)
    client: Any = wire.session().create_client("cloudformation", region_name=UNIT.region)
    scan = list_stacks(client, UNIT)
    next(scan)
    tracemalloc.start()
    try:
        seen = 1 + sum(1 for _ in scan)
        assert seen == pages * PAGE
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_stacks_take_no_more_memory() -> None:
    few, many = peak_of(3), peak_of(30)
    assert many < 2 * few
