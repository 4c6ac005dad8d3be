"""R5: three sources, one outcome; and nothing closes without evidence."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.reconciliation import (
    Evidence,
    Outcome,
    Sight,
    Versions,
    reconcile,
)

OLD, NEW, ABSENT, NOT_ASKED = Sight.OLD, Sight.NEW, Sight.ABSENT, Sight.NOT_ASKED
HOURS_72 = timedelta(hours=72)
LONGER = HOURS_72 + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("config", "live", "facts", "outcome", "is_open"),
    [
        pytest.param(OLD, OLD, {}, Outcome.OPEN, True, id="both old"),
        pytest.param(NEW, OLD, {}, Outcome.OPEN, True, id="Lambda beats Config"),
        pytest.param(OLD, OLD, {"resolved": True}, Outcome.OPEN, True, id="Lambda beats Health"),
        pytest.param(ABSENT, OLD, {}, Outcome.CONFIG_BLIND, True, id="Config is blind"),
        pytest.param(NOT_ASKED, OLD, {}, Outcome.OPEN, True, id="Config not asked"),
        pytest.param(
            OLD, NEW, {"pending": timedelta(0)}, Outcome.LAGGING, False, id="fixed, all lag"
        ),
        pytest.param(OLD, NEW, {}, Outcome.LAGGING, False, id="fixed, Config lags"),
        pytest.param(NEW, NEW, {"pending": HOURS_72}, Outcome.LAGGING, False, id="72 hours"),
        pytest.param(
            NEW, NEW, {"pending": LONGER}, Outcome.CHECK_VERSIONS, False, id="more than 72 hours"
        ),
        pytest.param(
            NEW,
            NEW,
            {"pending": LONGER, "was_open": True},
            Outcome.CHECK_VERSIONS,
            True,
            id="more than 72 hours, and open: it stays open",
        ),
        pytest.param(
            NEW,
            NEW,
            {"pending": LONGER, "versions": Versions.NONE},
            Outcome.FINE,
            False,
            id="more than 72 hours, no old versions",
        ),
        pytest.param(
            NEW,
            NEW,
            {"pending": LONGER, "versions": Versions.NONE, "was_open": True},
            Outcome.FIXED,
            False,
            id="more than 72 hours, no old versions, and open",
        ),
        pytest.param(NEW, NEW, {}, Outcome.FINE, False, id="never was old"),
        pytest.param(NEW, NEW, {"was_open": True}, Outcome.FIXED, False, id="fixed"),
        pytest.param(
            NEW, NEW, {"versions": Versions.USED}, Outcome.VERSION_ONLY, True, id="a version in use"
        ),
        pytest.param(
            NEW, NEW, {"versions": Versions.UNUSED}, Outcome.VERSION_ONLY, True, id="a version left"
        ),
        pytest.param(
            OLD, ABSENT, {"absences": 1}, Outcome.ABSENT_ONCE, False, id="gone once, never open"
        ),
        pytest.param(
            OLD,
            ABSENT,
            {"absences": 1, "was_open": True},
            Outcome.ABSENT_ONCE,
            True,
            id="gone once",
        ),
        pytest.param(
            OLD,
            ABSENT,
            {"absences": 2, "was_open": True, "pending": LONGER},
            Outcome.DELETED,
            False,
            id="gone twice, whatever Health says",
        ),
        pytest.param(NEW, ABSENT, {"absences": 1}, Outcome.FINE, False, id="gone, never open"),
        pytest.param(OLD, NOT_ASKED, {}, Outcome.OPEN, True, id="Config alone"),
        pytest.param(
            OLD,
            NOT_ASKED,
            {"resolved": True},
            Outcome.NEEDS_LIVE_CHECK,
            True,
            id="Health says resolved",
        ),
        pytest.param(
            NEW,
            NOT_ASKED,
            {"was_open": True},
            Outcome.NEEDS_LIVE_CHECK,
            True,
            id="Config alone closes nothing",
        ),
        pytest.param(NEW, NOT_ASKED, {}, Outcome.FINE, False, id="Config alone, never open"),
        pytest.param(
            NEW,
            NOT_ASKED,
            {"pending": LONGER},
            Outcome.CHECK_VERSIONS,
            False,
            id="Config new, Health pending",
        ),
        pytest.param(
            NEW,
            NOT_ASKED,
            {"pending": HOURS_72},
            Outcome.FINE,
            False,
            id="Config new, Health pending for 72 hours",
        ),
        pytest.param(
            ABSENT,
            NOT_ASKED,
            {"pending": timedelta(0)},
            Outcome.NEEDS_LIVE_CHECK,
            True,
            id="only Health knows it",
        ),
        pytest.param(
            ABSENT,
            NOT_ASKED,
            {"was_open": True, "absences": 1},
            Outcome.ABSENT_ONCE,
            True,
            id="Config lost it once",
        ),
        pytest.param(
            ABSENT,
            NOT_ASKED,
            {"was_open": True, "absences": 2},
            Outcome.DELETED,
            False,
            id="Config lost it twice",
        ),
        pytest.param(NOT_ASKED, NOT_ASKED, {}, Outcome.NOT_COVERED, False, id="nobody looked"),
        pytest.param(
            NOT_ASKED,
            NOT_ASKED,
            {"was_open": True},
            Outcome.NOT_COVERED,
            True,
            id="nobody looked, it stays open",
        ),
    ],
)
def test_r5_what_the_sources_come_to(
    config: Sight, live: Sight, facts: dict[str, Any], outcome: Outcome, is_open: bool
) -> None:
    found = reconcile(Evidence(config, live, **facts))
    assert (found.outcome, found.open) == (outcome, is_open)
    assert found.reason


EVIDENCE = st.builds(
    Evidence,
    config=st.sampled_from(Sight),
    live=st.sampled_from(Sight),
    pending=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)),
    resolved=st.booleans(),
    versions=st.sampled_from(Versions),
    absences=st.integers(0, 3),
    was_open=st.just(True),
)


@given(evidence=EVIDENCE)
def test_r5_an_open_finding_closes_only_on_a_live_read_or_two_absences(evidence: Evidence) -> None:
    found = reconcile(evidence)
    if not found.open:
        assert evidence.live is NEW or evidence.absences >= 2
