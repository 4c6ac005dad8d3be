"""Templates against recorded calls, both ways. Every finding is a sentence; none means proven."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.iam_proof.calls import DEMO, TESTS, Call, load
from tests.iam_proof.deciding import Request, Statement, allowing, listed, matches
from tests.iam_proof.resolving import MEMBER
from tests.iam_proof.roles import ORGANIZATION, Holder

EXCEPTIONS = Path(__file__).parent / "exceptions.yaml"
# Of every call here: "AWS global condition context keys", IAM User Guide.
_GLOBAL = {"aws:resourceorgid": [ORGANIZATION], "aws:securetransport": ["true"]}
# Tags of the resource are no part of the request, so no record shows them.
_UNSEEN = ("aws:resourcetag/", "s3:existingobjecttag/")
UNSEEN_IN_DEMO = (*_UNSEEN, "cloudformation:")

type Grant = tuple[str, str, str]


class ExceptionsError(Exception):
    """The list of exceptions cannot be read; says where and why."""


@dataclass(frozen=True)
class Exempt:
    """An allowed action that no recorded call uses; (role, sid, action) with its reason."""

    grant: Grant
    reason: str


def read_exceptions(path: Path = EXCEPTIONS) -> list[Exempt]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [exempt for entry in entries for exempt in _exempt(entry, path)]
    twice = {e.grant for e in found if sum(o.grant == e.grant for o in found) > 1}
    if twice:
        raise ExceptionsError(f"{path.name}: listed twice: {sorted(twice)}")
    return found


def _exempt(entry: Mapping[str, object], path: Path) -> Iterator[Exempt]:
    reason = str(entry.get("reason", "")).strip()
    if entry.keys() != {"roles", "sid", "actions", "reason"} or len(reason) < 15:
        raise ExceptionsError(
            f"{path.name}: {dict(entry)} needs roles, sid, actions, and a reason in words"
        )
    for role in listed(entry["roles"]):
        for action in listed(entry["actions"]):
            yield Exempt((role, str(entry["sid"]), action), reason)


@dataclass(frozen=True)
class Evidence:
    """What was recorded; the demo's emulator does not see CloudFormation's condition keys."""

    demo: list[Call]
    tests: list[Call]

    @classmethod
    def committed(cls) -> "Evidence":
        return cls(load(DEMO), load(TESTS))

    def of(self, role: str) -> "Evidence":
        return Evidence(
            [call for call in self.demo if call.role == role],
            [call for call in self.tests if call.role == role],
        )


def findings(holder: Holder, evidence: Evidence, exceptions: Iterable[Exempt]) -> list[str]:
    """What is wrong with one role."""
    asked = _asked(holder, evidence)
    excepted = {each.grant for each in exceptions if each.grant[0] == holder.name}
    used = {grant for _, each in asked for grant in _used(holder, each)}
    return [*_refused(holder, asked), *_about_grants(holder, used, excepted)]


def refusals(holder: Holder, evidence: Evidence) -> list[str]:
    """Calls of the role that its policies do not allow."""
    return list(_refused(holder, _asked(holder, evidence)))


def _asked(holder: Holder, evidence: Evidence) -> list[tuple[Call, Request]]:
    own = evidence.of(holder.calls_of)
    asked = [(call, request(call, holder, UNSEEN_IN_DEMO)) for call in own.demo]
    return asked + [(call, request(call, holder, _UNSEEN)) for call in own.tests]


def request(call: Call, holder: Holder, unseen: tuple[str, ...]) -> Request:
    own = MEMBER if holder.name == call.role else holder.account
    keys = {**_GLOBAL, "aws:resourceaccount": [holder.account]}
    for key, value in call.keys:
        if value:
            keys[key] = [*keys.get(key, []), value.replace(MEMBER, own)]
    return Request(call.action, call.resource.replace(MEMBER, own), keys, unseen)


def _refused(holder: Holder, asked: Iterable[tuple[Call, Request]]) -> Iterator[str]:
    for call, each in asked:
        if not allowing((*holder.statements, *holder.besides), each):
            where = call.resource or "a resource that was not seen"
            yield (
                f"{holder.name} may not {call.action} on {where}, as {call.seen_in} does: "
                "allow it in the template"
            )


def _used(holder: Holder, asked: Request) -> Iterator[Grant]:
    for statement in holder.statements:
        if statement["Effect"] == "Allow" and matches(statement, asked):
            yield from ((holder.name, statement["Sid"], each) for each in _named(statement, asked))


def _named(statement: Statement, asked: Request) -> Iterator[str]:
    for action in listed(statement["Action"]):
        if matches({**statement, "Action": action}, asked):
            yield action


def _about_grants(holder: Holder, used: set[Grant], excepted: set[Grant]) -> Iterator[str]:
    granted = {(holder.name, sid, action) for sid, action in holder.grants()}
    for role, sid, action in sorted(granted - used - excepted):
        yield (
            f"{role} is allowed {action} ({sid}), which no recorded call uses: take it out of the "
            "template, or say in tests/iam_proof/exceptions.yaml why it is needed"
        )
    for role, sid, action in sorted(excepted & used):
        yield f"{role}: {action} ({sid}) is used: take it out of tests/iam_proof/exceptions.yaml"
    for role, sid, action in sorted(excepted - granted):
        yield (
            f"{role}: exceptions.yaml speaks of {action} ({sid}), which the template does not "
            "allow: take it out of tests/iam_proof/exceptions.yaml, or allow it again"
        )
