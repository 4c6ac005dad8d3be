"""Which IAM actions an API operation needs, and on what.

Most operations are authorized as an action of their own name. The others, by page: "Actions,
resources, and condition keys for Amazon S3" (Service Authorization Reference) and "Required
permissions for Amazon S3 API operations" (Amazon S3 User Guide); "Invoke", AWS Lambda API
Reference; "AddPermission", Amazon SQS API Reference; "Using IAM with DynamoDB transactions", Amazon
DynamoDB Developer Guide; "DeleteStack", AWS CloudFormation API Reference (the role that is named
must be passed).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.iam_proof.resolving import REGION

type Params = Mapping[str, Any]
type Named = Callable[[str], str]
type Keys = tuple[tuple[str, str], ...]
type Asked = tuple[str, str, Keys]
# botocore's name of a service, where its prefix in IAM is another.
PREFIX = {
    "appconfigdata": "appconfig",
    "lambda-core": "lambda",
    "resourcegroupstaggingapi": "tag",
    "sesv2": "ses",
}
ACTION = {
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
_ITEM_ACTIONS = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
# AWS answers these to whoever asks ("GetCallerIdentity", AWS STS API Reference).
FREE = {"sts:GetCallerIdentity"}


def asked(
    service: str, operation: str, params: Params, account: str, named: Named
) -> Iterator[Asked]:
    """Every (action, resource, condition keys) that the call needs; an empty resource was not seen.

    `named` turns what a test calls a resource into what the template calls it.
    """
    own_name = f"{PREFIX.get(service, service)}:{operation}"
    if own_name in FREE:
        return
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        yield from _items(params, account, named)
    elif operation == "DeleteObjects":
        yield from _objects(params, named)
    else:
        action = ACTION.get(own_name, own_name)
        yield action, _resource(action, params, account, named), _keys(params, action)
        if operation == "DeleteStack" and "RoleARN" in params:
            passed = (("iam:passedtoservice", "cloudformation.amazonaws.com"),)
            yield "iam:PassRole", params["RoleARN"], passed


def _items(params: Params, account: str, named: Named) -> Iterator[Asked]:
    for item in params["TransactItems"]:
        ((kind, inner),) = item.items()
        yield _ITEM_ACTIONS[kind], _table(inner, account, named), ()


def _objects(params: Params, named: Named) -> Iterator[Asked]:
    bucket = f"arn:aws:s3:::{named(params['Bucket'])}"
    for each in params["Delete"]["Objects"]:
        action = "s3:DeleteObjectVersion" if each.get("VersionId") else "s3:DeleteObject"
        yield action, f"{bucket}/an-object", ()


def _keys(params: Params, action: str) -> Keys:
    """Condition keys of CloudFormation; "Actions, resources, and condition keys for AWS
    CloudFormation", Service Authorization Reference."""
    if not action.startswith("cloudformation:"):
        return ()
    found = []
    if change_set := str(params.get("ChangeSetName", "")):
        name = change_set.split("/")[1] if change_set.startswith("arn:") else change_set
        found.append(("cloudformation:changesetname", name.partition("-")[0] + "-a-change"))
    if "RoleARN" in params:
        found.append(("cloudformation:rolearn", params["RoleARN"]))
    return tuple(found)


def _resource(action: str, params: Params, account: str, named: Named) -> str:
    service = action.partition(":")[0]
    place = f"{REGION}:{account}"
    match service:
        case "dynamodb" if "TableName" in params:
            return _table(params, account, named)
        case "sqs" if "QueueUrl" in params:
            return f"arn:aws:sqs:{place}:{named(params['QueueUrl']).rpartition('/')[2]}"
        case "ssm" if "Name" in params:
            return f"arn:aws:ssm:{place}:parameter/{named(params['Name']).removeprefix('/')}"
        case "s3" if "Bucket" in params:
            key = f"/{params['Key']}" if "Key" in params else ""
            return f"arn:aws:s3:::{named(params['Bucket'])}{key}"
        case "sts":
            return str(params["RoleArn"])
        case "sns" if "TopicArn" in params:
            return named(params["TopicArn"])
        case "cloudformation" if str(params.get("StackName", "")).startswith("arn:"):
            return str(params["StackName"])
        case _:
            return ""


def _table(params: Params, account: str, named: Named) -> str:
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return f"arn:aws:dynamodb:{REGION}:{account}:table/{named(params['TableName'])}{index}"
