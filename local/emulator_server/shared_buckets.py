"""Objects that CloudFormation and Lambda read from a bucket of another account.

Source: "Bucket policy examples", Amazon S3 User Guide: the bucket's policy has to let the reader
in. ministack 1.5.33 looks for templates and code in the buckets of the caller's account only.
"""

import json
from collections.abc import Callable
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.pinned import private, replace, require

S3 = "ministack.services.s3"
EVALUATOR = "ministack.core.iam_evaluator"
Read = Callable[..., bytes | None]


def install() -> None:
    require(S3, "_buckets", "_bucket_policies", "_bucket_owner_account")
    require(EVALUATOR, "EvalContext", "evaluate_resource_policy")
    replace((S3,), "_get_object_data", _of_any_account)


def _of_any_account(plain: Read) -> Read:
    def get_object_data(bucket: str, key: str, version_id: str | None = None) -> bytes | None:
        reader = private(tree.RESPONSES, "get_account_id")()
        owner = private(S3, "_bucket_owner_account")(bucket)
        if owner in (None, reader):
            return plain(bucket, key, version_id)
        region = private(tree.RESPONSES, "get_region")()
        with private(tree.RESPONSES, "request_scope")(owner, region):
            policy = private(S3, "_bucket_policies").get(bucket)
            may = bool(policy) and _lets_in(policy, bucket, key, reader, region)
            return plain(bucket, key, version_id) if may else None

    return get_object_data


def _lets_in(policy: Any, bucket: str, key: str, reader: str, region: str) -> bool:
    context = private(EVALUATOR, "EvalContext")(
        principal_arn=f"arn:aws:iam::{reader}:root",
        principal_type="Root",
        principal_account=reader,
        action="s3:GetObject",
        resource_arn=f"arn:aws:s3:::{bucket}/{key}",
        region=region,
    )
    text = policy if isinstance(policy, str | dict) else json.loads(policy)
    decision = private(EVALUATOR, "evaluate_resource_policy")(text, context).decision
    return bool(decision == "Allow")
