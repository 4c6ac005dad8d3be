"""What the management account has to have said once, so that the hub may work for all."""

from dataclasses import dataclass

from steward_cli.doctor.findings import Evidence, Finding, fail, ok, together, warn

# "CloudFormation StackSets and AWS Organizations", AWS Organizations User Guide, and the pages of
# the other services beside it.
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
HEALTH = "health.amazonaws.com"
CONFIG = "config.amazonaws.com"
_PURPOSE = {
    STACK_SETS: "stack sets reach no account",
    HEALTH: "AWS Health shows the hub nothing of members",
    CONFIG: "the Config aggregator cannot cover the organization",
}
_TRUST = {
    STACK_SETS: "aws cloudformation activate-organizations-access",
    HEALTH: "aws health enable-health-service-access-for-organization --region us-east-1",
    CONFIG: f"aws organizations enable-aws-service-access --service-principal {CONFIG}",
}


@dataclass(frozen=True, slots=True)
class Delegation:
    """`services`: those that the hub is a delegated administrator of."""

    hub_account: str
    management_account: str
    services: frozenset[str]
    uses_config: bool

    @property
    def is_management(self) -> bool:
        return self.hub_account == self.management_account


def judge_trusted_access(enabled: frozenset[str], *, uses_config: bool) -> Finding:
    """`enabled`: the service principals that the organization trusts."""
    call = "organizations:ListAWSServiceAccessForOrganization"
    missing = [each for each in _wanted(uses_config) if each not in enabled]
    problems = [
        (fail if principal == STACK_SETS else warn)(
            f"{principal} has no trusted access, so {_PURPOSE[principal]}",
            f"in the management account: {_TRUST[principal]}",
            Evidence(call, "EnabledServicePrincipals without", principal),
        )
        for principal in missing
    ]
    named = ", ".join(_wanted(uses_config))
    return together(problems, ok(f"the organization trusts {named}"))


def judge_delegation(facts: Delegation) -> Finding:
    """The management account needs no delegation, but nothing of it is ever reaped."""
    if facts.is_management:
        seen = Evidence(
            "organizations:DescribeOrganization", "MasterAccountId", facts.management_account
        )
        todo = "docs/guide/install.md: install the hub in an account of its own"
        return warn("the hub is the management account, which nobody can limit", todo, seen)
    missing = [each for each in _wanted(facts.uses_config) if each not in facts.services]
    problems = [_not_delegated(facts.hub_account, principal) for principal in missing]
    return together(
        problems, ok(f"account {facts.hub_account} is delegated administrator of all it needs")
    )


def _wanted(uses_config: bool) -> tuple[str, ...]:
    return (STACK_SETS, HEALTH, CONFIG) if uses_config else (STACK_SETS, HEALTH)


def _not_delegated(account_id: str, principal: str) -> Finding:
    return (fail if principal == STACK_SETS else warn)(
        f"the hub account is no delegated administrator of {principal}: {_PURPOSE[principal]}",
        "in the management account: aws organizations register-delegated-administrator "
        f"--account-id {account_id} --service-principal {principal}",
        Evidence(
            "organizations:ListDelegatedServicesForAccount", "DelegatedServices without", principal
        ),
    )
