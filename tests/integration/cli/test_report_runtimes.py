"""`steward report runtimes`: the hub's latest report, as it is and never as more than it is."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from steward.domain.runtimes.places import LATEST_REPORT
from steward.domain.runtimes.reporting.overview import RegressionLine
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import NOW, PAYMENTS, SCANNED, Written, written
from tests.integration.cli.test_operator import install_operator
from tests.integration.cli.test_plan import READS
from tests.integration.cli.world import REPORT_FUNCTION, REPORTS, SCAN_FUNCTION

LATER = SCANNED + timedelta(hours=3)
READS_REPORTS = READS | {"GetObject", "ListObjectsV2"}


def report(operator: Operator, *arguments: str) -> Any:
    return json.loads(operator("report", "runtimes", *arguments, "--json").out)


def test_the_headline_stands_on_its_coverage(operator: Operator, hub: ReportingHub) -> None:
    hub.has(written())
    lines = operator("report", "runtimes").out.splitlines()
    assert lines[0] == "Lambda runtimes as of Mon 2026-11-23 05:00 UTC, 4h ago"
    assert lines[1].startswith("5 functions affected in 3 of 4 account regions; ")
    assert lines[4] == "  3 of 4 account regions, 1 of them read from Lambda itself"
    assert lines[5].startswith("  not covered: data-prod (444444444444), eu-west-1: ")
    assert lines[5].endswith("; 2 functions known there")


def test_each_wave_says_whether_it_is_done_in_time(operator: Operator, hub: ReportingHub) -> None:
    waves = {wave.day: wave for wave in hub.has(written()).overview.waves if wave.functions}
    told = operator("report", "runtimes").out
    assert len(waves) == 4
    for day, wave in waves.items():
        assert f"  {day} {wave.milestone}, " in told
        assert f"    {wave.sentence}\n" in told


def test_the_most_urgent_work_comes_first_with_its_acknowledgement(
    operator: Operator, hub: ReportingHub
) -> None:
    hub.has(written())
    told = operator("report", "runtimes").out.partition("Most urgent work\n")[2].splitlines()
    assert told[0].startswith("  CRITICAL orders (payments@example.com): 3 functions and 1 ")
    assert told[1].startswith("    change python3.8 and python3.9 in the template of stack orders ")
    assert told[2] == (
        "    steward runtimes acknowledge 'payments@example.com|application|orders|create block'"
    )


def with_news(regressed: int, named: int) -> Written:
    """So many functions are new on an ending runtime, and the report names some of them."""
    lines = tuple(
        RegressionLine(
            account_id="222222222222",
            account_name="payments-dev",
            region="eu-west-1",
            name=f"orders-{number:02d}",
            runtime="python3.9",
            stack="orders" if number else "",
            owner="payments@example.com" if number else "",
            read_before=date(2026, 11, 22),
        )
        for number in range(named)
    )
    found = written()
    news = {"regressed": regressed, "regressions": lines}
    return replace(found, overview=found.overview.model_copy(update=news))


def test_r14_what_is_new_is_named_before_the_work(operator: Operator, hub: ReportingHub) -> None:
    hub.has(with_news(2, 2))
    told = operator("report", "runtimes").out
    news = told.partition("New on a runtime that ends\n")[2].partition("Most urgent work\n")[0]
    assert news.splitlines() == [
        "  orders-00 (nobody owns it) in payments-dev, eu-west-1 on python3.9",
        "  orders-01 (orders, payments@example.com) in payments-dev, eu-west-1 on python3.9",
    ]
    assert report(operator)["overview"]["regressed"] == 2


@pytest.mark.parametrize(
    ("options", "named", "rest"),
    [
        pytest.param([], 10, "  and 5 more functions (--all lists more)", id="some"),
        pytest.param(
            ["--all"], 12, "  and 3 more functions (steward runtimes list lists them)", id="all"
        ),
    ],
)
def test_r14_what_is_new_and_not_named_is_counted(
    operator: Operator, hub: ReportingHub, options: list[str], named: int, rest: str
) -> None:
    hub.has(with_news(15, 12))
    told = operator("report", "runtimes", *options).out
    news = told.partition("New on a runtime that ends\n")[2].partition("Most urgent work\n")[0]
    assert news.splitlines()[named:] == [rest]


def test_r14_without_anything_new_nothing_is_said_of_it(
    operator: Operator, hub: ReportingHub
) -> None:
    hub.has(written())
    assert "New on a runtime" not in operator("report", "runtimes", "--all").out


def test_all_lists_what_else_there_is(operator: Operator, hub: ReportingHub) -> None:
    overview = hub.has(written()).overview
    some, everything = operator("report", "runtimes"), operator("report", "runtimes", "--all")
    assert "other dates hit nothing yet in what is covered (--all lists them)" in some.out
    assert "(--all lists them)" not in everything.out
    assert all(wave.sentence in everything.out for wave in overview.waves)
    assert all(move.sentence in everything.out for move in overview.moves)


def test_a_report_that_leaves_something_out_is_not_whole(
    operator: Operator, hub: ReportingHub
) -> None:
    hub.has(written())
    answer = operator("report", "runtimes")
    assert answer.code == 1
    assert "this report is not whole: 3 of 4 account regions are covered" in answer.err


def test_a_whole_report_ends_well(operator: Operator, hub: ReportingHub) -> None:
    hub.has(written(whole=True))
    answer = operator("report", "runtimes")
    assert (answer.code, answer.err) == (0, "")


def test_a_partial_report_is_told_as_one(operator: Operator, hub: ReportingHub) -> None:
    whole = written(whole=True)
    coverage = whole.overview.coverage.model_copy(update={"partial": True})
    partial = whole.overview.model_copy(update={"coverage": coverage})
    hub.has(replace(whole, overview=partial))
    answer = operator("report", "runtimes")
    assert answer.code == 1
    assert "warning: this report is partial" in answer.err


@pytest.mark.parametrize(
    ("hours", "told"),
    [pytest.param(48, False, id="two-days"), pytest.param(49, True, id="an-hour-more")],
)
def test_an_old_report_is_told_as_one(
    operator: Operator, hub: ReportingHub, hours: int, told: bool
) -> None:
    hub.has(written(whole=True))
    hub.clock.at = SCANNED + timedelta(hours=hours)
    answer = operator("report", "runtimes")
    assert answer.code == 0
    assert ("this report is 2d old; ask for a scan" in answer.err) is told


def test_without_a_report_it_says_what_to_do(operator: Operator, hub: ReportingHub) -> None:
    assert hub.asked == []
    answer = operator("report", "runtimes")
    assert (answer.code, answer.out) == (1, "")
    assert f"no report has been written to s3://{REPORTS} yet" in answer.err
    assert "`steward report runtimes --now`" in answer.err


@pytest.mark.parametrize("broken", [b"{}", b"no json", b'{"scan_id": 7}'])
def test_a_broken_pointer_is_told(operator: Operator, hub: ReportingHub, broken: bytes) -> None:
    hub.client.put_object(Bucket=REPORTS, Key=LATEST_REPORT, Body=broken)
    answer = operator("report", "runtimes")
    assert answer.code == 3
    assert f"s3://{REPORTS}/{LATEST_REPORT} is no report that this command can read" in answer.err


def test_a_report_that_breaks_off_is_told(operator: Operator, hub: ReportingHub) -> None:
    whole = hub.has(written())
    key = f"reports/{whole.overview.scan_id}/runtimes.json"
    hub.client.put_object(Bucket=REPORTS, Key=key, Body=whole.files["json"][:-200])
    answer = operator("runtimes", "list")
    assert (answer.code, answer.out) == (3, "")
    assert f"{key} is no report that this command can read: it breaks off" in answer.err


def test_the_files_are_the_hubs_to_the_byte(
    operator: Operator, hub: ReportingHub, tmp_path: Path
) -> None:
    files = hub.has(written()).files
    folder = tmp_path / "new" / "folder"
    answer = operator("report", "runtimes", "--out", str(folder))
    assert {path.name for path in folder.iterdir()} == {f"runtimes.{form}" for form in files}
    for form, content in files.items():
        assert (folder / f"runtimes.{form}").read_bytes() == content
        assert f"written: {folder}/runtimes.{form}" in answer.out


def test_an_earlier_report_is_overwritten(
    operator: Operator, hub: ReportingHub, tmp_path: Path
) -> None:
    hub.has(written())
    operator("report", "runtimes", "--out", str(tmp_path))
    newer = hub.has(written(LATER, whole=True))
    assert operator("report", "runtimes", "--out", str(tmp_path)).code == 0
    assert (tmp_path / "runtimes.json").read_bytes() == newer.files["json"]


@pytest.mark.parametrize("form", ["html", "json", "csv"])
def test_what_is_no_report_is_not_overwritten(
    operator: Operator, hub: ReportingHub, tmp_path: Path, form: str
) -> None:
    hub.has(written())
    mine = tmp_path / f"runtimes.{form}"
    mine.write_text("mine\n")
    answer = operator("report", "runtimes", "--out", str(tmp_path))
    assert (answer.code, answer.out) == (2, "")
    assert f"{mine} is there and is no report of Steward" in answer.err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(mine.name, "mine\n")]


def test_a_link_is_not_followed(operator: Operator, hub: ReportingHub, tmp_path: Path) -> None:
    files = hub.has(written()).files
    target = tmp_path / "elsewhere.html"
    target.write_bytes(files["html"])
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "runtimes.html").symlink_to(target)
    assert operator("report", "runtimes", "--out", str(folder)).code == 2


def test_a_file_in_the_folders_place_is_told(
    operator: Operator, hub: ReportingHub, tmp_path: Path
) -> None:
    hub.has(written())
    (tmp_path / "out").write_text("a file")
    answer = operator("report", "runtimes", "--out", str(tmp_path / "out"))
    assert answer.code == 2
    assert "File exists" in answer.err


def test_a_missing_file_leaves_nothing_half_written(
    operator: Operator, hub: ReportingHub, tmp_path: Path
) -> None:
    whole = hub.has(written())
    key = f"reports/{whole.overview.scan_id}/runtimes.csv"
    hub.client.delete_object(Bucket=REPORTS, Key=key)
    answer = operator("report", "runtimes", "--out", str(tmp_path))
    assert answer.code == 3
    assert f"{key} is not there" in answer.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def operated(operator: Operator, hub: ReportingHub) -> str:
    """A hub with an operator role, whose credentials sign for real."""
    hub.clock.at = datetime.now(UTC)
    return install_operator(operator.world)


def test_a_link_reads_the_page_without_credentials(
    operator: Operator, hub: ReportingHub, operated: str
) -> None:
    files = hub.has(written()).files
    link = report(operator, "--link", "1", "--stack", operated)["link"]
    with urlopen(link["url"]) as answer:
        assert answer.read() == files["html"]


def test_the_operators_session_lasts_as_long_as_the_link(
    operator: Operator, hub: ReportingHub, operated: str, calls: Calls
) -> None:
    hub.has(written())
    link = report(operator, "--link", "12", "--stack", operated)["link"]
    (assumed,) = calls.parameters["AssumeRole"]
    assert int(assumed["body"]["DurationSeconds"]) == 12 * 3600
    left = datetime.fromisoformat(link["ends_at"]) - hub.clock.at
    assert timedelta(hours=11, minutes=58) < left <= timedelta(hours=12)


def test_a_link_lasts_as_long_as_was_asked_for(operator: Operator, hub: ReportingHub) -> None:
    hub.has(written())
    link = report(operator, "--link", "2")["link"]
    assert (link["ends_at"], link["earlier"]) == ("2026-11-23T11:00:00Z", "")
    assert "X-Amz-Expires=7200" in link["url"]


def test_other_peoples_sessions_may_end_it_before(
    operator: Operator, hub: ReportingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.has(written())
    client = operator.world.organization.session().client("sts")
    given = client.get_session_token()["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])
    link = report(operator, "--link", "2")["link"]
    assert link["earlier"] == (
        "it may end before: with the session of the credentials that sign it"
    )


def test_the_link_stands_on_a_line_of_its_own(operator: Operator, hub: ReportingHub) -> None:
    hub.has(written())
    *_, said, url = operator("report", "runtimes", "--link", "2").out.splitlines()
    assert said == "whoever has this link reads the page until Mon 2026-11-23 11:00 UTC"
    assert url.startswith("http")


def test_the_document_holds_the_whole_overview(operator: Operator, hub: ReportingHub) -> None:
    overview = hub.has(written()).overview
    found = report(operator)
    assert found["overview"] == json.loads(overview.model_dump_json())
    assert (found["format"], found["whole"], found["saved"]) == (
        "steward.report.runtimes/1",
        False,
        [],
    )


def test_it_only_reads(operator: Operator, hub: ReportingHub, calls: Calls) -> None:
    hub.has(written())
    calls.clear()
    operator("report", "runtimes", "--link", "1")
    assert set(calls) - READS_REPORTS == set()


def test_a_new_scan_is_asked_for_and_waited_for(operator: Operator, hub: ReportingHub) -> None:
    hub.has(written())
    newer = written(LATER, whole=True)
    hub.answers({"scan_id": newer.overview.scan_id, "units": 4, "reason": ""})
    hub.clock.on_pause = lambda pauses: hub.has(newer) if pauses == 3 else None
    answer = operator("report", "runtimes", "--now")
    assert answer.code == 0
    asked_by = f"root of account {operator.world.hub}"
    assert hub.asked == [{"units": [], "live": False, "by": asked_by}]
    assert hub.clock.pauses == 3
    assert answer.err.splitlines()[0] == (
        f"scan {newer.overview.scan_id} of 4 account regions has begun; "
        "waiting for its report, at most 75 minutes"
    )
    assert "as of Mon 2026-11-23 08:00 UTC" in answer.out


def test_a_report_that_is_still_written_is_waited_for(
    operator: Operator, hub: ReportingHub
) -> None:
    """The pointer comes last: until then the files may be of the scan before."""
    older = hub.has(written())
    newer = written(LATER, whole=True)
    key = f"reports/{newer.overview.scan_id}/runtimes.json"
    hub.client.put_object(Bucket=REPORTS, Key=key, Body=older.files["json"])
    hub.answers({"scan_id": newer.overview.scan_id, "units": 4})
    hub.clock.on_pause = lambda pauses: hub.has(newer) if pauses == 2 else None
    assert operator("report", "runtimes", "--now").code == 0
    assert hub.clock.pauses == 2


def test_it_asks_the_planner_of_this_hub_for_a_live_scan(
    operator: Operator, hub: ReportingHub, calls: Calls
) -> None:
    hub.has(written(whole=True))
    hub.answers({"scan_id": written().overview.scan_id, "units": 4})
    assert operator("report", "runtimes", "--now", "--live").code == 0
    assert hub.asked[0]["live"] is True
    assert f"/{SCAN_FUNCTION}%3Alive/" in calls.parameters["Invoke"][0]["url_path"]
    assert REPORT_FUNCTION not in calls.parameters["Invoke"][0]["url_path"]


def test_a_report_that_does_not_come_ends_the_waiting(
    operator: Operator, hub: ReportingHub
) -> None:
    hub.has(written())
    scan = written(LATER).overview.scan_id
    hub.has_result(scan, PAYMENTS)
    hub.answers({"scan_id": scan, "units": 4})
    answer = operator("report", "runtimes", "--now", "--wait", "2")
    assert (answer.code, answer.out) == (3, "")
    assert hub.clock.at == NOW + timedelta(minutes=2)
    assert f"the report of scan {scan} is not there yet; 1 of 4 account regions" in answer.err


def test_a_scan_that_is_refused_says_why(operator: Operator, hub: ReportingHub) -> None:
    hub.answers({"scan_id": "", "units": 0, "reason": "another scan runs; ask again later"})
    answer = operator("report", "runtimes", "--now")
    assert answer.code == 1
    assert "no scan was begun: another scan runs\n  to do: ask again later" in answer.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["--live"], "--live is given without --now", id="live-alone"),
        pytest.param(["--link", "13"], "less than or equal to 12", id="longer-than-a-session"),
        pytest.param(["--link", "0"], "greater than or equal to 1", id="no-time"),
        pytest.param(["--now", "--wait", "0"], "greater than or equal to 1", id="no-waiting"),
    ],
)
def test_a_wrong_call_asks_nobody(
    operator: Operator, calls: Calls, arguments: list[str], complaint: str
) -> None:
    answer = operator("report", "runtimes", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
    assert calls == []
