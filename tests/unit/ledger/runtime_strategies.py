"""Every record of runtimes, and notice of a rollout, that the ledger may have to keep."""

from datetime import date, timedelta

from hypothesis import strategies as st

from steward.domain.outbox import NoticeState
from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.results import Outcome, Phase
from steward.domain.rollouts.stories import RolloutStory, ToldCheck
from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.exceptions import LONGEST, GrantedException, ScopeKind
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import (
    Acknowledgement,
    DateOnRecord,
    FindingOnRecord,
    RuntimeNotice,
    RuntimeNoticeKind,
    Snapshot,
)
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import StageKey
from steward.domain.runtimes.states import RuntimeState
from tests.unit.ledger.strategies import MOMENTS, OWNERS, TEXTS, UNITS

DAYS = st.dates(date(1970, 1, 2), date(9000, 1, 1))
COUNTS = st.integers(0, 10**9)
TALLIES = st.dictionaries(TEXTS, COUNTS, max_size=3)
MILESTONES = st.sampled_from(Milestone)
WRITTEN = TEXTS.filter(lambda text: bool(text.strip()))
STAGES = st.builds(StageKey, TEXTS, TEXTS, MILESTONES, DAYS, COUNTS)

FINDINGS = st.builds(
    FindingOnRecord,
    unit=UNITS,
    name=TEXTS,
    version=TEXTS,
    runtime_id=TEXTS,
    level=st.sampled_from(Level),
    story=TEXTS,
    opened_at=MOMENTS,
    changed_at=MOMENTS,
    absences=COUNTS,
    revision=COUNTS,
)


@st.composite
def exceptions(draw: st.DrawFn) -> GrantedException:
    created = draw(DAYS)
    return GrantedException(
        kind=draw(st.sampled_from(ScopeKind)),
        scope=draw(WRITTEN),
        runtime=draw(st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True)),
        reason=draw(WRITTEN),
        approver=f"a{draw(TEXTS)}",
        second_approver=f"b{draw(TEXTS)}",
        created=created,
        expires=created + timedelta(days=draw(st.integers(1, LONGEST.days))),
        granted_in=draw(st.sampled_from(RuntimeState)),
        control=draw(TEXTS),
        ticket=draw(TEXTS),
    )


ACKNOWLEDGEMENTS = st.builds(
    Acknowledgement, TEXTS, TEXTS, MOMENTS, st.none() | MILESTONES, st.none() | DAYS, TEXTS
)
SNAPSHOTS = st.builds(Snapshot, DAYS, COUNTS, COUNTS, *[TALLIES] * 6)
DATES = st.builds(
    DateOnRecord, TEXTS, MILESTONES, TEXTS, st.none() | DAYS, TEXTS, DAYS, st.booleans()
)
RUNTIME_NOTICES = st.builds(
    RuntimeNotice,
    kind=st.sampled_from(RuntimeNoticeKind),
    group=TEXTS,
    key=TEXTS,
    owners=OWNERS,
    audience=st.sampled_from(Audience),
    level=st.sampled_from(Level),
    headline=TEXTS,
    place=TEXTS,
    remedy=TEXTS,
    count=COUNTS,
    units=OWNERS,
    runtimes=OWNERS,
    queued_at=MOMENTS,
    milestone=st.none() | MILESTONES,
    day=st.none() | DAYS,
    settles=st.lists(STAGES, max_size=3).map(tuple),
    functions=OWNERS,
    details=OWNERS,
    breakers=OWNERS,
    state=st.sampled_from(NoticeState),
    sent_at=st.none() | MOMENTS,
    tries=COUNTS,
    error=TEXTS,
)
STORIES = st.builds(
    RolloutStory,
    deployment_id=TEXTS,
    account_id=st.from_regex(r"[0-9]{12}", fullmatch=True),
    region=st.sampled_from(["eu-west-1", "us-gov-west-1"]),
    happened_at=MOMENTS,
    phase=st.none() | st.sampled_from(Phase),
    checks=st.lists(
        st.builds(ToldCheck, outcome=st.sampled_from(Outcome), name=TEXTS, reason=TEXTS),
        max_size=3,
    ).map(tuple),
)
ROLLOUT_NOTICES = st.builds(
    RolloutNotice,
    event=st.sampled_from(Told),
    story=STORIES,
    owners=OWNERS,
    owner_source=TEXTS,
    queued_at=MOMENTS,
    state=st.sampled_from(NoticeState),
    sent_at=st.none() | MOMENTS,
    tries=COUNTS,
    error=TEXTS,
)
