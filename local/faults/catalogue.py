"""The faults of the campaign: rules of microburst, and the days of the scenario they are on.

Every rule speaks of Steward's own calls only, whose User-Agent says so: the functions of the
scenario's teams stay untouched. A rule with `probability` draws from microburst's seeded chance.
One with `sequence` counts the calls that match: some fail, then some pass, over and over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.faults.proxy import Rule

type Accounts = Mapping[str, str]

# A client waits a tenth of what it waits on AWS for an answer.
PATIENCE_SECOND = 0.1
# Longer than the 30 s that Steward's clients wait for an answer.
TOO_LATE_MS = int(31_000 * PATIENCE_SECOND)
ALWAYS = range(100)
# Steward asks for a role's credentials once an hour, so a denial that begins later shows less.
NO_ROLE_DAYS = range(4)
NO_REGION_DAYS = range(5, 7)
# The first stacks are due on day 8, and deleted from day 9 on.
NO_STACKS_DAYS = range(8, 11)
NO_ROLE_ACCOUNT = "data-dev"
NO_STACKS_ACCOUNT = "web-dev"
NO_REGION = "us-east-1"
# Owns ten stacks alone. Were there another owner, their mail alone would count as telling.
UNANSWERED_OWNER = "search@example.com"
FIRST_DIGEST_DAYS = range(1, 2)


@dataclass(frozen=True)
class FaultRule:
    """Rules of one `name` are counted together. `account` gives its id to the `{id}` in `body`."""

    name: str
    rule: Rule
    days: range = ALWAYS
    account: str = ""

    def of(self, accounts: Accounts) -> Rule:
        rule = {**self.rule, "headers": {"User-Agent": "steward"}}
        if self.account:
            rule["body"] = rule["body"].format(id=accounts[self.account])
        return rule


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong between Steward and AWS; `rate` in words for the table."""

    key: str
    title: str
    rate: str
    rules: tuple[FaultRule, ...]

    def on(self, day: int) -> tuple[FaultRule, ...]:
        return tuple(each for each in self.rules if day in each.days)


def _error(code: str, status: int, message: str) -> Rule:
    return {"error": {"code": code, "status": status, "message": message}}


# Every service has its own word; botocore knows them all ("Retry behavior", AWS SDKs and Tools
# Reference Guide).
_THROTTLED = (
    ("dynamodb", "ProvisionedThroughputExceededException", 400),
    ("sesv2", "TooManyRequestsException", 429),
    ("cloudformation", "Throttling", 400),
    ("sqs", "RequestThrottled", 403),
    ("sts", "Throttling", 400),
    *(
        (service, "ThrottlingException", 400)
        for service in (
            "account",
            "appconfig",
            "cloudtrail",
            "organizations",
            "secretsmanager",
            "sns",
            "ssm",
        )
    ),
)


def throttling(probability: float) -> Fault:
    """One rule a service: a call that one rule lets pass would be drawn for again by the next."""
    rules = (
        FaultRule(
            "throttled: other" if code == "ThrottlingException" else f"throttled: {service}",
            {
                "service": service,
                "probability": probability,
                **_error(code, status, "Rate exceeded"),
            },
        )
        for service, code, status in _THROTTLED
    )
    return Fault("throttling", "Throttling by every service", _percent(probability), tuple(rules))


def server_errors(probability: float) -> Fault:
    """Half of them 500, half 503."""
    half = {"service": "*", "probability": probability / 2}
    rules = (
        FaultRule("500", {**half, **_error("InternalFailure", 500, "Internal error")}),
        FaultRule("503", {**half, **_error("ServiceUnavailable", 503, "Try again later")}),
    )
    return Fault("server-errors", "500 and 503", _percent(probability), rules)


def timeouts(times: int) -> Fault:
    """The answer comes too late; the call itself reaches AWS, after it was given up.

    `times`: since the rules were set, which happens twice a day.
    """
    late = (
        ("late: scan", "cloudformation", "DescribeStacks"),
        ("late: ledger", "dynamodb", "TransactWriteItems"),
        ("late: mail", "sesv2", "SendEmail"),
    )
    rules = (
        FaultRule(
            name,
            {
                "service": service,
                "operation": operation,
                "latency": TOO_LATE_MS,
                "sequence": [1, 8],
                "times": times,
            },
        )
        for name, service, operation in late
    )
    rate = f"one in 9 scans, ledger writes and mails, at most {2 * times} of each a day"
    return Fault("timeouts", "Answers after more than the client waits", rate, tuple(rules))


