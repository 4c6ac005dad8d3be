"""The stand-in as the benchmark holds it: started in a process of its own, seeded, asked."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import boto3
from botocore.config import Config

from benchmarks.calls import Call, Calls
from benchmarks.environment import LOOPBACK, PEER_ENVIRONMENT, REPOSITORY, aws_environment
from benchmarks.ledger_table import ledger_properties
from benchmarks.shape import HOME_REGION, LEDGER, STACK_AGE, FunctionShape, Shape

CONTROL_TIMEOUT_SECONDS = 300  # Ten thousand stacks take a while.
_direct = build_opener(ProxyHandler({}))


class StandInError(Exception):
    """The stand-in did not start or answered what the benchmark cannot use."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One AWS organization on loopback."""

    endpoint: str

    def client(self, service: str) -> Any:
        """A client of the hub account for seeding; its calls are taken before anything is run."""
        make: Any = boto3.client  # Its stubs want a literal service name.
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=HOME_REGION,
            aws_access_key_id="hub",
            aws_secret_access_key="benchmark",
            config=Config(proxies={}),
        )

    def found_organization(self, accounts: int) -> tuple[str, ...]:
        """Make an organization of `accounts` member accounts; return their ids."""
        client = self.client("organizations")
        client.create_organization(FeatureSet="ALL")
        made = [
            client.create_account(AccountName=f"team-{n}", Email=f"team-{n}@example.com")
            for n in range(accounts)
        ]
        return tuple(each["CreateAccountStatus"]["AccountId"] for each in made)

    def replace_stacks(self, accounts: tuple[str, ...], shape: Shape) -> None:
        self._control(
            "stacks",
            {
                "accounts": accounts,
                "regions": shape.regions,
                "stacks": shape.stacks,
                "feature_stacks": shape.feature_stacks,
                "age_seconds": STACK_AGE.total_seconds(),
            },
        )

    def replace_functions(self, accounts: tuple[str, ...], shape: FunctionShape) -> None:
        self._control("functions", {"accounts": accounts, **asdict(shape)})

    def scatter(self, *, scattered: bool) -> None:
        """Whether Config shows the functions of one unit far apart from each other."""
        self._control("scattered", scattered)

    def deploy_policy(self, document: str) -> None:
        self._control("policy", document)

    def replace_ledger(self) -> None:
        """An empty ledger, as template.yaml describes it."""
        client = self.client("dynamodb")
        if LEDGER in client.list_tables()["TableNames"]:
            client.delete_table(TableName=LEDGER)
        client.create_table(TableName=LEDGER, **ledger_properties())

    def slow_down(self, seconds: float) -> None:
        self._control("pause", seconds)

    def calls(self) -> Calls:
        """The calls since this was last asked."""
        return Calls.of(
            (Call(**{key: value for key, value in row.items() if key != "count"}), row["count"])
            for row in self._control("calls")
        )

    def _control(self, what: str, body: object = None) -> Any:
        url = f"{self.endpoint}/benchmark/{what}"
        request = Request(url, json.dumps(body).encode(), method="POST")
        with _direct.open(request, timeout=CONTROL_TIMEOUT_SECONDS) as response:
            return json.load(response)


@contextmanager
def stand_in(home: Path) -> Iterator[Cloud]:
    """Runs until the block is left. The server ends with its standard input, whatever happens."""
    python = PEER_ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise StandInError(f"no Python at {python}: run `make benchmark`, which installs it")
    log = home / "stand-in.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [python, "-m", "benchmarks.stand_in"],
            cwd=REPOSITORY,
            env=aws_environment("", home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    with process:
        try:
            yield Cloud(f"http://{LOOPBACK}:{_port(process, log)}")
        finally:
            process.terminate()


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        tail = log.read_text()[-1000:]
        raise StandInError(f"the stand-in ended before it listened; it wrote:\n{tail}")
    return int(json.loads(line)["port"])
