"""Writes down the AWS calls that Steward's code makes in the integration tests, with the role that
would make each: that of the function whose code is on the stack, or the role it has assumed.

Code of the product that a test calls itself is nobody's call, and so is a function's own call in
single-account mode, where a policy is held to the calls of the member role that it stands for.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, current_thread
from typing import Any

from botocore.session import Session

from tests.iam_proof.actions import asked
from tests.iam_proof.calls import Call, normalized
from tests.iam_proof.resolving import HUB
from tests.iam_proof.roles import Holder, by_name, functions, holders

ROOT = Path(__file__).parents[2]
_FUNCTIONS = f"{ROOT / 'functions'}{os.sep}"
_LAYER = f"{ROOT / 'layers' / 'steward' / 'steward'}{os.sep}"
_PRODUCT = (_LAYER, _FUNCTIONS, f"{ROOT / 'cli' / 'steward_cli'}{os.sep}")
_STARTED_BY = "iam_proof_started_by"
# Where the innermost decides whose call it is: what a test does in between is the test's own.
_OURS = (*_PRODUCT, f"{ROOT / 'tests' / 'integration'}{os.sep}", f"{ROOT / 'local'}{os.sep}")
_PARAMS = "iam_proof_params"


@dataclass(frozen=True)
class Caller:
    """`names`: what the template calls that which the test's environment names.

    Tests of the command name the hub's resources as they like: of these only the action counts."""

    holder: Holder
    account: str
    names: Mapping[str, str]

    @property
    def names_are_known(self) -> bool:
        return bool(self.names) or self.holder.account != HUB


class Recorder:
    """Listens on every botocore session that is made after `install`."""

    def __init__(self) -> None:
        self.calls: set[Call] = set()
        self.test_file = ""
        self._by_name, self._by_id = by_name(), holders()
        self._assumed: dict[str, str] = {}

    def install(self, patch: Callable[[Any, str, Any], None]) -> None:
        make = Session.__init__

        def make_and_listen(session: Session, *arguments: Any, **options: Any) -> None:
            make(session, *arguments, **options)
            events = session.get_component("event_emitter")
            events.register_first("provide-client-params", self._on_params)
            events.register_first("before-call", self._on_call)
            events.register_first("after-call", self._on_answer)

        start = Thread.start

        def start_and_note(thread: Thread) -> None:
            setattr(thread, _STARTED_BY, _function_of(_files_on_the_stack()))
            start(thread)

        patch(Session, "__init__", make_and_listen)
        patch(Thread, "start", start_and_note)

    def _on_params(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_PARAMS] = dict(params)

    def _on_call(self, model: Any, request_signer: Any, context: dict[str, Any], **_: Any) -> None:
        caller = self._caller(request_signer)
        if caller is None:
            return
        service, own = model.service_model.service_name, caller.account
        hub = own if caller.holder.account == HUB else ""

        def named(value: str) -> str:
            return caller.names.get(value, value)

        for action, resource, keys in asked(service, model.name, context[_PARAMS], own, named):
            arn = normalized(resource if caller.names_are_known else "", own=own, hub=hub)
            plain = tuple((key, normalized(value, own=own, hub=hub)) for key, value in keys)
            self.calls.add(Call(caller.holder.name, action, arn, plain, self.test_file))

    def _on_answer(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        role = str(context.get(_PARAMS, {}).get("RoleArn", ""))
        if role and "AccessKeyId" in parsed.get("Credentials", {}):
            self._assumed[parsed["Credentials"]["AccessKeyId"]] = role

    def _caller(self, request_signer: Any) -> Caller | None:
        files = [name for name in _files_on_the_stack() if name.startswith(_OURS)]
        above = [name for name in files if not name.startswith(_LAYER)]
        if not files or (above and not above[0].startswith(_PRODUCT)):
            return None
        credentials = getattr(request_signer, "_credentials", None)
        role = self._assumed.get(getattr(credentials, "access_key", ""))
        return self._of_function(files) if role is None else self._of_role(role)

    def _of_role(self, arn: str) -> Caller | None:
        account, _, name = arn.split(":", 4)[4].partition(":role/")
        holder = self._by_name.get(name)
        return None if holder is None else Caller(holder, account, {})

    def _of_function(self, files: list[str]) -> Caller | None:
        name = _function_of(files)
        function = functions().get(name)
        if function is None or os.environ.get("ORGANIZATION_MODE") == "single-account":
            return None
        holder = self._by_id[function.role]
        names = {os.environ.get(key, ""): value for key, value in function.environment.items()}
        names.pop("", None)
        return Caller(holder, holder.account, names)


def _function_of(files: Iterable[str]) -> str:
    """The folder of the function on the stack, or on that which started this thread."""
    folders = [name.removeprefix(_FUNCTIONS) for name in files if name.startswith(_FUNCTIONS)]
    if folders:
        return folders[0].partition(os.sep)[0]
    return str(getattr(current_thread(), _STARTED_BY, ""))


def _files_on_the_stack() -> Iterator[str]:
    frame = sys._getframe()
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back  # type: ignore[assignment]
