"""Every value the ledger may have to keep, as hypothesis strategies."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from steward.domain.audit import AuditEvent
from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import (
    Attempt,
    Creator,
    Extension,
    Lease,
    LeaseNotice,
    LeaseState,
    Step,
    TagMirror,
    TagStatus,
)
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.domain.stacks import Unit

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.one_of(
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=ZONES),  # noqa: DTZ001
    st.just(datetime.max.replace(tzinfo=UTC)),
)
STAGES = st.integers(1, 99_999 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
UNITS = st.builds(Unit, st.from_regex(r"[0-9]{12}", fullmatch=True), st.just("eu-west-1"))
STACK_IDS = TEXTS.map(lambda name: f"arn:aws:cloudformation:eu-west-1:111111111111:stack/{name}")
OWNERS = st.lists(TEXTS, max_size=3).map(tuple)

LEASES = st.builds(
    Lease,
    stack_id=STACK_IDS,
    unit=UNITS,
    stack_name=TEXTS,
    state=st.sampled_from(LeaseState),
    reason=TEXTS,
    created_at=MOMENTS,
    registered_at=MOMENTS,
    deployed_at=MOMENTS,
    seen_update=MOMENTS,
    expires_at=MOMENTS,
    expiry_source=TEXTS,
    warning=TEXTS,
    generation=st.integers(1, 10**6),
    notices=st.lists(st.builds(LeaseNotice, STAGES, MOMENTS, st.none() | MOMENTS), max_size=3).map(
        tuple
    ),
    marked_at=st.none() | MOMENTS,
    delete_after=st.none() | MOMENTS,
    owners=OWNERS,
    owner_source=TEXTS,
    tag=st.builds(TagMirror, st.sampled_from(TagStatus), TEXTS, TEXTS),
    attempt=st.none()
    | st.builds(
        Attempt,
        number=st.integers(1, 99),
        step=st.sampled_from(Step),
        token=TEXTS,
        started_at=MOMENTS,
        accepted_at=st.none() | MOMENTS,
        failure=TEXTS,
        retry_step=st.none() | st.sampled_from(Step),
        retry_at=st.none() | MOMENTS,
        failed_resources=OWNERS,
    ),
    tried=st.lists(st.sampled_from(Step), max_size=4).map(tuple),
    retry_at=st.none() | MOMENTS,
    selected_by=TEXTS,
    extension=st.none() | st.builds(Extension, MOMENTS, TEXTS, MOMENTS, TEXTS),
    creator=st.none() | st.builds(Creator, TEXTS, TEXTS),
    version=st.integers(0, 10**9),
)

NOTICES = st.builds(
    Notice,
    kind=st.sampled_from(NoticeKind),
    stack_id=STACK_IDS,
    stack_name=TEXTS,
    unit=UNITS,
    generation=st.integers(1, 10**6),
    stage=TEXTS,
    owners=OWNERS,
    owner_source=TEXTS,
    detail=TEXTS,
    created_at=MOMENTS,
    deployed_at=MOMENTS,
    expires_at=MOMENTS,
    queued_at=MOMENTS,
    delete_after=st.none() | MOMENTS,
    warning=TEXTS,
    left_behind=OWNERS,
    state=st.sampled_from(NoticeState),
    tries=st.integers(0, 99),
    error=TEXTS,
    deliveries=st.lists(
        st.builds(Delivery, TEXTS, TEXTS, st.sampled_from(DeliveryStatus), MOMENTS, TEXTS),
        max_size=3,
    ).map(tuple),
)

EVENTS = st.builds(
    AuditEvent,
    stack_id=STACK_IDS,
    at=st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=ZONES),  # noqa: DTZ001
    actor=TEXTS,
    what=TEXTS,
    why=TEXTS,
    policy=TEXTS,
    version=st.integers(0, 10**9),
    evidence=st.dictionaries(TEXTS, TEXTS, max_size=3),
)
