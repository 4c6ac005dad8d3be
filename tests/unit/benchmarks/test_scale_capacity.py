"""Read and write units by the size of items."""

from typing import Any

import pytest

from benchmarks.scale.capacity import Capacity, Item, item_bytes


@pytest.mark.parametrize(
    ("value", "size"),
    [
        pytest.param({"S": "äb"}, 3, id="text in UTF-8"),
        pytest.param({"N": "1234"}, 3, id="two digits a byte, and one"),
        pytest.param({"BOOL": True}, 1, id="truth"),
        pytest.param({"SS": ["ab", "c"]}, 3, id="set"),
        pytest.param({"L": [{"S": "ab"}]}, 6, id="list"),
        pytest.param({"M": {"k": {"S": "ab"}}}, 7, id="map"),
    ],
)
def test_an_item_is_as_long_as_its_names_and_values(value: dict[str, Any], size: int) -> None:
    assert item_bytes({"name": value}) == 4 + size


def of_bytes(size: int) -> Item:
    return {"pk": {"S": "x" * (size - 2)}}


@pytest.mark.parametrize(
    ("sizes", "consistent", "units"),
    [
        pytest.param([], True, 1, id="nothing found"),
        pytest.param([4096], True, 1, id="four kilobytes"),
        pytest.param([4097], True, 2, id="one byte more"),
        pytest.param([2000, 2000], True, 1, id="added up before they are rounded"),
        pytest.param([4097], False, 1, id="half for an eventual read"),
    ],
)
def test_reads(sizes: list[int], consistent: bool, units: float) -> None:
    capacity = Capacity()
    capacity.read(map(of_bytes, sizes), consistent=consistent)
    assert capacity.reads == units


@pytest.mark.parametrize(
    ("size", "together", "units"),
    [
        pytest.param(1024, False, 1, id="one kilobyte"),
        pytest.param(1025, False, 2, id="one byte more"),
        pytest.param(1024, True, 2, id="twice in a transaction"),
    ],
)
def test_writes(size: int, together: bool, units: float) -> None:
    capacity = Capacity()
    capacity.write(of_bytes(size), together=together)
    assert capacity.writes == units


def test_an_indexed_item_is_written_once_more() -> None:
    capacity = Capacity()
    capacity.write({**of_bytes(100), "gsi1pk": {"S": "LEASE#LIVE"}})
    assert capacity.writes == 2
