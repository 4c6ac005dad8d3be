"""What a workload names beside its own document, and the refusal of names that lead nowhere."""

import re
from collections.abc import Iterable, Iterator, Mapping

from steward.aws.rollout_parameters import Parameter, Read, Unreadable
from steward.domain.rollouts.config_problems import Problem
from steward.domain.rollouts.merging import Raw
from steward.workflows.rollouts.bad_configuration import BadConfiguration
from steward.workflows.rollouts.parameter_names import (
    CONFIG_TAG,
    DEFAULT_PROFILE,
    OVERRIDES,
    OWN,
    PROFILE_TAG,
    PROFILES,
)
from steward.workflows.rollouts.reading import read_raw

_PARAMETER = re.compile(rf"{OWN}[a-zA-Z0-9_./-]{{1,900}}")
_PROFILE = re.compile(r"[a-z][a-z0-9/-]{0,59}")
_BEGINNINGS = {CONFIG_TAG: OWN, PROFILE_TAG: PROFILES}
_CORRECT_TAG = "correct the function's tag and deploy again"
_READABLE = "let the role of org/members/hooks.yaml read it, and deploy again"


def parameters_asked_first(function: str, tags: Mapping[str, str]) -> list[str]:
    """All that may matter and is known before any document was read."""
    names = [f"{OWN}{function}", f"{OVERRIDES}{function}", DEFAULT_PROFILE]
    if _PARAMETER.fullmatch(tags.get(CONFIG_TAG, "")):
        names.append(tags[CONFIG_TAG])
    if _PROFILE.fullmatch(tags.get(PROFILE_TAG, "")):
        names.append(f"{PROFILES}{tags[PROFILE_TAG]}")
    return names


def own_document(
    function: str, tags: Mapping[str, str], read: Mapping[str, Read]
) -> tuple[str, Raw] | None:
    """The workload's document with its source; None where it has none. Raise BadConfiguration.

    One that cannot be read may say anything, so it is not taken for none.
    """
    own = read[f"{OWN}{function}"]
    if own is None and CONFIG_TAG in tags:
        own = _tagged(CONFIG_TAG, tags[CONFIG_TAG], read)
    if isinstance(own, Unreadable):
        raise BadConfiguration(str(own), [Problem((), own.why)], _READABLE)
    return None if own is None else (str(own), read_raw(own.text, str(own)))


def tagged_profile(tags: Mapping[str, str], read: Mapping[str, Read]) -> Read:
    """The profile that the function's tag names; raise BadConfiguration where it is not there."""
    if PROFILE_TAG not in tags:
        return None
    return _tagged(PROFILE_TAG, f"{PROFILES}{tags[PROFILE_TAG]}", read)


def extended(document: Raw) -> list[str]:
    """The profiles that a document extends, as far as it names any that can be."""
    written = document.get("extends")
    names = written if isinstance(written, list) else []
    return [each for each in names[:5] if isinstance(each, str) and _PROFILE.fullmatch(each)]


def profiles_named(
    source: str, profiles: Iterable[str], read: Mapping[str, Read]
) -> Iterator[Read]:
    """Each profile by its name, in order; raise BadConfiguration where one is not there.

    A misspelt name would leave out the checks that were meant.
    """
    for index, profile in enumerate(profiles):
        found = read[f"{PROFILES}{profile}"]
        if found is None:
            why = f"there is no profile {profile} (parameter {PROFILES}{profile})"
            raise BadConfiguration(source, [Problem(("extends", index), why)])
        yield found


def _tagged(tag: str, name: str, read: Mapping[str, Read]) -> Parameter | Unreadable:
    """What a tag means; raise BadConfiguration for a name that is none, or leads nowhere."""
    if name not in read:
        why = f"{name!r} is no name of a parameter that begins {_BEGINNINGS[tag]}"
        raise BadConfiguration(f"tag {tag}", [Problem((), why)], _CORRECT_TAG)
    found = read[name]
    if found is None:
        why = f"there is no parameter {name}"
        raise BadConfiguration(f"tag {tag}", [Problem((), why)], _CORRECT_TAG)
    return found
