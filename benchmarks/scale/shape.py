"""The simulated organizations: all units alike, so that only their number differs."""

from benchmarks.shape import HOME_REGION

REGIONS = (HOME_REGION, "eu-central-1", "us-east-1", "us-west-2")
FIRST_ACCOUNT = 100_000_000_000
STACKS = 5
LEASES = 3
FUNCTIONS = 5
ENDING_REGION = HOME_REGION  # There the first function of each account is on a runtime that ends.
OLD_RUNTIME, NEW_RUNTIME = "python3.9", "python3.14"
# A process looks at no more units than this: a share of all, by chance.
MOST_UNITS = {"lease_worker": 2_000, "runtime_worker": 1_000}
UNITS_PER_BATCH = {"lease_worker": 5, "runtime_worker": 1}  # As template.yaml sets them.


def account_id(number: int) -> str:
    return str(FIRST_ACCOUNT + number)


SAMPLE = account_id(0)
