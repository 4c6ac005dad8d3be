"""R8: the smallest safe hop and the latest, what breaks on the way, and why nothing nearer."""

from datetime import date
from typing import Any

import pytest

from steward.data.runtime_table import bundled
from steward.domain.runtimes.breakers import known_breakers
from steward.domain.runtimes.fitting import Needs
from steward.domain.runtimes.lifecycle import OperatingSystem, Runtime
from steward.domain.runtimes.targets import Targets, targets_for
from tests.unit.domain.runtimes.samples import (
    TODAY,
    days,
    make_lifecycle,
    make_runtime,
    without_dates,
)


def shipped(runtime_id: str) -> Runtime:
    row = bundled().runtime(runtime_id)
    assert row is not None
    return row


def of_table(runtime_id: str, today: date = TODAY, **needs: Any) -> Targets:
    return targets_for(shipped(runtime_id), bundled(), today, Needs(**needs))


def names(targets: Targets) -> tuple[str | None, str | None]:
    smallest, latest = targets.smallest, targets.latest
    return smallest.runtime_id if smallest else None, latest.runtime_id if latest else None


@pytest.mark.parametrize(
    ("runtime_id", "smallest", "latest"),
    [
        ("python3.7", "python3.12", "python3.14"),
        ("python3.10", "python3.12", "python3.14"),
        ("python3.11", "python3.12", "python3.14"),
        ("nodejs14.x", "nodejs24.x", "nodejs24.x"),
        ("nodejs20.x", "nodejs24.x", "nodejs24.x"),
        ("nodejs22.x", "nodejs24.x", "nodejs24.x"),
        ("java8", "java8.al2023", "java25"),
        ("java8.al2", "java8.al2023", "java25"),
        ("java11", "java11.al2023", "java25"),
        ("java17", "java17.al2023", "java25"),
        ("dotnet6", "dotnet10", "dotnet10"),
        ("dotnet9", "dotnet10", "dotnet10"),
        ("ruby2.7", "ruby3.4", "ruby4.0"),
        ("ruby3.3", "ruby3.4", "ruby4.0"),
        ("go1.x", "provided.al2023", "provided.al2023"),
        ("provided.al2", "provided.al2023", "provided.al2023"),
        ("python3.12", None, "python3.14"),
        ("python3.14", None, None),
        ("nodejs26.x", None, None),
        ("custom", None, None),
    ],
)
def test_r8_the_targets_of_the_table(
    runtime_id: str, smallest: str | None, latest: str | None
) -> None:
    assert names(of_table(runtime_id)) == (smallest, latest)


@pytest.mark.parametrize("runtime_id", sorted(bundled().runtimes))
@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29), date(2032, 1, 1)], ids=str)
def test_r8_every_runtime_has_a_safe_target_or_says_why_not(runtime_id: str, today: date) -> None:
    targets = of_table(runtime_id, today)
    assert targets.reason
    if targets.smallest is not None:
        assert targets.smallest.days_left is None or targets.smallest.days_left >= 365
        assert shipped(targets.smallest.runtime_id).ga
    else:
        why = ("is safe itself", "is a preview", "no runtime follows", "none of", "its publisher")
        assert any(each in targets.reason for each in why)


LASTING = without_dates("python3.12", version=(3, 12))


@pytest.mark.parametrize(
    ("left", "smallest", "passed_over"),
    [
        pytest.param(366, "python3.10", (), id="a day more than a year"),
        pytest.param(365, "python3.10", (), id="a year"),
        pytest.param(
            364,
            "python3.12",
            ("python3.10: 364 days of support left, less than 365",),
            id="a day less than a year",
        ),
        pytest.param(
            1, "python3.12", ("python3.10: 1 day of support left, less than 365",), id="a day"
        ),
        pytest.param(0, "python3.12", (), id="it ends today"),
        pytest.param(-1, "python3.12", (), id="it has ended"),
    ],
)
def test_r8_a_safe_hop_has_a_year_left(
    left: int, smallest: str, passed_over: tuple[str, ...]
) -> None:
    near = without_dates("python3.10", version=(3, 10), deprecated=TODAY + days(left))
    table = make_lifecycle(make_runtime(), near, LASTING)
    targets = targets_for(make_runtime(), table, TODAY)
    assert targets.smallest is not None
    assert targets.smallest.runtime_id == smallest
    assert targets.passed_over == passed_over


def test_r8_the_year_counts_from_the_day_of_the_change() -> None:
    near = without_dates("python3.10", version=(3, 10), deprecated=TODAY + days(400))
    table = make_lifecycle(make_runtime(), near, LASTING)
    assert names(targets_for(make_runtime(), table, TODAY + days(36)))[0] == "python3.12"


