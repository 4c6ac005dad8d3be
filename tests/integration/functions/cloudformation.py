"""CloudFormation of the member accounts.

Not moto's: there a stack cannot have an age, a change set is always empty, and a delete neither
takes time nor fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from steward.domain.stacks import Unit
from tests.factories import UNIT, make_stack_id
from tests.integration.functions.exchange import Call, Refused

type Row = dict[str, Any]

HUB = "123456789012"  # the account that moto gives to a process without an assumed role

TAGS_ONLY: Row = {
    "Type": "Resource",
    "ResourceChange": {
        "Action": "Modify",
        "LogicalResourceId": "Topic",
        "ResourceType": "AWS::SNS::Topic",
        "Replacement": "False",
        "Scope": ["Tags"],
    },
}


@dataclass
class FakeCloudFormation:
    """`now` dates what happens. `page_size`: stacks a page.

    `lists_protection`: whether unnamed DescribeStacks shows EnableTerminationProtection.
    `shows_deletes`: whether a stack being deleted shows it at once. `changes`: what a change set of
    a stack would do; `proposal`: how the next one is made otherwise than usual.
    """

    now: Callable[[], datetime]
    page_size: int = 100
    lists_protection: bool = True
    shows_deletes: bool = True
    stacks: dict[str, Row] = field(default_factory=dict)
    events: dict[str, list[Row]] = field(default_factory=dict)
    changes: dict[str, list[Row]] = field(default_factory=dict)
    imports: dict[str, list[str]] = field(default_factory=dict)
    resources: dict[str, list[Row]] = field(default_factory=dict)
    change_sets: dict[str, Row] = field(default_factory=dict)
    proposal: Row = field(default_factory=dict)
    deletes: list[Row] = field(default_factory=list)

    def add(
        self,
        name: str = "feat-cart",
        unit: Unit = UNIT,
        *,
        age: timedelta = timedelta(days=2),
        tags: dict[str, str] | None = None,
        **fields: Any,
    ) -> str:
        """Make a stack that looks as if it had been created `age` ago; return its StackId."""
        stack_id: str = fields.pop("StackId", make_stack_id(name, unit))
        self.stacks[stack_id] = {
            "StackId": stack_id,
            "StackName": name,
            "CreationTime": self.now() - age,
            "StackStatus": "CREATE_COMPLETE",
            "EnableTerminationProtection": False,
            "Tags": _tag_list({"owner": "dev@example.com"} if tags is None else tags),
            **fields,
        }
        self.events[stack_id] = []
        return stack_id

    def tags(self, stack_id: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.stacks[stack_id]["Tags"]}

    def retag(self, stack_id: str, tags: dict[str, str]) -> None:
        self.stacks[stack_id]["Tags"] = _tag_list(tags)

    def happened(self, stack_id: str, status: str, token: str = "", **fields: Any) -> None:
        """Add the newest event: of the stack itself, unless `fields` name a resource."""
        event = {
            "StackId": stack_id,
            "EventId": str(len(self.events[stack_id])),
            "StackName": self.stacks[stack_id]["StackName"],
            "LogicalResourceId": self.stacks[stack_id]["StackName"],
            "PhysicalResourceId": stack_id,
            "ResourceType": "AWS::CloudFormation::Stack",
            "Timestamp": self.now(),
            "ResourceStatus": status,
            **({"ClientRequestToken": token} if token else {}),
            **fields,
        }
        self.events[stack_id].insert(0, event)
        if event["PhysicalResourceId"] == stack_id:
            self.stacks[stack_id]["StackStatus"] = status

    def updated(self, stack_id: str, status: str = "UPDATE_COMPLETE", token: str = "") -> None:
        """Somebody's update ended just now."""
        self.stacks[stack_id]["LastUpdatedTime"] = self.now()
        self.happened(stack_id, status, token)

    def __call__(self, call: Call) -> Row:
        operations = {
            "DescribeStacks": self._describe_stacks,
            "DescribeStackEvents": self._describe_stack_events,
            "ListStackResources": self._list_stack_resources,
            "ListImports": self._list_imports,
            "GetTemplateSummary": self._get_template_summary,
            "CreateChangeSet": self._create_change_set,
            "DescribeChangeSet": self._describe_change_set,
            "ExecuteChangeSet": self._execute_change_set,
            "DeleteChangeSet": self._delete_change_set,
            "DeleteStack": self._delete_stack,
        }
        return operations[call.operation](call)

    def _describe_stacks(self, call: Call) -> Row:
        if "StackName" in call.params:
            return {"Stacks": [self._named(call)]}
        rows = [self._listed(row) for row in self._there(call)]
        start = int(call.params.get("NextToken", "0"))
        page = rows[start : start + self.page_size]
        more = start + self.page_size < len(rows)
        return {"Stacks": page} | ({"NextToken": str(start + self.page_size)} if more else {})

    def _there(self, call: Call) -> list[Row]:
        place = f":{call.region}:{_caller(call)}:"
        return [
            row
            for stack_id, row in self.stacks.items()
            if place in stack_id and row["StackStatus"] != "DELETE_COMPLETE"
        ]

    def _listed(self, row: Row) -> Row:
        hidden = set() if self.lists_protection else {"EnableTerminationProtection"}
        return {name: value for name, value in row.items() if name not in hidden}

    def _named(self, call: Call) -> Row:
        wanted = call.params["StackName"]
        for row in [*self._there(call), *self.stacks.values()]:
            is_here = f":{_caller(call)}:" in row["StackId"]
            if is_here and wanted in (row["StackId"], row["StackName"]):
                return row
        raise Refused("ValidationError", f"Stack with id {wanted} does not exist")

    def _describe_stack_events(self, call: Call) -> Row:
        return {"StackEvents": self.events[self._named(call)["StackId"]]}

    def _list_stack_resources(self, call: Call) -> Row:
        return {"StackResourceSummaries": self.resources.get(self._named(call)["StackId"], [])}

    def _list_imports(self, call: Call) -> Row:
        export = call.params["ExportName"]
        if export not in self.imports:
            raise Refused("ValidationError", f"Export '{export}' is not imported by any stack.")
        return {"Imports": self.imports[export]}

    def _get_template_summary(self, call: Call) -> Row:
        self._named(call)
        return {"DeclaredTransforms": []}

    def _create_change_set(self, call: Call) -> Row:
        name, row = call.params["ChangeSetName"], self._named(call)
        if name in self.change_sets:
            raise Refused("AlreadyExistsException", f"ChangeSet {name} already exists")
        self.change_sets[name] = {
            "StackId": row["StackId"],
            "StackName": row["StackName"],
            "ChangeSetName": name,
            "Status": "CREATE_COMPLETE",
            "ExecutionStatus": "AVAILABLE",
            "Tags": call.params["Tags"],
            "Changes": self.changes.get(row["StackId"], [TAGS_ONLY]),
            **self.proposal,
        }
        return {"Id": f"arn:aws:cloudformation:::changeSet/{name}/1", "StackId": row["StackId"]}

    def _describe_change_set(self, call: Call) -> Row:
        found = self.change_sets.get(call.params["ChangeSetName"])
        if found is None or found["StackId"] != call.params["StackName"]:
            raise Refused("ChangeSetNotFound", "there is no such change set")
        return found

    def _execute_change_set(self, call: Call) -> Row:
        found = self._describe_change_set(call)
        assert found["ExecutionStatus"] == "AVAILABLE"
        self.stacks[found["StackId"]]["Tags"] = found["Tags"]
        self.updated(found["StackId"], token=call.params["ClientRequestToken"])
        found["ExecutionStatus"] = "EXECUTE_COMPLETE"
        return {}

    def _delete_change_set(self, call: Call) -> Row:
        self.change_sets.pop(call.params["ChangeSetName"])
        return {}

    def _delete_stack(self, call: Call) -> Row:
        row, token = self._named(call), call.params["ClientRequestToken"]
        if any(token == before["ClientRequestToken"] for before in self.deletes):
            raise Refused("TokenAlreadyExistsException", f"token {token} was used before")
        assert not row["StackStatus"].endswith("_IN_PROGRESS")
        self.deletes.append(dict(call.params))
        if self.shows_deletes:
            self.happened(row["StackId"], "DELETE_IN_PROGRESS", token)
        return {}


def _caller(call: Call) -> str:
    """The account that is asked: whose role was assumed, else the hub itself."""
    return call.role.account_id if call.role else HUB


def _tag_list(tags: dict[str, str]) -> list[Row]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
