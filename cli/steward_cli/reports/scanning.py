"""Asks the hub for a scan of all functions and waits until its report is there."""

from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from steward.messages import ScanAnswer, ScanRequest
from steward_cli import clock
from steward_cli.callers import caller_name
from steward_cli.failures import ExitCode, Failure
from steward_cli.function_call import HubFunction, ask
from steward_cli.installation import Installation
from steward_cli.reports.files import ReportFiles
from steward_cli.terminal import say

ASK_AGAIN_SECONDS = 5
# The function may take 900; template.yaml says so.
_PLANNING_SECONDS = 910


def scan_now(
    installation: Installation, files: ReportFiles, live: bool, limit: timedelta, console: Console
) -> None:
    """Come back when the report of a new scan is there; raise Failure when it takes too long."""
    answer = _asked(installation, live)
    say(
        console,
        f"scan {answer.scan_id} of {answer.units} account regions has begun; "
        f"waiting for its report, at most {limit.total_seconds() / 60:.0f} minutes",
    )
    columns = (TextColumn("units read"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    off = not console.is_terminal
    until = clock.now() + limit
    with Progress(*columns, console=console, transient=True, disable=off) as bar:
        task = bar.add_task("", total=answer.units)
        while not files.has_report_of(answer.scan_id):
            if clock.now() >= until:
                raise _too_late(files, answer)
            if not off:
                bar.update(task, completed=files.units_done(answer.scan_id))
            clock.pause(ASK_AGAIN_SECONDS)


def _asked(installation: Installation, live: bool) -> ScanAnswer:
    deployed = installation.hub.scan_function
    if not deployed:
        raise Failure(
            "the hub has no output RuntimePlannerFunctionName, so it cannot scan",
            "deploy this version of Steward there",
        )
    function = HubFunction(
        deployed,
        "runtime_planner",
        _PLANNING_SECONDS,
        unsure="a scan may have begun or not",
        look="look with `steward report runtimes` in some minutes",
    )
    request = ScanRequest(live=live, by=caller_name(installation.connection.caller))
    wish = request.model_dump(mode="json")
    answer = ask(installation.connection, function, wish, ScanAnswer)
    if not answer.scan_id:
        what, _, todo = answer.reason.partition("; ")
        raise Failure(
            f"no scan was begun: {what}",
            todo or "read the log group whose name ends with /runtime_planner",
            ExitCode.NOT_WHOLE,
        )
    return answer


def _too_late(files: ReportFiles, answer: ScanAnswer) -> Failure:
    done = files.units_done(answer.scan_id)
    return Failure(
        f"the report of scan {answer.scan_id} is not there yet; {done} of {answer.units} account "
        "regions have been read",
        "look again later with `steward report runtimes`; read the log groups whose names end with "
        "/runtime_worker and /runtime_report if it stays so",
    )
