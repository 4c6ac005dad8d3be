"""CloudFormation's functions worked out, with names instead of the ids that AWS would invent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.template.documents import Document

HUB = "111111111111"
MEMBER = "222222222222"
REGION = "eu-west-1"
NOTHING = object()
# Under the account and region of the stack; "Actions, resources, and condition keys for ...",
# Service Authorization Reference, each under "Resource types defined by".
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}",
    "AWS::Serverless::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
}
NAMED_BY = ("RoleName", "TableName", "FunctionName", "QueueName", "LogGroupName", "BucketName")
NAMED_BY_NAME = {"AWS::Events::EventBus", "AWS::SecretsManager::Secret", "AWS::SSM::Parameter"}
REF_IS_ARN = {"AWS::SNS::Topic", "AWS::SecretsManager::Secret"}
ALIAS = "Aliaslive"


class UnresolvedError(Exception):
    """A template says something that is not worked out here; says what."""


@dataclass(frozen=True)
class Stack:
    """A template with its parameters; parameters that are not given have their defaults."""

    name: str
    template: Document
    account: str
    given: Mapping[str, Any]

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            parts = (self.resolve(each) for each in value)
            return [part for part in parts if part is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (function := next(iter(value))) in self._functions:
            return self._functions[function](value[function])
        resolved = {key: self.resolve(each) for key, each in value.items()}
        return {key: each for key, each in resolved.items() if each is not NOTHING}

    @property
    def _functions(self) -> dict[str, Any]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::Join": lambda parts: parts[0].join(self.resolve(parts[1])),
            "Fn::Split": lambda parts: self.resolve(parts[1]).split(parts[0]),
        }

    def holds(self, condition: str) -> bool:
        return bool(self._decide(self.template["Conditions"][condition]))

    def _decide(self, rule: Document) -> bool:
        ((function, inner),) = rule.items()
        match function:
            case "Condition":
                return self.holds(inner)
            case "Fn::Equals":
                left, right = self.resolve(inner)
                return bool(left == right)
            case "Fn::Not":
                return not self._decide(inner[0])
            case "Fn::And":
                return all(map(self._decide, inner))
            case "Fn::Or":
                return any(map(self._decide, inner))
            case _:
                raise UnresolvedError(f"condition function {function}")

    def _if(self, parts: list[Any]) -> Any:
        condition, yes, no = parts
        return self.resolve(yes if self.holds(condition) else no)

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::NoValue": NOTHING,
            "AWS::Partition": "aws",
            "AWS::AccountId": self.account,
            "AWS::Region": REGION,
            "AWS::StackName": self.name,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.template["Parameters"]:
            return self._parameter(name)
        if name.endswith(ALIAS):
            return f"{self._get_att([name.removesuffix(ALIAS), 'Arn'])}:live"
        resource = self._resource(name)
        return self._arn(name) if resource["Type"] in REF_IS_ARN else self.name_of(name)

    def _parameter(self, name: str) -> Any:
        declared = self.template["Parameters"][name]
        value = self.given.get(name, declared.get("Default", f"{{{name}}}"))
        return str(value).split(",") if declared["Type"] == "CommaDelimitedList" else value

    def _get_att(self, parts: list[str]) -> str:
        name, attribute = parts
        if attribute not in {"Arn", "TopicArn"}:
            raise UnresolvedError(f"{name}.{attribute}")
        return self._arn(name)

    def _arn(self, name: str) -> str:
        kind = self._resource(name)["Type"]
        if kind not in ARNS:
            raise UnresolvedError(f"the ARN of {name}, a {kind}: add its form to ARNS")
        return ARNS[kind].format(region=REGION, account=self.account, name=self.name_of(name))

    def name_of(self, name: str) -> str:
        """The name that a resource is given, else the one that stands for what AWS invents."""
        properties = self._resource(name).get("Properties", {})
        given = (properties[key] for key in NAMED_BY if key in properties)
        named = next(given, None)
        if named is None and self._resource(name)["Type"] in NAMED_BY_NAME:
            named = properties.get("Name")
        return str(self.resolve(named)) if named else f"{self.name}-{name}"

    def _resource(self, name: str) -> Document:
        if name not in self.template["Resources"]:
            raise UnresolvedError(f"{name}: neither parameter nor resource")
        resource: Document = self.template["Resources"][name]
        return resource

    def _sub(self, parts: Any) -> str:
        text, variables = parts if isinstance(parts, list) else (parts, {})

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name in variables:
                return str(self.resolve(variables[name]))
            return str(self._get_att(name.split(".", 1)) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^!}]+)\}", value, text)
