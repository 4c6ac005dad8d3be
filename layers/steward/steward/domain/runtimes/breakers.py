"""What is known to break between two runtimes. Facts of AWS and of the languages, with their page.

"Lambda runtimes" and the pages of each language in the AWS Lambda Developer Guide, unless a fact
names another source.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.domain.runtimes.lifecycle import OS_ONLY_FAMILY, OperatingSystem, Runtime


@dataclass(frozen=True, slots=True)
class _Step:
    """Breaks for whoever crosses `version` of `family` from below."""

    family: str
    version: tuple[int, ...]
    says: str


_STEPS = (
    # "Porting Python 2 Code to Python 3", "What's New In Python 3.10", "3.12", "3.13", Python docs.
    _Step("python", (3, 0), "Python 2 code has to be ported to Python 3"),
    _Step("python", (3, 10), "Python 3.10 has no aliases of collections.abc in collections"),
    _Step("python", (3, 12), "Python 3.12 has no imp and no distutils"),
    _Step("python", (3, 13), "Python 3.13 has no cgi, crypt, telnetlib and others (PEP 594)"),
    # "Building Lambda functions with Node.js".
    _Step("nodejs", (18,), "Node.js 18 and later carry version 3 of the AWS SDK, not version 2"),
    _Step("nodejs", (20,), "Node.js 20 and later load no Amazon CA certificates by themselves"),
    _Step("nodejs", (24,), "Node.js 24 and later know no callback handlers, only async ones"),
    # JEP 320, 403 and 400.
    _Step("java", (11,), "Java 11 has no JAXB, JAX-WS and CORBA"),
    _Step("java", (17,), "Java 17 closes the JDK's internals to reflection"),
    _Step("java", (21,), "Java 18 and later read and write UTF-8 by default"),
    # Release notes of Ruby 3.0 and 3.4.
    _Step("ruby", (3, 0), "Ruby 3 separates keyword arguments from positional ones"),
    _Step("ruby", (3, 4), "Ruby 3.4 moves base64, csv and others out of the default gems"),
    # "Breaking changes in .NET 5" and "in .NET 7", Microsoft Learn.
    _Step("dotnet", (5,), ".NET 5 and later take culture data from ICU"),
    _Step("dotnet", (7,), ".NET 7 and later draw images (System.Drawing) on Windows only"),
)
_GO = "the binary has to be named bootstrap and built without the RPC support (lambda.norpc)"


def known_breakers(old: Runtime, new: Runtime) -> tuple[str, ...]:
    """What to look at when a function moves from `old` to `new`; the operating system first."""
    return (*_os_change(old, new), *_crossed(old, new))


def _os_change(old: Runtime, new: Runtime) -> Iterator[str]:
    if old.os is None or new.os is None or old.os is new.os:
        return
    change = f"{old.os.full_name} becomes {new.os.full_name}"
    if new.os is OperatingSystem.AL2023:
        yield f"{change}: glibc 2.34, OpenSSL 3; rebuild native dependencies and layers"
    else:
        yield f"{change}: rebuild native dependencies and layers"


def _crossed(old: Runtime, new: Runtime) -> Iterator[str]:
    if old.family == "go" and new.family == OS_ONLY_FAMILY:
        yield _GO
    if old.family != new.family:
        return
    for step in _STEPS:
        if step.family == new.family and old.version < step.version <= new.version:
            yield step.says