def resets(probability: float) -> Fault:
    rule = FaultRule("reset", {"service": "*", "probability": probability, "reset": True})
    return Fault("resets", "Connections reset before the call", _percent(probability), (rule,))


def lost_replies(probability: float) -> Fault:
    rule = FaultRule("lost: any", {"service": "*", "probability": probability, **_lost()})
    title = "Replies lost after the call was done, of every service"
    return Fault("lost-replies", title, _percent(probability), (rule,))


def lost_deletes(*, for_good: bool) -> Fault:
    """`for_good`: one account's reaper gets no reply at all until it has given up."""
    rules = [
        FaultRule("lost: DeleteStack", _operation("cloudformation", "DeleteStack", [1, 1])),
    ]
    if for_good:
        every = {"service": "cloudformation", "operation": "DeleteStack", "times": 8, **_lost()}
        body = "contains(StackName, ':{id}:')"
        rules.insert(
            0, FaultRule("lost: 8 DeleteStack", {**every, "body": body}, account="search-dev")
        )
    rate = "every second" + (", and all 8 tries of one delete" if for_good else "")
    return Fault("lost-deletes", "Replies lost after DeleteStack", rate, tuple(rules))


def lost_mails(*, for_good: bool) -> Fault:
    """`for_good`: the first digest of one owner gets no reply at all until it has given up."""
    rules = [FaultRule("lost: SendEmail", _operation("sesv2", "SendEmail", [1, 2]))]
    if for_good:
        every = {"service": "sesv2", "operation": "SendEmail", "times": 8, **_lost()}
        body = f"contains(Destination.ToAddresses, '{UNANSWERED_OWNER}')"
        rules.insert(0, FaultRule("lost: 8 SendEmail", {**every, "body": body}, FIRST_DIGEST_DAYS))
    rate = "every third" + (", and all 8 tries of one mail" if for_good else "")
    return Fault("lost-mails", "Replies lost after SendEmail", rate, tuple(rules))


def denials() -> Fault:
    no_role = {"service": "sts", "operation": "AssumeRole", **_denied("sts:AssumeRole")}
    no_stacks = {"service": "cloudformation", **_denied("cloudformation:*")}
    no_region = {"service": "cloudformation", "operation": "DescribeStacks", "region": NO_REGION}
    rules = (
        FaultRule(
            "denied: roles of an account",
            {**no_role, "body": "contains(RoleArn, ':{id}:')"},
            NO_ROLE_DAYS,
            NO_ROLE_ACCOUNT,
        ),
        FaultRule(
            "denied: stacks of an account",
            {**no_stacks, "body": "contains(StackName || '', ':{id}:')"},
            NO_STACKS_DAYS,
            NO_STACKS_ACCOUNT,
        ),
        FaultRule(
            "denied: a region",
            {**no_region, **_denied("cloudformation:DescribeStacks"), "body": "!StackName"},
            NO_REGION_DAYS,
        ),
    )
    rate = "an account's roles 4 days, another's stacks 3, a region 2"
    return Fault("denials", "AccessDenied", rate, rules)


def _operation(service: str, operation: str, sequence: list[int]) -> Rule:
    return {"service": service, "operation": operation, "sequence": sequence, **_lost()}


def _lost() -> Rule:
    return {"response": {"abort_bytes": 0}}


def _denied(action: str) -> Rule:
    message = f"not authorized to perform {action} with an explicit deny in a policy"
    return _error("AccessDenied", 403, message)


def _percent(probability: float) -> str:
    return f"{probability:.0%} of all calls"


ALONE = (
    throttling(0.3),
    server_errors(0.1),
    timeouts(times=1),
    resets(0.1),
    lost_replies(0.05),
    lost_deletes(for_good=True),
    lost_mails(for_good=True),
    denials(),
)


def mixed(faults: Iterable[Fault]) -> Fault:
    """All of them at once. The first rule that matches a call decides, so the rarest come first."""
    rules = tuple(rule for fault in faults for rule in fault.rules)
    return Fault("all", "All of these at once", "see the guide", rules)


ALL_AT_ONCE = mixed(
    (
        denials(),
        timeouts(times=1),
        lost_deletes(for_good=False),
        lost_mails(for_good=False),
        lost_replies(0.01),
        resets(0.01),
        server_errors(0.02),
        throttling(0.3),
    )
)

NO_FAULT = Fault("none", "None", "", ())
