"""Run as a process of its own: starts an emulator with a busy function, then ends as it is told.

Prints its folder once both run. A worker without work would end by itself when the server does.

`hold` waits for a signal, `fail` raises, `leave` ends in peace.
"""

import io
import json
import signal
import sys
import time
import zipfile
from typing import TYPE_CHECKING

from local.emulated_session import EmulatedSession
from local.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


BUSY = """
import pathlib, tempfile, time

def stay(event, context):
    pathlib.Path(tempfile.gettempdir(), "busy").touch()
    time.sleep(800)
"""


def keep_a_worker_busy(client: "LambdaClient", role: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("app.py", BUSY)
    client.create_function(
        FunctionName="worker",
        Runtime="python3.13",
        Role=role,
        Handler="app.stay",
        Timeout=900,
        Code={"ZipFile": archive.getvalue()},
    )
    client.invoke(FunctionName="worker", InvocationType="Event")


def main(ending: str) -> None:
    with Emulator() as emulator:
        session = EmulatedSession(emulator.endpoint, emulator.hub_account)
        role = session.client("iam").create_role(
            RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        keep_a_worker_busy(session.client("lambda"), role["Role"]["Arn"])
        folder = emulator.log.parent
        while not (folder / "tmp" / "busy").exists():
            time.sleep(0.02)
        sys.stdout.write(f"{folder}\n")
        sys.stdout.flush()
        if ending == "hold":
            signal.pause()
        if ending == "fail":
            raise RuntimeError("the body failed")


if __name__ == "__main__":
    main(sys.argv[1])
