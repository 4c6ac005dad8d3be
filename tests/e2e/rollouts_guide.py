"""docs/guide/rollouts.md beside what the demo really shows."""

import re

from local.tool_environment import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "guide" / "rollouts.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"```console demo\n\$ steward (.*?)\n(.*?)```", GUIDE, re.DOTALL)
VARYING = (
    (re.compile(r"\bd-[A-Z0-9]{9}\b"), "d-ID"),
    (re.compile(r"[A-Z0-9]{12,}"), "HASH"),
    (re.compile(r"\bp [<=] "), "p "),
    (re.compile(r"\d[\d.,:e-]*"), "0"),
)


def masked(text: str) -> str:
    """Without ids, numbers and the terminal's line breaks."""
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def answers_to(command: str, output: str) -> list[str]:
    """What the demo showed below a command, ids apart; it may be asked more than once."""
    parts = re.split(r"^\$ steward (.+?) ─*$", output, flags=re.MULTILINE)
    answers = zip(parts[1::2], parts[2::2], strict=True)
    return [told for asked, told in answers if masked(asked) == masked(command)]


def is_shown(shown: str, told: str) -> bool:
    """Whether the guide shows what was told; a line of three dots stands for anything."""
    pieces = [re.escape(masked(piece)) for piece in re.split(r"^\.\.\.$", shown, flags=re.M)]
    return re.search(".*".join(pieces), masked(told)) is not None
