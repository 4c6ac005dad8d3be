"""Run as a process of its own: `steward demo`, whose first sweep does not await the schedule."""

import sys
from functools import partial

import local.demo
from steward_cli.main import app

if __name__ == "__main__":
    local.demo.run_demo = partial(local.demo.run_demo, await_schedule=False)
    sys.exit(app(["demo"]))
