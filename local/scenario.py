"""The scenario: what is in the embedded organization on day zero, and what must become of it.

Written for this policy: names feat-* and pr-*, tag stage in feature, ephemeral and preview;
ttl 14d, max_lifetime 60d, renewed by deploys; notices 7d, 3d, 1d; the OU Production and the tag
stage=prod excluded; regions eu-west-1 and us-east-1. After `LAST_DAY` every stack that expires at
all has expired, been announced in full and seen several deletion windows.
"""

from local.scenario_edge_cases import EDGE_CASES
from local.scenario_everyday import EVERYDAY
from local.scenario_hands_off import HANDS_OFF
from local.scenario_hard_to_delete import HARD_TO_DELETE
from local.scenario_model import SeededStack
from local.scenario_owners import OWNERS

LAST_DAY = 24

SCENARIO: tuple[SeededStack, ...] = (
    *EVERYDAY,
    *EDGE_CASES,
    *OWNERS,
    *HARD_TO_DELETE,
    *HANDS_OFF,
)
