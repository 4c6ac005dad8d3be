"""docs/guide/rollouts.md shows the demo's workload, and every command; the end-to-end tests compare
what it shows of them with what the demo does."""

import re

from local.rollout_workload import TEMPLATE
from tests.e2e.rollouts_guide import CONSOLES, GUIDE, is_shown


def test_the_guides_workload_is_the_demos() -> None:
    (template,) = re.findall(r"```yaml workload\n(.*?)```", GUIDE, re.DOTALL)
    assert template == TEMPLATE.read_text(encoding="utf-8")


def test_the_guide_shows_every_command_of_rollouts() -> None:
    shown = {command.split()[1] for command, _shown in CONSOLES}
    assert shown == {"validate", "try", "list", "show", "dora"}


def test_ids_and_numbers_may_differ_and_nothing_else() -> None:
    shown = "d-ABCDEF123: 14 of 62 failed\n...\nrolled back by d-QWERTY456\n"
    told = "d-000000000: 9 of 70 failed\nmore\nrolled back by\nd-111111111"
    assert is_shown(shown, told)
    assert not is_shown(shown, told.replace("failed", "passed"))
    assert not is_shown(shown, told.replace("rolled", "taken"))
