"""The accounts of the embedded organization."""

from local.organization import MemberAccount

DEVELOPMENT = "Development"
PRODUCTION = "Production"
# The hub's own unit.
TOOLING = "Tooling"
# Where the roles to delete were not asked for.
LEGACY = "Legacy"
# The unit that gets the rollout hooks; its neighbour is that of accounts which are not enrolled.
SHOP = f"{PRODUCTION}/Shop"
VENDORS = f"{PRODUCTION}/Vendors"
OTHER_REGION = "us-east-1"
REGION_OUTSIDE_THE_POLICY = "eu-central-1"

# Whom the accounts' own settings and the policy name, for stacks that name nobody.
OPERATIONS_CONTACTS = {"data-dev": "data-operations@example.com"}
DEVELOPMENT_CONTACT = "dev-platform@example.com"
# Somebody who left: every mail to this address bounces.
LEFT = "left.colleague@example.com"
# An account of the organization that is in none of the units with Steward's roles.
OUTSIDER = "vendor-prod"

MEMBERS = (
    MemberAccount("payments-dev", DEVELOPMENT),
    MemberAccount("search-dev", DEVELOPMENT),
    MemberAccount("web-dev", DEVELOPMENT, tags={"owner": "web-leads@example.com"}),
    MemberAccount("data-dev", DEVELOPMENT),
    MemberAccount("research-dev", DEVELOPMENT, tags={"steward:mode": "observe"}),
    MemberAccount("legacy-dev", LEGACY, reaping=False),
    MemberAccount("shop-prod", SHOP),
    MemberAccount(OUTSIDER, VENDORS, enrolled=False),
)
