"""CloudWatch Synthetics: the canaries of a unit, and the lifetimes of runtime versions.

ministack 1.5.33 does not have it. Sources: DescribeCanaries and DescribeRuntimeVersions, Amazon
CloudWatch Synthetics API Reference. What is put here has the shapes of these answers.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator_server.modelled.health_events import instant
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import ModelledService, model_of
from local.emulator_server.modelled.validation import problems
from local.emulator_server.pinned import private

BAD_TOKEN = "ValidationException"
CANARIES_OF_A_PAGE = 20
VERSIONS_OF_A_PAGE = 100
DATES = ("ReleaseDate", "DeprecationDate")
Fields = dict[str, Any]
Request = Mapping[str, Any]


class Synthetics:
    def __init__(self) -> None:
        self._canaries: dict[tuple[str, str, str], Fields] = {}
        self._versions: list[Fields] = []
        self.service = ModelledService(
            "synthetics",
            {
                "DescribeCanaries": self._describe_canaries,
                "DescribeRuntimeVersions": self._describe_versions,
            },
        )

    def put_canary(self, account: str, region: str, canary: Fields) -> None:
        _check(canary, "Canary")
        self._canaries[account, region, canary["Name"]] = canary

    def set_versions(self, versions: list[Fields]) -> None:
        for version in versions:
            _check(version, "RuntimeVersion")
        self._versions = versions

    def _describe_canaries(self, request: Request) -> Fields:
        place = (_current("get_account_id"), _current("get_region"))
        names = request.get("Names")
        found = [
            canary
            for (account, region, name), canary in sorted(self._canaries.items())
            if (account, region) == place and (names is None or name in names)
        ]
        size = request.get("MaxResults", CANARIES_OF_A_PAGE)
        page, token = page_of(found, request, size, BAD_TOKEN)
        return {"Canaries": page} | ({"NextToken": token} if token else {})

    def _describe_versions(self, request: Request) -> Fields:
        size = request.get("MaxResults", VERSIONS_OF_A_PAGE)
        page, token = page_of(self._versions, request, size, BAD_TOKEN)
        answer: Fields = {"RuntimeVersions": [_dated(version) for version in page]}
        return answer | ({"NextToken": token} if token else {})


def _check(value: Fields, shape: str) -> None:
    if wrong := problems(value, model_of("synthetics").shape_for(shape)):
        raise ValueError("; ".join(wrong))


def _dated(version: Fields) -> Fields:
    return {name: instant(value) if name in DATES else value for name, value in version.items()}


def _current(name: str) -> str:
    return str(private("ministack.core.responses", name)())
