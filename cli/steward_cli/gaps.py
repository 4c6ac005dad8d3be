"""What could not be read, said once for each account and reason however many regions it has."""

from collections.abc import Iterator, Mapping

from steward.domain.stacks import Unit


def gap_lines(gaps: Mapping[Unit, str]) -> Iterator[str]:
    """`222222222222 (eu-west-1, us-east-1): reason`, sorted by account."""
    regions: dict[tuple[str, str], list[str]] = {}
    for unit in sorted(gaps):
        reason = gaps[unit].replace(str(unit), unit.account_id)
        regions.setdefault((unit.account_id, reason), []).append(unit.region)
    for (account_id, reason), names in regions.items():
        yield f"{account_id} ({', '.join(names)}): {reason}"
