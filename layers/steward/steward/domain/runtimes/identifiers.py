"""What a runtime's identifier says about itself: `python3.15` is python, version 3.15."""

import re

_FAMILY = re.compile(r"[a-z]+")
_OS_SUFFIX = re.compile(r"\.al[0-9]+$")
_NUMBER = re.compile(r"[0-9]+")
_SAME_LANGUAGE = {"dotnetcore": "dotnet"}
# What the functions on a customer-managed runtime are listed under, before its own name.
CUSTOM_PREFIX = "custom-"


def is_customer_managed(runtime_id: str) -> bool:
    """Whether somebody else than AWS publishes the runtime and sets its dates."""
    return runtime_id.startswith(CUSTOM_PREFIX)


def family_of(runtime_id: str) -> str:
    """The language; the whole identifier if it does not start with a word."""
    match = _FAMILY.match(runtime_id)
    word = match[0] if match else runtime_id
    return _SAME_LANGUAGE.get(word, word)


def version_of(runtime_id: str) -> tuple[int, ...]:
    """The language's version, without the operating system's: `java8.al2023` is 8."""
    return tuple(int(number) for number in _NUMBER.findall(_OS_SUFFIX.sub("", runtime_id)))
