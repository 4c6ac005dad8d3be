"""Each rule on the day it begins, the day before and the day after."""

from datetime import date

import pytest

from steward_cli.runtimes.rules import Level, Rule
from tests.unit.cli.runtimes.checking import (
    CREATE_BLOCK,
    DAY,
    DEPRECATED,
    UPDATE_BLOCK,
    WARN_DAYS,
    checked,
    function,
)

WARNED = DEPRECATED - WARN_DAYS * DAY


@pytest.mark.parametrize(
    ("today", "rule", "level"),
    [
        pytest.param(WARNED - DAY, None, None, id="before-the-warning"),
        pytest.param(WARNED, Rule.ENDING, Level.WARNING, id="on-the-first-day-of-warning"),
        pytest.param(DEPRECATED - DAY, Rule.ENDING, Level.WARNING, id="before-deprecation"),
        pytest.param(DEPRECATED, Rule.DEPRECATED, Level.WARNING, id="on-deprecation"),
        pytest.param(CREATE_BLOCK - DAY, Rule.DEPRECATED, Level.WARNING, id="before-create-block"),
        pytest.param(CREATE_BLOCK, Rule.CREATE_BLOCKED, Level.ERROR, id="on-create-block"),
        pytest.param(UPDATE_BLOCK - DAY, Rule.CREATE_BLOCKED, Level.ERROR, id="before-update"),
        pytest.param(UPDATE_BLOCK, Rule.UPDATE_BLOCKED, Level.ERROR, id="on-update-block"),
        pytest.param(UPDATE_BLOCK + DAY, Rule.UPDATE_BLOCKED, Level.ERROR, id="after-update-block"),
    ],
)
def test_a_runtime_is_judged_by_the_day(today: date, rule: Rule | None, level: Level) -> None:
    found = checked(function("python3.9"), today).findings
    assert [(each.rule, each.level) for each in found] == ([(rule, level)] if rule else [])


@pytest.mark.parametrize(("days", "warned"), [(0, False), (29, False), (30, True), (365, True)])
def test_the_days_of_warning_can_be_chosen(days: int, warned: bool) -> None:
    found = checked(function("python3.9"), DEPRECATED - 30 * DAY, warn_days=days).findings
    assert [each.rule for each in found] == ([Rule.ENDING] if warned else [])


def test_it_says_what_happens_when_and_what_to_do() -> None:
    [finding] = checked(function("python3.9"), CREATE_BLOCK).findings
    assert str(finding.place) == "template.yaml:5"
    assert finding.sentence == (
        "Orders: python3.9: deprecated since 2026-01-31, creating functions blocked since "
        "2026-03-01, updating them blocked from 2026-04-01 (in 31 days); change it to python3.12 "
        "(supported until 2028-10-31), the smallest safe step, or python3.14 (supported until "
        "2029-06-30), the latest; look at: Amazon Linux 2 becomes Amazon Linux 2023: glibc 2.34, "
        "OpenSSL 3; rebuild native dependencies and layers; Python 3.10 has no aliases of "
        "collections.abc in collections; Python 3.12 has no imp and no distutils"
    )


def test_without_a_safe_step_the_latest_is_named_with_the_reason() -> None:
    [finding] = checked(function("python3.9"), date(2028, 11, 1)).findings
    assert finding.change.startswith(
        "change it to python3.14 (supported until 2029-06-30), the latest; none of "
    )


def test_one_day_is_one_day() -> None:
    [finding] = checked(function("python3.9"), UPDATE_BLOCK - DAY).findings
    assert "from 2026-04-01 (in 1 day)" in finding.happens


def test_a_block_without_a_date_is_said_to_have_none() -> None:
    [finding] = checked(function("python3.10"), UPDATE_BLOCK).findings
    assert finding.rule is Rule.DEPRECATED
    assert finding.happens == "deprecated since 2026-01-31, no block is scheduled"


@pytest.mark.parametrize(
    ("written", "guess"),
    [
        pytest.param("pyhton3.12", "(did you mean python3.12?)", id="misspelt"),
        pytest.param("Python3.12", "(did you mean python3.12?)", id="capital"),
        pytest.param("cobol1", "misspelt, or", id="nothing-near"),
        pytest.param("3.12", "misspelt, or", id="number"),
    ],
)
def test_an_unknown_runtime_has_a_warning_of_its_own(written: str, guess: str) -> None:
    [finding] = checked(function(written)).findings
    assert (finding.rule, finding.level) == (Rule.UNKNOWN, Level.WARNING)
    assert finding.happens.startswith("not in the lifecycle table of 2025-12-01: ")
    assert guess in finding.happens


def test_a_container_base_image_is_no_runtime_of_a_zip_file() -> None:
    [finding] = checked(function("python3.8"), date(2026, 1, 1)).findings
    assert finding.rule is Rule.UNKNOWN
    assert "only as a container base image" in finding.happens


@pytest.mark.parametrize(
    ("written", "why"),
    [
        pytest.param("custom", "a customer-managed runtime", id="custom"),
        pytest.param("python3.15", "python3.15 is a preview", id="preview"),
    ],
)
def test_what_has_no_dates_is_said_and_no_finding(written: str, why: str) -> None:
    template = checked(function(written))
    assert (template.findings, template.passed) == ((), ())
    assert template.remarks[0].why.startswith(why)


def test_an_operating_system_without_dates_passes() -> None:
    template = checked(function("provided.al2023"))
    assert (template.findings, template.remarks) == ((), ())
    assert [each.runtime_id for each in template.passed] == ["provided.al2023"]


LAYER = """\
Resources:
  Shared:
    Type: {kind}
    Properties:
      CompatibleRuntimes:
        - python3.9
        - python3.14
        - cobol1
"""


@pytest.mark.parametrize("kind", ["AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion"])
@pytest.mark.parametrize(
    ("today", "rules"),
    [
        pytest.param(DEPRECATED - DAY, [], id="ending"),
        pytest.param(DEPRECATED, [Rule.LAYER], id="deprecated"),
        pytest.param(UPDATE_BLOCK, [Rule.LAYER], id="blocked"),
    ],
)
def test_a_layer_is_told_of_deprecated_runtimes_only(
    kind: str, today: date, rules: list[Rule]
) -> None:
    found = checked(LAYER.format(kind=kind), today).findings
    assert [each.rule for each in found] == rules
    assert {each.level for each in found} <= {Level.WARNING}
    assert {each.place.line for each in found} <= {6}


def test_a_target_has_to_offer_what_the_function_asks_for() -> None:
    arm = "      Architectures: [arm64]\n      SnapStart: {ApplyOn: PublishedVersions}\n"
    [finding] = checked(function("python3.9", more=arm)).findings
    assert finding.targets is not None
    assert finding.targets.smallest is None
    assert "python3.12: it has no SnapStart" in finding.targets.passed_over
