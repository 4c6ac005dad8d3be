"""The accounts of the embedded organization."""

from local.organization import MemberAccount

DEVELOPMENT = "Development"
PRODUCTION = "Production"
OTHER_REGION = "us-east-1"
REGION_OUTSIDE_THE_POLICY = "eu-central-1"

MEMBERS = (
    MemberAccount("payments-dev", DEVELOPMENT),
    MemberAccount("search-dev", DEVELOPMENT),
    MemberAccount("web-dev", DEVELOPMENT),
    MemberAccount("data-dev", DEVELOPMENT),
    MemberAccount("research-dev", DEVELOPMENT, tags={"steward:mode": "observe"}),
    MemberAccount("legacy-dev", DEVELOPMENT, reaping=False),
    MemberAccount("shop-prod", PRODUCTION),
)
