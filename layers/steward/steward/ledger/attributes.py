"""DynamoDB attributes, to and from plain values. What cannot be read exactly is refused."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from steward.domain.durations import parse_duration

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

type Attribute = AttributeValueTypeDef
type Item = dict[str, AttributeValueTypeDef]

TTL = "expires_epoch_seconds"
# What serves the table rather than the value that an item holds.
_STORAGE = frozenset({"pk", "sk", "gsi1pk", "gsi1sk", TTL})


def instant(moment: datetime) -> str:
    """UTC ISO 8601 with microseconds: always of one width, so that texts sort like moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def text(value: str) -> Attribute:
    return {"S": value}


def number(value: int) -> Attribute:
    return {"N": str(value)}


def moment(value: datetime) -> Attribute:
    return {"S": instant(value)}


def epoch_seconds(value: datetime) -> Attribute:
    """The form that DynamoDB's time to live wants."""
    return {"N": str(int(value.timestamp()))}


def texts(values: Iterable[str]) -> Attribute:
    return {"L": [text(value) for value in values]}


def text_map(values: Mapping[str, str]) -> Attribute:
    return {"M": {name: text(value) for name, value in values.items()}}


def number_map(values: Mapping[str, int]) -> Attribute:
    return {"M": {name: number(value) for name, value in values.items()}}


def known_moments(**moments: datetime | None) -> Item:
    return {name: moment(value) for name, value in moments.items() if value is not None}


def known_days(**days: date | None) -> Item:
    return {name: text(value.isoformat()) for name, value in days.items() if value is not None}


def start_of(day: date) -> datetime:
    """When a whole day in UTC begins."""
    return datetime.combine(day, time.min, UTC)


class UnreadableItem(Exception):
    """An item holds what this version of Steward cannot read; names the item and the attribute."""

    def __init__(self, pk: str, sk: str, what: str) -> None:
        super().__init__(
            f"ledger item pk={pk} sk={sk}: {what}; run the version of Steward that wrote it, "
            "or restore the item from the table's point-in-time recovery"
        )
        self.pk, self.sk, self.what = pk, sk, what


class ItemReader:
    """Takes the attributes of one item, each once; `whole` refuses an item with any left over."""

    def __init__(self, item: Mapping[str, Any], *, also_ignored: Iterable[str] = ()) -> None:
        self.pk, self.sk = (str(item.get(key, {}).get("S", "?")) for key in ("pk", "sk"))
        self._path = ""
        ignored = _STORAGE.union(also_ignored)
        self._left = {name: value for name, value in item.items() if name not in ignored}

    def whole[T](self, value: T) -> T:
        """`value`, read from this item, if that took every attribute there is."""
        if self._left:
            unknown = ", ".join(f"{self._path}{name}" for name in sorted(self._left))
            raise UnreadableItem(self.pk, self.sk, f"unknown attribute {unknown}")
        return value

    def broken(self, name: str, what: str) -> UnreadableItem:
        return UnreadableItem(self.pk, self.sk, f"attribute {self._path}{name} {what}")

    def has(self, name: str) -> bool:
        return name in self._left

    def text(self, name: str) -> str:
        return str(self._take(name, "S"))

    def number(self, name: str) -> int:
        return self._whole_number(name, self._take(name, "N"))

    def truth(self, name: str) -> bool:
        return bool(self._take(name, "BOOL"))

    def moment(self, name: str) -> datetime:
        written = self.text(name)
        try:
            value = datetime.fromisoformat(written)
        except ValueError:
            raise self.broken(name, f"is {written!r}, not an ISO 8601 time") from None
        if value.tzinfo is None:
            raise self.broken(name, f"is {written!r}, a time without its offset")
        return value

    def moment_or_none(self, name: str) -> datetime | None:
        return self.moment(name) if self.has(name) else None

    def day(self, name: str) -> date:
        written = self.text(name)
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise self.broken(name, f"is {written!r}, not an ISO 8601 date") from None

    def day_or_none(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def duration(self, name: str) -> timedelta:
        written = self.text(name)
        try:
            return parse_duration(written)
        except ValueError as error:
            raise self.broken(name, str(error)) from None

    def choice[E: StrEnum](self, name: str, kind: type[E]) -> E:
        return self._chosen(name, kind, self.text(name))

    def choice_or_none[E: StrEnum](self, name: str, kind: type[E]) -> E | None:
        return self.choice(name, kind) if self.has(name) else None

    def choices[E: StrEnum](self, name: str, kind: type[E]) -> tuple[E, ...]:
        return tuple(self._chosen(name, kind, written) for written in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._inner(name, value, "S") for value in self._take(name, "L"))

    def text_map(self, name: str) -> dict[str, str]:
        taken = self._take(name, "M")
        return {key: self._inner(f"{name}.{key}", value, "S") for key, value in taken.items()}

    def number_map(self, name: str) -> dict[str, int]:
        taken = self._take(name, "M")
        written = {key: self._inner(f"{name}.{key}", value, "N") for key, value in taken.items()}
        return {key: self._whole_number(f"{name}.{key}", each) for key, each in written.items()}

    def record(self, name: str) -> "ItemReader":
        return self._nested(name, self._take(name, "M"))

    def records(self, name: str) -> "list[ItemReader]":
        return [
            self._nested(f"{name}[{index}]", self._inner(f"{name}[{index}]", value, "M"))
            for index, value in enumerate(self._take(name, "L"))
        ]

    def _chosen[E: StrEnum](self, name: str, kind: type[E], written: str) -> E:
        try:
            return kind(written)
        except ValueError:
            known = ", ".join(kind)
            raise self.broken(name, f"is {written!r}, none of {known}") from None

    def _whole_number(self, name: str, written: str) -> int:
        try:
            return int(written)
        except ValueError:
            raise self.broken(name, f"is {written!r}, not a whole number") from None

    def _take(self, name: str, kind: str) -> Any:
        if name not in self._left:
            raise self.broken(name, "is missing")
        return self._inner(name, self._left.pop(name), kind)

    def _inner(self, name: str, attribute: Mapping[str, Any], kind: str) -> Any:
        if kind not in attribute:
            found = ", ".join(attribute)
            raise self.broken(name, f"is of type {found}, not {kind}")
        return attribute[kind]

    def _nested(self, path: str, attributes: Mapping[str, Any]) -> "ItemReader":
        reader = ItemReader({})
        reader.pk, reader.sk, reader._path = self.pk, self.sk, f"{self._path}{path}."
        reader._left = dict(attributes)
        return reader
