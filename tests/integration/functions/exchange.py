"""Every AWS call of a function: noted, breakable, and answered by a fake where moto is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel
from botocore.session import Session
from botocore.validate import ParamValidator

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


class Crash(BaseException):
    """The process ends here."""


class Refused(Exception):
    """AWS answers with this error, and botocore has given up on trying again."""

    def __init__(self, code: str, message: str = "refused by the test") -> None:
        super().__init__(code, message)
        self.parsed = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }


@dataclass(frozen=True)
class Role:
    """An assumed role; `policy` is the session policy that narrows it, if any."""

    account_id: str
    name: str
    policy: str = ""


@dataclass(frozen=True)
class Call:
    service: str
    operation: str
    params: Mapping[str, Any]
    region: str
    role: Role | None


@dataclass
class _Interruption:
    """What happens at the calls it fits, after it has let `skip` of them pass, `times` times."""

    fits: Callable[[Call], bool]
    act: Callable[[], object]
    skip: int
    times: int

    def meet(self, call: Call) -> None:
        if not self.fits(call) or not self.times:
            return
        if self.skip:
            self.skip -= 1
            return
        self.times -= 1
        self.act()


@dataclass
class Exchange:
    """`fakes` answer for services, by botocore's name of them; moto answers for the others, and
    where a fake answers nothing.

    Requests have passed botocore's own validation; a fake's answer is held to the same model.
    """

    fakes: dict[str, Callable[[Call], dict[str, Any] | None]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    _before: list[_Interruption] = field(default_factory=list)
    _after: list[_Interruption] = field(default_factory=list)
    _roles: dict[str, Role] = field(default_factory=dict)

    def session(self) -> Session:
        line = _line()
        line.exchange = self
        return line

    def sent(self, operation: str) -> list[Mapping[str, Any]]:
        return [call.params for call in self.calls if call.operation == operation]

    @property
    def writes(self) -> list[str]:
        """The ledger writes among the calls."""
        return [call.operation for call in self.calls if call.operation in WRITES]

    def before(
        self, operation: str, act: Callable[[], object], *, skip: int = 0, times: int = 1
    ) -> None:
        """Let `act` happen, or raise, when `operation` (any, if empty) is about to arrive."""
        self._before.append(_Interruption(_fits(operation), act, skip, times))

    def after(self, operation: str, act: Callable[[], object], *, skip: int = 0) -> None:
        """The same, when `operation` was done and before its answer is read."""
        self._after.append(_Interruption(_fits(operation), act, skip, 1))

    def refuse(
        self, operation: str, code: str, message: str = "", *, skip: int = 0, times: int = 1
    ) -> None:
        def act() -> None:
            raise Refused(code, message)

        self.before(operation, act, skip=skip, times=times)

    def refuse_role(self, name: str, account_id: str = "") -> None:
        """The role `name` can no longer be assumed in an account, or in none."""

        def fits(call: Call) -> bool:
            arn = call.params.get("RoleArn", "")
            return call.operation == "AssumeRole" and arn.endswith(f"{account_id}:role/{name}")

        def act() -> None:
            raise Refused("AccessDenied", "not authorized to perform: sts:AssumeRole")

        self._before.append(_Interruption(fits, act, 0, 1_000))

    def heal(self) -> None:
        self._before.clear()
        self._after.clear()

    def on_params(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)

    def on_call(
        self, model: OperationModel, request_signer: Any, context: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        call = context["call"] = Call(
            model.service_model.service_name,
            model.name,
            context["asked"],
            request_signer.region_name,
            self._roles.get(request_signer._credentials.access_key),
        )
        self.calls.append(call)
        try:
            _meet(self._before, call)
            fake = self.fakes.get(call.service)
            answer = fake(call) if fake else None
            return None if answer is None else _answered(model, answer)
        except Refused as refused:
            return _response(400), refused.parsed

    def on_answer(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        call: Call = context["call"]
        if call.operation == "AssumeRole" and "Credentials" in parsed:
            account_id, name = call.params["RoleArn"].split(":", 4)[4].split(":role/")
            role = Role(account_id, name, call.params.get("Policy", ""))
            self._roles[parsed["Credentials"]["AccessKeyId"]] = role
        _meet(self._after, call)


class _Line(Session):
    """The botocore session of all functions, connected to one exchange at a time.

    It is made once, and so are its clients with the process's own identity: each would take longer
    than a whole test does otherwise.
    """

    exchange: Exchange

    def __init__(self) -> None:
        super().__init__()
        self._own_clients: dict[tuple[str, str | None], Any] = {}
        handlers: dict[str, Callable[..., Any]] = {
            "provide-client-params": lambda **event: self.exchange.on_params(**event),
            "before-call": lambda **event: self.exchange.on_call(**event),
            "after-call": lambda **event: self.exchange.on_answer(**event),
        }
        for event, handler in handlers.items():
            self.register(event, handler)

    def create_client(
        self, service_name: str, region_name: str | None = None, *args: Any, **options: Any
    ) -> Any:
        def make() -> Any:
            return super(_Line, self).create_client(service_name, region_name, *args, **options)

        if options.get("aws_access_key_id"):
            return make()
        key = (service_name, region_name)
        if key not in self._own_clients:
            self._own_clients[key] = make()
        return self._own_clients[key]


@cache
def _line() -> _Line:
    return _Line()


def _fits(operation: str) -> Callable[[Call], bool]:
    return lambda call: operation in ("", call.operation)


def _meet(interruptions: list[_Interruption], call: Call) -> None:
    for interruption in interruptions:
        interruption.meet(call)


def _answered(model: OperationModel, answer: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    report = ParamValidator().validate(answer, model.output_shape) if model.output_shape else None
    if report is not None and report.has_errors():
        raise AssertionError(f"no answer of {model.name}: {report.generate_report()}")
    return _response(200), answer | {"ResponseMetadata": {"HTTPStatusCode": 200}}


def _response(status: int) -> AWSResponse:
    return AWSResponse("http://aws", status, HTTPHeaders(), None)
