"""Configurations in files, each checked as a hook would: one that is wrong hides no other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from steward.aws.documents import read_mapping
from steward.aws.unreadable import Spot, UnreadableDocument
from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_problems import Problem
from steward.domain.rollouts.defaults import DEFAULTS
from steward.domain.rollouts.merging import PHASES, Raw, disabled_for_nothing, merged
from steward.workflows.rollouts.reading import config_or_problems
from steward_cli.rollouts.outlook import TAG, planned
from steward_cli.rollouts.passages import ADVANCED_TIER, STANDARD_TIER, Passage, spot_of, spots_of

_EMPTY = "not checked: its Value is empty unless a deploy gives another"


@dataclass(frozen=True, slots=True)
class Located:
    """A problem, and where in the file it is, if that is known."""

    path: str
    why: str
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one configuration: `config` is None unless it is valid and was read."""

    passage: Passage
    config: RolloutConfig | None
    problems: tuple[Located, ...]
    warnings: tuple[str, ...]


def check_passage(passage: Passage, profiles: Iterable[Raw]) -> Checked:
    """The configuration laid over `profiles` and the built-in defaults."""
    outer = [Located("Value", why, passage.start) for why in passage.problems]
    if passage.parameter and not passage.text.strip():
        said = () if outer or passage.gaps else (_EMPTY,)
        return Checked(passage, None, tuple(outer), (*_not_checked(passage), *said))
    try:
        document = read_mapping(passage.text)
    except UnreadableDocument as error:
        found = Located("document", error.what, passage.in_file(error.spot))
        if passage.gaps:
            return Checked(passage, None, tuple(outer), _not_checked(passage))
        return Checked(passage, None, (*outer, found), ())
    return _checked(passage, document, merged(DEFAULTS, *profiles), outer)


def _checked(passage: Passage, document: Raw, below: Raw, outer: list[Located]) -> Checked:
    known, unsure = _without_profiles_checks(document, below)
    found = config_or_problems(merged(below, known))
    warnings = (*unsure, *_of_document(passage, document, below))
    if isinstance(found, RolloutConfig):
        config = None if outer else found
        warnings = (*_as_they_stand(passage), *warnings, *_of_config(found))
        return Checked(passage, config, tuple(outer), warnings)
    certain = [each for each in found if not any(gap in each.why for gap in passage.gaps)]
    problems = sorted((*outer, *_located(passage, certain)), key=_in_order)
    return Checked(passage, None, tuple(problems), (*_not_checked(passage), *warnings))


def _located(passage: Passage, problems: Iterable[Problem]) -> Iterator[Located]:
    spots = spots_of(passage)
    for problem in problems:
        spot = passage.in_file(spot_of(problem.place, spots))
        yield Located(problem.path, problem.why, spot)


def _in_order(problem: Located) -> tuple[int, int, str]:
    spot = problem.spot or Spot(0, 0)
    return spot.line, spot.column, problem.path


def _not_checked(passage: Passage) -> tuple[str, ...]:
    return tuple(f"not checked: only a deploy tells what {gap} is" for gap in passage.gaps)


def _as_they_stand(passage: Passage) -> tuple[str, ...]:
    return tuple(f"only a deploy tells what {gap} is; read as it stands" for gap in passage.gaps)


def _without_profiles_checks(document: Raw, below: Raw) -> tuple[Raw, list[str]]:
    """The document without checks that only a profile can declare, and a word of each."""
    if not document.get("extends"):
        return document, []
    kept, left_out = dict(document), []
    for phase in PHASES:
        section = document.get(phase)
        checks = section.get("checks") if isinstance(section, dict) else None
        if not isinstance(section, dict) or not isinstance(checks, dict):
            continue
        lower = below.get(phase, {}).get("checks", {})
        gone = [name for name in checks if _is_typeless(checks[name]) and name not in lower]
        left_out += [f"{phase}.checks.{name}" for name in gone]
        rest = {name: each for name, each in checks.items() if name not in gone}
        kept[phase] = {**section, "checks": rest}
    return kept, [
        f"{path} has no type, so a profile has to declare it; --with-profile FILE checks both"
        for path in left_out
    ]


def _is_typeless(check: object) -> bool:
    return isinstance(check, dict) and "type" not in check and check.get("enabled") is not False


def _of_document(passage: Passage, document: Raw, below: Raw) -> Iterator[str]:
    extends = document.get("extends")
    if not extends:
        for path in disabled_for_nothing(below, document):
            yield f"{path} is disabled, and nothing declares it"
    size = len(passage.text)
    if passage.parameter or size <= STANDARD_TIER:
        return
    if size > ADVANCED_TIER:
        yield f"{size} characters are more than a parameter holds ({ADVANCED_TIER})"
    else:
        yield f"{size} characters need a parameter with Tier: Advanced"


def _of_config(config: RolloutConfig) -> Iterator[str]:
    calling = [each.path for each in planned(config) if each.calls]
    if calling:
        verb = "calls" if len(calling) == 1 else "call"
        yield (
            f"{' and '.join(calling)} {verb} the function, which hooks may do only if it carries "
            f"the tag {TAG}"
        )
