"""The ledger's table, read from template.yaml so that the two cannot drift apart."""

from functools import cache
from typing import Any

import yaml

from benchmarks.environment import REPOSITORY

_OF_THE_TABLE_ITSELF = (
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
)


class _TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short functions (`!Ref`, `!Sub`, ...) as nothing."""


_TemplateLoader.add_multi_constructor("!", lambda *_: None)


@cache
def ledger_properties() -> dict[str, Any]:
    template = yaml.load((REPOSITORY / "template.yaml").read_text(), _TemplateLoader)
    properties = template["Resources"]["Ledger"]["Properties"]
    return {name: properties[name] for name in _OF_THE_TABLE_ITSELF}
