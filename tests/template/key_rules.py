"""What a key of the customer's own encrypts, and who may use it. A rule returns what breaks it."""

from collections.abc import Iterator

from tests.template.documents import Document, chosen, resources

KEY = {"Ref": "EncryptionKeyArn"}
_WITH = frozenset({"HasEncryptionKey"})
# Where each kind of resource names its key.
_PLACES = {
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::S3::Bucket": (
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        "0",
        "ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ),
}
# What a role may do with a service's data is also what it needs of the key.
_SERVICES = {
    "dynamodb": ("dynamodb:",),
    "sqs": ("sqs:SendMessage", "sqs:ReceiveMessage"),
    "sns": ("sns:Publish",),
    "s3": ("s3:GetObject", "s3:PutObject"),
    "secretsmanager": ("secretsmanager:GetSecretValue",),
}


def encrypted_with_the_key(template: Document) -> list[str]:
    return [
        f"{name}: not encrypted with the customer's key"
        for kind, place in _PLACES.items()
        for name, properties in resources(template, kind).items()
        if _at(chosen(properties, _WITH), place) != KEY
    ]


def as_before_without(template: Document) -> list[str]:
    """Without a key no property names one."""
    return [
        f"{name}: names a key that nobody gave"
        for kind in _PLACES
        for name, properties in resources(template, kind).items()
        if str(KEY) in str(chosen(properties, frozenset()))
    ]


def one_kind_of_queue_encryption(template: Document) -> list[str]:
    """SQS refuses a queue with a key and with its own encryption at once."""
    return [
        f"{name}: asks for both"
        for name, queue in resources(template, "AWS::SQS::Queue").items()
        if "SqsManagedSseEnabled" in chosen(queue, _WITH)
    ]


def roles_may_use_the_key(template: Document) -> list[str]:
    allowed = {(role, service) for role, service, _ in key_grants(template)}
    return [
        f"{role}: may not use the key through {service}"
        for role, service in sorted(_needed(template))
        if (role, service) not in allowed
    ]


def the_key_is_used_where_needed(template: Document) -> list[str]:
    needed = set(_needed(template))
    return [
        f"{role}: may use the key through {service} for nothing"
        for role, service, _ in key_grants(template)
        if (role, service) not in needed and role != "OperatorRole"
    ]


def grants_are_confined(template: Document) -> list[str]:
    """To the key, to one service of this region, and to installations that have a key."""
    return [
        f"{name}: {statement['Sid']}"
        for name, resource in template["Resources"].items()
        for statement in _statements(resource)
        if any(action.startswith("kms:") for action in _actions(statement))
        and not _is_confined(resource, statement)
    ]


def _is_confined(resource: Document, statement: Document) -> bool:
    via = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", {})
    return (
        resource.get("Condition") == "HasEncryptionKey"
        and statement["Resource"] == KEY
        and str(via.get("Fn::Sub", "")).endswith(".${AWS::Region}.amazonaws.com")
    )


def key_grants(template: Document) -> Iterator[tuple[str, str, Document]]:
    """Each role, the service through which it may use the key, and the statement."""
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            via = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService")
            if via:
                service = via["Fn::Sub"].split(".")[0]
                yield from ((role["Ref"], service, statement) for role in policy["Roles"])


def _needed(template: Document) -> Iterator[tuple[str, str]]:
    for name, role in resources(template, "AWS::IAM::Role").items():
        actions = [
            action
            for policy in role.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
            for action in _actions(statement)
        ]
        for service, wanted in _SERVICES.items():
            if any(action.startswith(wanted) for action in actions):
                yield name, service


def _statements(resource: Document) -> list[Document]:
    properties = resource.get("Properties", {})
    inline = [p["PolicyDocument"] for p in properties.get("Policies", []) if "PolicyDocument" in p]
    documents = [*inline, properties.get("PolicyDocument", {})]
    return [statement for document in documents for statement in document.get("Statement", [])]


def _actions(statement: Document) -> list[str]:
    actions = statement.get("Action", [])
    return actions if isinstance(actions, list) else [actions]


def _at(tree: object, place: tuple[str, ...]) -> object:
    for step in place:
        if isinstance(tree, list):
            tree = tree[int(step)]
        elif isinstance(tree, dict):
            tree = tree.get(step)
    return tree
