"""On what ground a comparison was decided; each Finding's evidence names it as `decided_by`."""

from enum import StrEnum


class Ground(StrEnum):
    """no_data: a version was not invoked. half_fail: at least half fail that did not before.
    difference: a real and large enough one. too_few: too little was seen to let it pass.
    no_difference: enough was seen, and none that is both real and large enough."""

    NO_DATA = "no_data"
    HALF_FAIL = "half_fail"
    DIFFERENCE = "difference"
    TOO_FEW = "too_few"
    NO_DIFFERENCE = "no_difference"
