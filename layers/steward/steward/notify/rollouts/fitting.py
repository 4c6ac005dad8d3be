"""What a message of a rollout may lose a part of: its texts are bounded when it is queued, so that
nearly always nothing is."""

from steward.notify.cutting import Cutting

CUTTING = Cutting(texts=("reason", "error_message", "note"), lists=("checks",))
