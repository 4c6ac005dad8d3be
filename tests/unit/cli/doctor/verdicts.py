"""How the tables of these tests name a finding: its level, and a part of what it says."""

from steward_cli.doctor.findings import Finding, Status

OK, SKIPPED, WARN, FAIL = Status.OK, Status.SKIPPED, Status.WARN, Status.FAIL


def assert_says(found: Finding, status: Status, words: str) -> None:
    """What is not well also says what shows it or what mends it."""
    assert (found.status, words in found.why) == (status, True), found
    assert bool(found.mend) == (status in (WARN, FAIL)), found
