"""Which stacks are feature stacks under a policy. Exclusions always win."""

from collections.abc import Mapping
from dataclasses import dataclass

from steward.domain.policy import Policy
from steward.domain.policy_scope import Exclusions, Match, Scope, first_match
from steward.domain.stacks import Account, Stack


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """Whether a stack is in scope, and the sentence why."""

    inside: bool
    reason: str


def judge_scope(stack: Stack, account: Account, policy: Policy) -> ScopeVerdict:
    """Judge `stack` by where it is, what is excluded, and what its name and tags say."""
    outside = (
        why_account_is_out(account, policy.scope)
        or _outside_regions(stack, policy.scope)
        or _excluded(stack, policy.scope.exclude)
    )
    return ScopeVerdict(False, outside) if outside else _selected(stack, policy.scope)


def why_account_is_out(account: Account, scope: Scope) -> str:
    """Why no stack of `account` is in scope; empty when they may be."""
    if account.account_id in scope.exclude.accounts:
        return f"account {account.account_id} is excluded"
    excluded = [unit for unit in account.ou_path if unit in scope.exclude.organizational_units]
    if excluded:
        return f"organizational unit {excluded[0]} is excluded"
    if scope.organizational_units and not set(scope.organizational_units) & set(account.ou_path):
        return f"account {account.account_id} is in none of the policy's organizational units"
    return ""


def _outside_regions(stack: Stack, scope: Scope) -> str:
    return (
        ""
        if stack.unit.region in scope.regions
        else f"region {stack.unit.region} is not in the policy"
    )


def _excluded(stack: Stack, exclude: Exclusions) -> str:
    pattern = first_match(stack.name, exclude.name_patterns)
    if pattern:
        return f"its name matches the excluded pattern {pattern}"
    tag = _matching_tag(stack.tags, exclude.tags)
    return f"its tag {tag} is excluded" if tag else ""


def _selected(stack: Stack, scope: Scope) -> ScopeVerdict:
    pattern = first_match(stack.name, scope.name_patterns)
    tag = _matching_tag(stack.tags, scope.tags)
    found = [f"its name matches {pattern}"] if pattern else []
    found += [f"its tag is {tag}"] if tag else []
    if not found:
        return ScopeVerdict(False, "neither its name nor its tags say feature stack")
    if scope.match is Match.ALL and len(found) == 1:
        return ScopeVerdict(False, f"{found[0]}, but the policy wants name and tag to match")
    return ScopeVerdict(True, " and ".join(found))


def _matching_tag(tags: Mapping[str, str], wanted: Mapping[str, list[str]]) -> str:
    """The first `key=value` of `tags` that is wanted; keys heed case, values do not."""
    for key, values in wanted.items():
        value = tags.get(key)
        if value is not None and value.strip().lower() in {each.lower() for each in values}:
            return f"{key}={value}"
    return ""
