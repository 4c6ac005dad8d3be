"""Who would be told what now: the sweep and the digest, rehearsed one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from steward.domain.news import News
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.runtimes.records import RuntimeNotice
from steward.notify.digest import Digest, Row
from steward.notify.render import Mail
from steward.workflows.planning import SweepPlan, plan_sweep
from steward_cli.inbox_report import (
    DueNotice,
    HeldNotice,
    HeldRollout,
    HeldRuntime,
    InboxReport,
    MailRow,
    OutgoingMail,
    RolloutDue,
    RuntimeDue,
)
from steward_cli.outgoing import Outgoing, outgoing
from steward_cli.plan_report import not_read, policy_used
from steward_cli.rehearsal import Rehearsal, notice_id
from steward_cli.situation import Situation, members
from steward_cli.surveying import Survey


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The situation with a ledger that remembers what the sweep `plan` would write."""

    situation: Situation
    ledger: Rehearsal
    plan: SweepPlan


def rehearse(situation: Situation) -> Rehearsed:
    """Plan the sweep that is rehearsed."""
    ledger = Rehearsal.over(situation.ledger)
    accounts = members(situation, ())
    plan = plan_sweep(accounts, situation.in_force, ledger, situation.now)
    return Rehearsed(replace(situation, ledger=ledger), ledger, plan)


def inbox_report(rehearsed: Rehearsed, surveys: Iterable[Survey], only_owner: str) -> InboxReport:
    """What would be sent once `surveys` were made; `only_owner` limits it to one address."""
    situation, ledger = rehearsed.situation, rehearsed.ledger
    done = sorted(surveys, key=lambda survey: survey.unit)
    gaps = tuple(not_read(survey) for survey in done if survey.not_read)
    failed = {stack: why for survey in done for stack, why in survey.failed.items()}
    page = situation.hub.extension_url if situation.hub else ""
    found = outgoing(ledger, situation.in_force.policy, situation.now, page)
    return InboxReport(
        at=situation.now,
        policy=policy_used(situation),
        only_owner=only_owner,
        whole=not (gaps or failed or found.unreadable),
        units_not_read=gaps,
        stacks_not_judged=failed,
        notices_not_read=found.unreadable,
        mails=_mails(found, ledger, only_owner),
        held=_held(found.held, ledger, only_owner),
        runtimes_held=tuple(
            HeldRuntime(**_runtime(notice).model_dump(), why=why)
            for notice, why in _of_owner(found.runtimes_held, only_owner)
        ),
        rollouts_held=tuple(
            HeldRollout(**rollout_due(notice).model_dump(), why=why)
            for notice, why in _of_owner(found.rollouts_held, only_owner)
        ),
        cancelled=_held(ledger.cancelled.values(), ledger, only_owner),
    )


def _mails(found: Outgoing, ledger: Rehearsal, only_owner: str) -> tuple[OutgoingMail, ...]:
    wanted = only_owner.casefold()
    return tuple(
        _mail(digest, mail, ledger)
        for digest, mail in sorted(found.mails, key=lambda each: each[0].owner.casefold())
        if wanted in ("", digest.owner.casefold())
    )


def _held(
    notices: Iterable[tuple[Notice, str]], ledger: Rehearsal, only_owner: str
) -> tuple[HeldNotice, ...]:
    wanted = only_owner.casefold()
    return tuple(
        HeldNotice(**due.model_dump(), why=why)
        for notice, why in notices
        if (due := due_notice(notice, ledger))
        and (not wanted or wanted in {owner.casefold() for owner in due.owners})
    )


def _of_owner[N: News](
    notices: Iterable[tuple[N, str]], only_owner: str
) -> Iterator[tuple[N, str]]:
    wanted = only_owner.casefold()
    for notice, why in notices:
        if not wanted or wanted in {owner.casefold() for owner in notice.owners}:
            yield notice, why


def _mail(digest: Digest, mail: Mail, ledger: Rehearsal) -> OutgoingMail:
    return OutgoingMail(
        to=digest.owner,
        subject=mail.subject,
        rows=tuple(_row(row, ledger) for row in digest.rows),
        runtimes=tuple(_runtime(row.notice) for row in digest.runtimes),
        rollouts=tuple(rollout_due(each) for row in digest.rollouts for each in row.notices),
        text=mail.text,
    )


def _runtime(notice: RuntimeNotice) -> RuntimeDue:
    return RuntimeDue(
        kind=notice.kind,
        group=notice.group,
        place=notice.place,
        headline=notice.headline,
        level=notice.level,
        functions=notice.count,
        runtimes=notice.runtimes,
        milestone=notice.milestone or "",
        day=notice.day,
        owners=notice.owners,
        queued_at=notice.queued_at,
        tries=notice.tries,
        error=notice.error,
    )


def rollout_due(notice: RolloutNotice) -> RolloutDue:
    """The notice as it waits."""
    story = notice.story
    return RolloutDue(
        event=notice.event,
        deployment_id=story.deployment_id,
        account_id=story.account_id,
        region=story.region,
        function=story.function,
        alias=story.alias,
        from_version=story.from_version,
        to_version=story.to_version,
        reason=story.reason,
        happened_at=story.happened_at,
        owners=notice.owners,
        queued_at=notice.queued_at,
        tries=notice.tries,
        error=notice.error,
    )


def _row(row: Row, ledger: Rehearsal) -> MailRow:
    return MailRow(
        **due_notice(row.notice, ledger).model_dump(),
        section=row.section,
        reason=row.reason,
        not_before=row.not_before,
    )


def due_notice(notice: Notice, ledger: Rehearsal) -> DueNotice:
    """The notice as it waits, or would."""
    account = ledger.account(notice.unit.account_id)
    return DueNotice(
        stack_name=notice.stack_name,
        stack_id=notice.stack_id,
        account_id=notice.unit.account_id,
        account_name=account.name if account else "",
        region=notice.unit.region,
        kind=notice.kind,
        stage=notice.stage,
        generation=notice.generation,
        owners=_owners(notice, ledger),
        queued_at=notice.queued_at,
        is_queued=notice_id(notice) not in ledger.queued,
        tries=notice.tries,
        error=notice.error,
    )


def _owners(notice: Notice, ledger: Rehearsal) -> tuple[str, ...]:
    """A coming deletion is told to whoever owns the stack by now, as notice_digest does it."""
    if notice.kind is not NoticeKind.STAGE:
        return notice.owners
    lease = ledger.lease(notice.unit, notice.stack_id)
    return lease.owners if lease else notice.owners
