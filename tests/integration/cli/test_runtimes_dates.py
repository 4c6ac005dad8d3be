"""`steward runtimes dates`: what counts in the hub, or what this version ships."""

import json

import pytest

from steward.data.runtime_table import bundled
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import written
from tests.integration.cli.test_report_runtimes import READS_REPORTS
from tests.unit.cli.running import steward


def offline(*arguments: str) -> str:
    answer = steward("runtimes", "dates", "--offline", *arguments)
    assert answer.code == 0
    return answer.out


def test_the_hubs_dates_come_with_who_says_them(operator: Operator, hub: ReportingHub) -> None:
    overview = hub.has(written(whole=True)).overview
    answer = operator("runtimes", "dates")
    assert (answer.code, answer.err) == (0, "")
    told = {line.split()[0]: line for line in answer.out.splitlines()}
    assert told["ruby3.3"].split()[1:5] == [
        *("DEPRECATING", "2027-04-15", "2027-04-30", "2027-05-31")
    ]
    assert "deprecated by the operator override of 2026-11-20" in told["ruby3.3"]
    assert "3 functions" in told["python3.9"]
    assert "sources differ: ruby3.3, deprecated: " in answer.out
    assert "  ruby3.3: deprecated moved from 2027-03-31 to 2027-04-15, " in answer.out
    assert f"by the report of scan {overview.scan_id}; " in answer.out


def test_the_nearest_date_comes_first_and_what_has_ended_last(
    operator: Operator, hub: ReportingHub
) -> None:
    hub.has(written())
    found = json.loads(operator("runtimes", "dates", "--json").out)["runtimes"]
    assert found[0]["create_block"] == "2027-02-01"
    assert found[-1]["id"] == "ruby9.9"


def test_offline_asks_nobody(calls: Calls) -> None:
    found = json.loads(offline("--json"))
    assert calls == []
    assert {line["id"] for line in found["runtimes"]} == set(bundled().runtimes)
    assert (found["scan_id"], found["table_as_of"]) == ("", str(bundled().as_of))
    ruby = next(line for line in found["runtimes"] if line["id"] == "ruby3.3")
    assert ruby["said_by"]["deprecated"] == f"bundled table of {bundled().as_of}"


@pytest.mark.usefixtures("hub")
def test_moves_of_long_ago_are_only_counted() -> None:
    some, everything = offline(), offline("--all")
    assert " seen more than 90 days ago (--all lists them)" in some
    assert "python3.8: update block was 2025-11-01, now 2026-07-01, says cfn-lint" in everything


def test_offline_and_a_hub_exclude_each_other(operator: Operator) -> None:
    answer = operator("runtimes", "dates", "--offline")
    assert (answer.code, answer.out) == (2, "")
    assert "--offline asks no hub" in answer.err


@pytest.mark.usefixtures("hub")
def test_without_a_report_the_hub_has_no_dates(operator: Operator) -> None:
    assert operator("runtimes", "dates").code == 1


def test_it_only_reads(operator: Operator, hub: ReportingHub, calls: Calls) -> None:
    hub.has(written())
    calls.clear()
    operator("runtimes", "dates")
    assert set(calls) - READS_REPORTS == set()
