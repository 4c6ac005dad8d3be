"""The alternate contacts that AWS keeps for an account."""

from typing import TYPE_CHECKING

from steward.aws.answers import asking

if TYPE_CHECKING:
    from mypy_boto3_account import AccountClient


def operations_contact(client: "AccountClient") -> str:
    """The address of the caller's own account's operations contact, empty when it has none; raise
    NoAnswer.

    Without AccountId it is the caller's account: naming one is for the management account and
    delegated administrators ("GetAlternateContact", AWS Account Management Reference Guide).
    """
    with asking("account:GetAlternateContact"):
        try:
            answer = client.get_alternate_contact(AlternateContactType="OPERATIONS")
        except client.exceptions.ResourceNotFoundException:
            return ""
    return answer["AlternateContact"].get("EmailAddress", "").strip()
