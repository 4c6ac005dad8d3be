"""What a message of runtimes may lose a part of."""

from steward.notify.cutting import Cutting

CUTTING = Cutting(
    texts=("group", "place", "headline", "remedy", "acknowledge", "note"),
    lists=("functions", "units", "details", "breakers", "runtimes"),
)
