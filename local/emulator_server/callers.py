"""Who calls, as CloudTrail writes it ("CloudTrail userIdentity element")."""

from typing import Any

from local.emulator_server.pinned import private

Identity = dict[str, Any]


def user_identity(access_key: str, account: str) -> Identity:
    """The identity behind an access key; keys that nobody issued are the root of the account."""
    known = private("ministack.core.iam_evaluator", "resolve_caller_identity")(access_key)
    arn = known["userArn"] if known else f"arn:aws:iam::{account}:root"
    identity = {
        "type": _type_of(arn),
        "principalId": known["userId"] if known else account,
        "arn": arn,
        "accountId": account,
        "accessKeyId": access_key,
    }
    return identity | _more(identity)


def user_name(identity: Identity) -> str:
    """What LookupEvents calls `Username`: the session's name of an assumed role."""
    return "root" if identity["type"] == "Root" else str(identity["arn"]).rsplit("/", 1)[-1]


def _type_of(arn: str) -> str:
    if ":assumed-role/" in arn:
        return "AssumedRole"
    return "IAMUser" if ":user/" in arn else "Root"


def _more(identity: Identity) -> Identity:
    match identity["type"]:
        case "AssumedRole":
            return {"sessionContext": _session(identity)}
        case "IAMUser":
            return {"userName": user_name(identity)}
        case _:
            return {}


def _session(identity: Identity) -> Identity:
    role, account = identity["arn"].split("/")[-2], identity["accountId"]
    return {
        "sessionIssuer": {
            "type": "Role",
            "principalId": identity["principalId"].partition(":")[0],
            "arn": f"arn:aws:iam::{account}:role/{role}",
            "accountId": account,
            "userName": role,
        },
        "attributes": {"mfaAuthenticated": "false"},
    }
