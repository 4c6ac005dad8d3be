"""Asks the hub to write about runtimes: an exception, its end, or that an owner knows."""

import sys
from typing import Literal

import typer

from steward.messages import AcknowledgeRequest, ExceptionRequest, RevokeRequest, RuntimeAnswer
from steward.notify.harmless import harmless
from steward_cli.failures import ExitCode, Failure
from steward_cli.function_call import HubFunction, ask
from steward_cli.installation import Installation
from steward_cli.plan_report import Part
from steward_cli.terminal import answers, say

type Request = ExceptionRequest | RevokeRequest | AcknowledgeRequest

_SECONDS = 60


class RequestReport(Part):
    """`request`: what the hub was asked. `reason`: what it made of it."""

    format: Literal["steward.runtimes.request/1"] = "steward.runtimes.request/1"
    done: bool
    reason: str
    request: ExceptionRequest | RevokeRequest | AcknowledgeRequest


def asked(place: Installation, request: Request) -> RequestReport:
    """What the hub made of `request`."""
    deployed = place.hub.report_function
    if not deployed:
        raise Failure(
            "the hub has no output RuntimeReportFunctionName, so it takes no such request",
            "deploy this version of Steward there",
        )
    function = HubFunction(
        deployed,
        "runtime_report",
        _SECONDS,
        unsure="it may have been written or not",
        look="look with `steward runtimes exceptions`, or ask again: twice is the same as once",
    )
    answer = ask(place.connection, function, request.model_dump(mode="json"), RuntimeAnswer)
    return RequestReport(done=answer.done, reason=harmless(answer.reason), request=request)


def tell(report: RequestReport, as_json: bool) -> None:
    """Print what was done; a refusal is the error that ends the command."""
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        if not report.done:
            raise typer.Exit(ExitCode.NOT_WHOLE)
    elif report.done:
        say(answers(), report.reason)
    else:
        what, _, todo = report.reason.partition("; ")
        raise Failure(
            f"it was refused: {what}",
            todo or "`steward report runtimes` says how it stands",
            ExitCode.NOT_WHOLE,
        )
