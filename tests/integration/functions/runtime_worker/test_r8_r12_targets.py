"""R8 and R12: what each function is to be changed to, and what can be done in the meantime."""

import pytest

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.places import scan_id_of
from steward.domain.runtimes.plans import ScanDates
from tests.integration.functions.runtime_units import SCANNED_AT, Units, shown

LAYER = "arn:aws:lambda:eu-west-1:333333333333:layer:deps:7"


@pytest.mark.parametrize(
    ("runtime", "smallest", "latest"),
    [
        pytest.param("java11", "java11.al2023", "java25", id="only-the-os-changes"),
        pytest.param("python3.10", "python3.12", "python3.14", id="two-hops"),
        pytest.param("nodejs20.x", "nodejs24.x", "nodejs24.x", id="not-one-that-ends-soon"),
        pytest.param("go1.x", "provided.al2023", "provided.al2023", id="no-language-any-more"),
    ],
)
def test_r8_the_smallest_safe_hop_and_the_latest_are_named(
    units: Units, runtime: str, smallest: str, latest: str
) -> None:
    units.function("orders", "python3.9")
    units.scan(shown("orders", runtime))
    row = units.row("orders")
    assert (row.smallest, row.latest) == (smallest, latest)
    assert row.breakers
    assert "publish a version and move an alias" in row.rollback
    assert row.interim == ()


def test_r8_a_layer_that_is_not_made_for_the_hop_blocks_it(units: Units) -> None:
    units.answers.layers[LAYER] = ["python3.9", "python3.10"]
    ready, silent = LAYER.replace("deps", "ready"), LAYER.replace("deps", "silent")
    units.answers.layers |= {ready: ["python3.9", "python3.12", "python3.14"], silent: []}
    units.scan(shown("orders", "python3.9", layers=(ready, LAYER, silent)))
    row = units.row("orders")
    assert (row.smallest, row.latest) == ("", "")
    assert row.blocking_layers == ("deps:7",)
    assert any("layer deps:7 is not made for it" in each for each in row.passed_over)


def test_r8_a_layer_is_read_once_over_all_units(units: Units) -> None:
    units.answers.layers[LAYER] = ["python3.9", "python3.12", "python3.14"]
    here, far = (
        units.planned(shown("orders", "python3.9", layers=(LAYER,)), region=region)
        for region in ("eu-west-1", "us-east-1")
    )
    assert units.worker_takes(here)
    assert units.worker_takes(far)
    assert len(units.hub.exchange.sent("GetLayerVersionByArn")) == 1
    assert [units.rows(work)[0].smallest for work in (here, far)] == ["python3.12"] * 2


def test_r8_a_layer_of_another_account_that_cannot_be_read_hinders_nothing(units: Units) -> None:
    header = units.scan(shown("orders", "python3.9", layers=(LAYER,)))
    row = units.row("orders")
    assert (row.smallest, row.blocking_layers) == ("python3.12", ())
    (problem,) = header.problems
    assert f"what layer {LAYER} is made for: not known" in problem


def test_r8_arm_functions_are_sent_nowhere_they_cannot_run(units: Units) -> None:
    units.scan(shown("orders", "java8.al2", architecture="arm64"))
    assert units.row("orders").smallest == "java8.al2023"
    assert units.row("orders").architecture == "arm64"


@pytest.mark.parametrize(
    ("newer", "asked"),
    [pytest.param("java30", 1, id="one-without"), pytest.param("java25", 0, id="all-have-it")],
)
def test_r8_snap_start_is_asked_for_where_it_could_be_lost(
    units: Units, newer: str, asked: int
) -> None:
    """Config does not record it, and a runtime that only the catalog knows may not have it."""
    units.function("orders", "java11")
    dates = [
        Claim(Speaker.CATALOG, newer, Milestone.DEPRECATED, None, SCANNED_AT.date()),
    ]
    scan_id = scan_id_of(SCANNED_AT)
    units.dates(ScanDates(scan_id=scan_id, today=SCANNED_AT.date(), claims=tuple(dates)))
    units.scan(shown("orders", "java11"), shown("py", "python3.9"))
    assert len(units.hub.exchange.sent("GetFunctionConfiguration")) == asked


def test_r12_where_nothing_is_safe_the_ways_to_stay_a_while_are_told(units: Units) -> None:
    units.answers.layers[LAYER] = ["java11"]
    units.scan(shown("orders", "java11", layers=(LAYER,)))
    row = units.row("orders")
    assert row.bucket is Bucket.AFFECTED
    assert row.smallest == ""
    assert [each.partition(":")[0] for each in row.interim] == [
        "container image with a base of your own",
        "customer-managed runtime that the platform team publishes",
    ]
    assert row.interim[0].endswith("nobody but Steward announces its end")


def test_a_function_url_and_calls_raise_and_no_calls_lower_the_severity(units: Units) -> None:
    units.answers.urls = {"public"}
    units.answers.invoked = {"busy": 12.0, "public": 12.0}
    names = ("public", "busy", "idle")
    units.scan(*(shown(name, "python3.13", tags={}) for name in names), shown("java", "java21"))
    assert all(units.row(name).bucket is Bucket.FINE for name in names)
    units.scan(*(shown(name, "nodejs22.x") for name in names), day=1)
    rows = {name: units.row(name) for name in names}
    assert {name: row.level for name, row in rows.items()} == {
        "public": "MEDIUM",
        "busy": "MEDIUM",
        "idle": "INFO",
    }
    assert rows["public"].internet_facing
    assert rows["idle"].advice == "nobody has called it for 90 days: delete it"
    assert [rows[name].invocations for name in names] == [12, 12, 0]


def test_invocations_of_all_affected_functions_are_counted_in_one_call(units: Units) -> None:
    units.scan(*(shown(f"function-{number:03d}", "python3.9") for number in range(40)))
    assert len(units.hub.exchange.sent("GetMetricData")) == 1


def test_pinned_runtimes_are_found_weekly_and_on_affected_functions(units: Units) -> None:
    units.function("held", "python3.14")
    units.function("old", "python3.9")
    held = "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"
    units.answers.pinned = {"held": held, "old": held}
    functions = shown("held", "python3.14"), shown("old", "python3.9"), shown("image", None)
    units.scan(*functions)
    assert (units.row("held").pinned, units.row("old").pinned) == ("", held)
    units.scan(*functions, day=1, live=True)
    assert (units.row("held").pinned, units.row("old").pinned) == (held, held)
    asked = {
        params["FunctionName"] for params in units.hub.exchange.sent("GetRuntimeManagementConfig")
    }
    assert asked == {"held", "old"}