@pytest.mark.parametrize(
    ("facts", "needs", "why"),
    [
        pytest.param({"ga": False}, {}, "it is a preview", id="preview"),
        pytest.param(
            {"architectures": ("x86_64",)},
            {"architecture": "arm64"},
            "it does not run on arm64",
            id="architecture",
        ),
        pytest.param({}, {"snap_start": True}, "it has no SnapStart", id="SnapStart"),
        pytest.param(
            {"package_types": ("Image",)},
            {},
            "it exists only as Image",
            id="image only",
        ),
        pytest.param(
            {"package_types": ("Zip",)},
            {"package_type": "Image"},
            "it exists only as Zip",
            id="no image",
        ),
        pytest.param(
            {},
            {"layers": {"tracing:4": frozenset({"python3.9"}), "says-nothing:1": frozenset()}},
            "layer tracing:4 is not made for it",
            id="layer",
        ),
        pytest.param(
            {},
            {"unavailable": {"python3.10": "it is not offered in eu-west-9"}},
            "it is not offered in eu-west-9",
            id="region",
        ),
        pytest.param({"os": None}, {}, "its operating system is not known", id="hearsay"),
    ],
)
def test_r8_a_hop_has_to_fit_the_function(
    facts: dict[str, Any], needs: dict[str, Any], why: str
) -> None:
    near = without_dates("python3.10", version=(3, 10), **facts)
    old = make_runtime(latest="python3.10")
    targets = targets_for(old, make_lifecycle(old, near), TODAY, Needs(**needs))
    assert names(targets) == (None, None)
    assert targets.passed_over == (f"python3.10: {why}",)
    assert targets.reason.startswith("none of python3.10 is safe on 2026-11-23")


def test_r8_a_layer_made_for_the_target_is_no_hindrance() -> None:
    made_for = {"tracing:4": frozenset({"python3.9", "python3.12"})}
    table = make_lifecycle(make_runtime(), LASTING)
    targets = targets_for(make_runtime(), table, TODAY, Needs(layers=made_for))
    assert names(targets)[0] == "python3.12"


def test_r8_without_a_follower_it_says_so() -> None:
    targets = targets_for(make_runtime(), make_lifecycle(make_runtime()), TODAY)
    assert targets.reason.startswith("no runtime follows python3.9")
    assert targets.rollback == ""


def test_r8_aws_own_recommendation_is_shown_when_it_differs() -> None:
    row, table = shipped("python3.10"), bundled()
    assert targets_for(row, table, TODAY, recommended="python3.13").recommended == "python3.13"
    assert targets_for(row, table, TODAY, recommended="python3.14").recommended == ""
    assert targets_for(row, table, TODAY, recommended="python3.12").recommended == ""


def test_r8_one_hop_is_enough_to_close_the_way_back() -> None:
    table = make_lifecycle(make_runtime(), LASTING)
    assert "2027-08-01" in targets_for(make_runtime(), table, TODAY).rollback


def test_r8_the_way_back_is_closed_by_the_update_block() -> None:
    rollback = of_table("python3.10").rollback
    assert rollback.startswith("from 2027-03-03 nothing goes back to python3.10")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("python3.11", "python3.12", ["Amazon Linux 2 becomes Amazon Linux 2023", "distutils"]),
        ("python3.9", "python3.10", ["collections.abc"]),
        ("python2.7", "python3.6", ["has to be ported"]),
        ("dotnetcore3.1", "dotnet6", ["ICU"]),
        ("dotnet5.0", "dotnet6", []),
        ("dotnet6", "dotnet7", ["System.Drawing"]),
        ("dotnet7", "dotnet8", ["Amazon Linux 2023"]),
        ("ruby2.7", "ruby3.2", ["keyword arguments"]),
        ("java8.al2", "java11", ["JAXB"]),
        ("java11", "java17", ["reflection"]),
        ("python3.12", "python3.13", ["PEP 594"]),
        ("python3.12", "python3.12", []),
        ("nodejs16.x", "nodejs18.x", ["version 3 of the AWS SDK"]),
        ("nodejs18.x", "nodejs20.x", ["OpenSSL 3", "CA certificates"]),
        ("nodejs22.x", "nodejs24.x", ["no callback handlers"]),
        ("java11", "java11.al2023", ["rebuild native dependencies"]),
        ("java8", "java8.al2", ["Amazon Linux becomes Amazon Linux 2:"]),
        ("java21", "java25", []),
        ("go1.x", "provided.al2023", ["Amazon Linux 2023", "named bootstrap"]),
        ("provided.al2", "provided.al2023", ["glibc"]),
        ("ruby3.3", "ruby3.4", ["base64"]),
        ("custom", "provided.al2023", []),
    ],
)
def test_r8_known_breakers_are_named(old: str, new: str, said: list[str]) -> None:
    found = known_breakers(shipped(old), shipped(new))
    assert [part in each for part, each in zip(said, found, strict=True)] == [True] * len(said)


def test_r8_breakers_behind_the_runtime_are_not_told() -> None:
    old = make_runtime("python3.12", version=(3, 12), os=OperatingSystem.AL2023)
    assert "distutils" not in str(known_breakers(old, shipped("python3.14")))
