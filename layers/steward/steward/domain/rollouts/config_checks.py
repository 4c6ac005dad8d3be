"""The types of checks that a rollout configuration may declare."""

import json
import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from steward.domain.rollouts.config_values import (
    Check,
    Expression,
    Json,
    Milliseconds,
    Samples,
    Section,
    Share,
)

# "Lambda quotas", AWS Lambda Developer Guide: an asynchronous payload; ours is synchronous, and a
# check that needs more is no smoke check.
MOST_PAYLOAD_BYTES = 256 * 1024
LONGEST_PATTERN = 200


class Operator(StrEnum):
    """How an observed value is compared with the declared one."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    CONTAINS = "contains"
    MATCHES = "matches"
    EXISTS = "exists"


_ORDERING = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
# What `_has_its_value` says, for the JSON Schema.
_VALUE_IN_SCHEMA: dict[str, Any] = {
    "if": {"properties": {"op": {"const": "exists"}}, "required": ["op"]},
    "then": {"properties": {"value": {"type": "boolean"}}},
    "else": {"required": ["value"]},
    "allOf": [
        {
            "if": {"properties": {"op": {"enum": sorted(_ORDERING)}}, "required": ["op"]},
            "then": {"properties": {"value": {"type": "number"}}},
        },
        {
            "if": {"properties": {"op": {"const": "matches"}}, "required": ["op"]},
            "then": {"properties": {"value": {"type": "string", "maxLength": LONGEST_PATTERN}}},
        },
    ],
}


class Assertion(Section):
    """`path`: JMESPath over the answer; `json(body)` reads JSON out of a text; `$duration_ms` is
    how long the call took, `$function_error` what Lambda says of an error, `$executed_version` the
    version that answered. `exists` takes no value, or false for what must not be there."""

    model_config = ConfigDict(json_schema_extra=_VALUE_IN_SCHEMA)

    path: Expression
    op: Operator = Operator.EQ
    value: Json = None

    @model_validator(mode="after")
    def _has_its_value(self) -> Self:
        given = "value" in self.model_fields_set
        if self.op is Operator.EXISTS:
            if given and not isinstance(self.value, bool):
                raise ValueError("exists takes no value, or true, or false for must not exist")
        elif not given:
            raise ValueError(f"{self.op} needs a value to compare with")
        elif self.op in _ORDERING and not _is_number(self.value):
            raise ValueError(f"{self.op} needs a number as its value")
        elif self.op is Operator.MATCHES:
            _check_pattern(self.value)
        return self


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_pattern(pattern: object) -> None:
    if not isinstance(pattern, str):
        raise ValueError("matches needs a regular expression, in quotes, as its value")
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the regular expression is longer than {LONGEST_PATTERN} characters")
    try:
        re.compile(pattern)
    except (re.PatternError, OverflowError, RecursionError) as error:
        raise ValueError(f"{pattern!r} is no regular expression of Python: {error}") from None


class Invoked(Check):
    """What `invoke` and `probe` share. `payload_from`: `ssm:NAME` or `s3://BUCKET/KEY`."""

    payload: Json = None
    payload_from: Annotated[str, StringConstraints(pattern=r"^(ssm:/.+|s3://[^/]+/.+)?$")] = ""
    client_context: bool = True

    @model_validator(mode="after")
    def _one_payload(self) -> Self:
        if self.payload is not None and self.payload_from:
            raise ValueError("give either payload or payload_from, not both")
        size = len(json.dumps(self.payload, ensure_ascii=False).encode())
        if size > MOST_PAYLOAD_BYTES:
            raise ValueError(
                f"the payload has {size} bytes, at most {MOST_PAYLOAD_BYTES} are sent; shorten it"
            )
        return self

    @property
    def has_payload(self) -> bool:
        return self.payload is not None or bool(self.payload_from)


class InvokeCheck(Invoked):
    """Invoke the target version (or the alias) and look at its answer.

    `dry_run` asks Lambda whether the call would be allowed and sends nothing.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    type: Literal["invoke"]
    qualifier: Literal["target", "alias"] = "target"
    dry_run: bool = False
    assertions: Annotated[tuple[Assertion, ...], Field(alias="assert", max_length=20)] = ()
    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    retry_seconds: Annotated[int, Field(ge=0, le=60)] = 2

    @model_validator(mode="after")
    def _dry_run_or_payload(self) -> Self:
        if self.dry_run and (self.assertions or self.has_payload):
            raise ValueError(
                "dry_run sends nothing and gets no answer: leave out payload and assert, or write "
                "dry_run: false"
            )
        if not self.dry_run and not self.has_payload:
            raise ValueError(
                "say what to send: payload ({} for an empty object), payload_from, or dry_run: true"
            )
        return self


