"""What can be counted: whole numbers, and no more events than occasions."""


def check_counts(events: int, n: int) -> None:
    """Raise ValueError unless `events` of `n` can have happened."""
    if events < 0 or n < 0:
        raise ValueError(f"{events} of {n}: counts are not negative; give what was counted")
    if events > n:
        raise ValueError(
            f"{events} of {n}: more events than occasions; count both over the same window"
        )
