"""AWS::Organizations::ResourcePolicy, which ministack 1.5.33 does not have.

Source: "AWS::Organizations::ResourcePolicy", AWS CloudFormation Template Reference: in the
management account only, one for the organization, `Ref` returns its id.
"""

import json
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.organizations.administration import Administration
from local.emulator_server.pinned import private

PROVISIONERS = "ministack.services.cloudformation.provisioners"
Fields = dict[str, Any]


class PolicyProvisioning:
    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    def install(self) -> None:
        private(PROVISIONERS, "_RESOURCE_HANDLERS")["AWS::Organizations::ResourcePolicy"] = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
        }

    def _create(self, _logical_id: str, properties: Fields, _stack: str) -> tuple[str, Fields]:
        if private(tree.RESPONSES, "get_account_id")() != tree.management_account():
            raise ValueError("a resource policy is made in the management account only")
        if self._administration.resource_policy is not None:
            raise ValueError("the organization has a resource policy already")
        return self._put(properties)

    def _update(
        self, _physical_id: str, _old: Fields, new: Fields, _stack: str
    ) -> tuple[str, Fields]:
        return self._put(new)

    def _delete(self, _physical_id: str, _properties: Fields) -> None:
        self._administration.resource_policy = None

    def _put(self, properties: Fields) -> tuple[str, Fields]:
        content = properties["Content"]
        text = content if isinstance(content, str) else json.dumps(content)
        summary = self._administration.put_policy(text)["ResourcePolicySummary"]
        return summary["Id"], {"Id": summary["Id"], "Arn": summary["Arn"]}
