"""Which stack an answer is about, and where it is."""

from steward_cli.finding import Search
from steward_cli.plan_report import Part


class StackPlace(Part):
    account_id: str
    account_name: str
    region: str
    stack_name: str
    stack_id: str

    def __str__(self) -> str:
        account = f"{self.account_name} ({self.account_id})" if self.account_name else ""
        return f"{self.stack_name} in {account or self.account_id}, {self.region}"


def place_of(search: Search) -> StackPlace:
    """Where the stack that was found is."""
    found = search.found
    return StackPlace(
        account_id=found.unit.account_id,
        account_name=search.account.name,
        region=found.unit.region,
        stack_name=found.name,
        stack_id=found.stack_id,
    )