class Difference(StrEnum):
    """What may be wrong with, or differ between, the current and the target version."""

    NOT_ACTIVE = "not_active"
    RUNTIME_DEPRECATED = "runtime_deprecated"
    RUNTIME_BLOCKED = "runtime_blocked"
    ROLE_CHANGED = "role_changed"
    DEAD_LETTER_CHANGED = "dead_letter_changed"
    TIMEOUT_DECREASED = "timeout_decreased"
    MEMORY_DECREASED = "memory_decreased"
    ENV_KEY_REMOVED = "env_key_removed"
    VPC_CHANGED = "vpc_changed"
    ARCHITECTURE_CHANGED = "architecture_changed"
    LAYER_REMOVED = "layer_removed"
    HANDLER_CHANGED = "handler_changed"
    CONCURRENCY_NOT_READY = "concurrency_not_ready"


class ConfigCheck(Check):
    """Compare the configurations of the two versions. `deny` fails, `warn` is said, the rest is
    evidence."""

    type: Literal["config"]
    deny: tuple[Difference, ...] = (
        Difference.NOT_ACTIVE,
        Difference.RUNTIME_BLOCKED,
        Difference.ROLE_CHANGED,
        Difference.DEAD_LETTER_CHANGED,
        Difference.CONCURRENCY_NOT_READY,
    )
    warn: tuple[Difference, ...] = (
        Difference.RUNTIME_DEPRECATED,
        Difference.TIMEOUT_DECREASED,
        Difference.MEMORY_DECREASED,
        Difference.ENV_KEY_REMOVED,
        Difference.VPC_CHANGED,
        Difference.LAYER_REMOVED,
    )


# "DescribeAlarms", Amazon CloudWatch API Reference: at most 100 names, each up to 255 characters.
AlarmName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
DimensionName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
DimensionValue = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class AlarmsCheck(Check):
    """None of the alarms is in ALARM, and each has data. Without `names`: the deployment group's.

    `fail_without_data`: an alarm that never had data fails instead of being warned of.
    """

    type: Literal["alarms"]
    names: Annotated[tuple[AlarmName, ...], Field(max_length=100)] = ()
    fail_without_data: bool = False


class MetricCheck(Check):
    """One CloudWatch metric over the last minutes, against bounds.

    With `compare_to_hours`, `minimum` and `maximum` bound the ratio to the same window so many
    hours ago (168: last week); else the value itself.
    """

    type: Literal["metric"]
    namespace: Annotated[str, StringConstraints(pattern=r"^[^:]", max_length=255)]
    metric_name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    dimensions: Annotated[dict[DimensionName, DimensionValue], Field(max_length=30)] = {}
    stat: Annotated[
        str,
        StringConstraints(
            pattern=r"^(Sum|Average|Minimum|Maximum|SampleCount|p[0-9]{1,2}(\.[0-9]{1,2})?)$"
        ),
    ] = "Sum"
    window_minutes: Annotated[int, Field(ge=1, le=180)] = 5
    compare_to_hours: Annotated[int, Field(ge=1, le=24 * 15)] | None = None
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("give minimum, maximum or both: without them nothing can fail")
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:
            raise ValueError("minimum must not be greater than maximum")
        return self


class CompareCheck(Check):
    """The target version against the current one over the same minutes of live traffic.

    errors: `min_delta` is a difference of error rates, `min_events` errors of the target version.
    duration: slow invocations by the current version's `quantile`; `min_ratio` and `min_delta_ms`
    bound the quantile itself. `min_samples`: invocations of the target version below which no
    error proves nothing.
    """

    type: Literal["compare"]
    metric: Literal["errors", "duration"] = "errors"
    alpha: Share = 0.01
    min_delta: Share = 0.01
    min_events: Samples = 3
    min_samples: Samples = 50
    quantile: Annotated[str, StringConstraints(pattern=r"^p(50|75|90|95|99)$")] = "p95"
    min_ratio: Annotated[float, Field(ge=1, le=1000)] = 1.25
    min_delta_ms: Milliseconds = 50


class ProbeCheck(Invoked):
    """Invoke both versions in turn with one idempotent payload and compare how long they take."""

    type: Literal["probe"]
    iterations: Annotated[int, Field(ge=8, le=50)] = 15
    discard: Annotated[int, Field(ge=0, le=5)] = 2
    alpha: Share = 0.01
    min_delta_ms: Milliseconds = 50

    @model_validator(mode="after")
    def _idempotent_payload(self) -> Self:
        if not self.has_payload:
            raise ValueError(
                "say what to send, some dozen times to both versions: payload or payload_from"
            )
        return self


type AnyCheck = Annotated[
    InvokeCheck | ConfigCheck | AlarmsCheck | MetricCheck | CompareCheck | ProbeCheck,
    Field(discriminator="type"),
]
type PreCheck = Annotated[
    InvokeCheck | ConfigCheck | AlarmsCheck | MetricCheck | ProbeCheck,
    Field(discriminator="type"),
]
