"""The mail with notices of rollouts in it, and what it must not change."""

import re
from urllib.parse import urlsplit

import pytest
from syrupy.assertion import SnapshotAssertion

from steward.domain.modes import Mode
from steward.domain.rollouts.results import Cause
from steward.notify.cards import MOST_CARDS
from steward.notify.digest import digest_for
from steward.notify.harmless import isolated
from steward.notify.render import Mail, render_digest
from steward.notify.rollouts.cards import rollout_parts
from steward.notify.rollouts.rows import RolloutRow
from steward.notify.rollouts.steps import ACT_NOW, FIX, OVERRIDE, UNDECIDED
from tests.factories import NOW
from tests.rollout_records import make_result, make_rollback, make_rollout, make_verdict
from tests.unit.notify.examples import ACCOUNTS, LINKS
from tests.unit.notify.mail_clients import ATTRIBUTES, BEAUTY, SOUND, TAGS, inline_properties
from tests.unit.notify.mail_page import read_page
from tests.unit.notify.rollout_examples import (
    BOUNCED,
    crashed,
    every_gravity,
    example_rollouts,
    failed_and_rolled_back,
    overridden,
    restored,
    rollback_failed,
    rollout_mail,
    rollout_row,
    rows_of,
    stopped_by_alarm,
    undecided,
)
from tests.unit.notify.rows import HOSTILE, OWNER, occasion, open_policy
from tests.unit.notify.runtime_examples import runtime_row
from tests.unit.notify.test_render import HtmlFile, TextFile, without_tokens

LONG = f"{HOSTILE} " * 400


def forms(mail: Mail) -> tuple[str, str]:
    return read_page(mail.html).text, mail.text


def many(size: int) -> list[RolloutRow]:
    return rows_of(*(make_rollout(deployment_id=f"d-MANY{each:05d}") for each in range(size)))


@pytest.mark.parametrize("stacks", [0, 3], ids=["alone", "before-the-stacks"])
def test_the_html_reads_as_agreed(stacks: int, snapshot: SnapshotAssertion) -> None:
    mail = rollout_mail(stacks, every_gravity())
    assert without_tokens(mail.html) == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize("stacks", [0, 3], ids=["alone", "before-the-stacks"])
def test_the_text_reads_as_agreed(stacks: int, snapshot: SnapshotAssertion) -> None:
    mail = rollout_mail(stacks, every_gravity())
    assert without_tokens(mail.text) == snapshot(extension_class=TextFile)


@pytest.mark.parametrize("size", [1, 60, 300])
def test_nothing_that_a_row_says_is_missing_from_either_form(size: int) -> None:
    digest = example_rollouts(2, [*every_gravity(), *many(size)])
    mail = render_digest(digest, open_policy(), NOW, LINKS, ACCOUNTS)
    parts = rollout_parts(digest, occasion(accounts=ACCOUNTS))
    told = [card for part in parts for card in (*part.cards, *part.compact)]
    assert len(told) == len(digest.rollouts)
    for shown in forms(mail):
        for card in told:
            said = [line for fact in card.facts for line in fact.lines]
            for line in (card.name, card.place, *said):
                assert isolated(line) in shown
    for card in told:
        assert card.buttons[0].url in mail.text
        assert f'href="{card.buttons[0].url}"' in mail.html


def test_the_most_severe_are_cards_and_the_others_compact() -> None:
    digest = digest_for(OWNER, [], [], many(MOST_CARDS + 1))
    (part,) = rollout_parts(digest, occasion())
    assert (len(part.cards), len(part.compact)) == (MOST_CARDS, 1)
    said = {fact.label for fact in part.compact[0].facts}
    assert {"Result", "Versions", "Why", "Traffic", "When", "Evidence"} == said


def test_a_failure_says_all_that_its_owner_needs() -> None:
    for shown in forms(rollout_mail(0, failed_and_rolled_back())):
        for said in (
            "shop-orders:live",
            "payments-dev (222222222222) · eu-west-1 · stack shop",
            "3 to 4 (CodeDeployDefault.LambdaCanary10Percent5Minutes)",
            "1 of 3 checks failed: errors: 12 of 400 invocations of version 4 failed",
            "[canary errors 12, canary invocations 400, p 0.00031]",
            "rolled back by d-ROLLBACK1: version 3 serves again",
            "HOOK_EXECUTION_FAILURE: The AfterAllowTraffic hook reported failure",
            "Mon 2026-11-23 09:59 CET",
            "steward rollouts show d-FAILED001",
            "aws ssm put-parameter --region eu-west-1 --name "
            "/steward/rollout-override/shop-orders --type String --overwrite --value",
        ):
            assert said in shown


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            rows_of(make_rollout(rolled_back_by="d-ROLLBACK1")),
            "CodeDeploy rolls it back with d-ROLLBACK1",
            id="on-its-way",
        ),
        pytest.param(
            stopped_by_alarm(), "version 4 may still get traffic", id="no-rollback-is-known"
        ),
        pytest.param(
            rows_of(
                make_rollout(
                    verdicts=(), error_code="TIMEOUT", shift_started_at=None, shift_ended_at=None
                )
            ),
            "no traffic had shifted: version 3 serves",
            id="before-traffic",
        ),
        pytest.param(
            rollback_failed(),
            "NOT rolled back, d-CARTBACK1 failed too: the rollback to version 3 failed: "
            "The service role cannot update the alias",
            id="rollback-failed",
        ),
        pytest.param(restored(), "version 3 serves again", id="a-rollback-alone"),
    ],
)
def test_what_became_of_the_traffic_is_said(rows: list[RolloutRow], said: str) -> None:
    for shown in forms(rollout_mail(0, rows)):
        assert said in shown


def test_a_rollback_that_failed_says_where_to_look_first() -> None:
    command = "aws lambda get-alias --region eu-west-1 --function-name shop-cart --name live"
    for shown in forms(rollout_mail(0, rollback_failed())):
        assert command in shown
        assert ACT_NOW.sentence in shown


@pytest.mark.parametrize(
    ("rows", "has_command"),
    [
        pytest.param(failed_and_rolled_back(), True, id="a-check-failed-it"),
        pytest.param(crashed(), False, id="the-hook-died"),
        pytest.param(
            rows_of(make_rollout(verdicts=(make_verdict(cause=Cause.WATCHDOG),))),
            False,
            id="nobody-answered",
        ),
        pytest.param(
            rows_of(make_rollout(verdicts=(make_verdict(cause=Cause.CONFIGURATION),))),
            True,
            id="its-configuration-is-of-no-use",
        ),
        pytest.param(stopped_by_alarm(), False, id="an-alarm-stopped-it"),
        pytest.param(overridden(), False, id="it-had-one"),
        pytest.param(undecided(), False, id="it-passed"),
    ],
)
def test_an_override_is_offered_where_it_would_have_helped(
    rows: list[RolloutRow], has_command: bool
) -> None:
    for shown in forms(rollout_mail(0, rows)):
        assert ("aws ssm put-parameter" in shown) is has_command
        assert (OVERRIDE.sentence in shown) is has_command


def test_what_to_do_fits_what_happened() -> None:
    (of_html, of_text) = forms(rollout_mail(0, undecided()))
    for shown in (of_html, of_text):
        assert UNDECIDED.sentence in shown
        assert FIX.sentence not in shown
        assert OVERRIDE.sentence not in shown


def test_whoever_runs_the_hooks_is_asked_about_a_hook_that_died() -> None:
    said = "A hook that died says nothing about the workload: ask platform@example.com"
    for shown in forms(rollout_mail(0, crashed())):
        assert said in shown
    for shown in forms(rollout_mail(0, failed_and_rolled_back())):
        assert said not in shown


def test_an_owner_out_of_reach_is_named_to_whoever_is_told_instead() -> None:
    for shown in forms(rollout_mail(0, [rollout_row(note=BOUNCED)])):
        assert BOUNCED in shown
        assert "or who is asked when theirs is silent or out of reach" in shown


def test_the_link_opens_the_deployment_in_its_own_partition() -> None:
    hosts = {
        "eu-west-1": "eu-west-1.console.aws.amazon.com",
        "cn-north-1": "cn-north-1.console.amazonaws.cn",
        "us-gov-west-1": "us-gov-west-1.console.amazonaws-us-gov.com",
    }
    for region, host in hosts.items():
        (url,) = urls(rollout_mail(0, rows_of(make_rollout(region=region))))
        parts = urlsplit(url)
        assert (parts.netloc, parts.path, parts.query) == (
            host,
            "/codesuite/codedeploy/deployments/d-FAILED001",
            f"region={region}",
        )


def urls(mail: Mail) -> list[str]:
    return re.findall(r"^\s*(https?://\S+)$", mail.text, re.MULTILINE)


def test_a_digest_of_rollouts_alone_speaks_of_no_stacks() -> None:
    for shown in forms(rollout_mail(0, failed_and_rolled_back())):
        assert "because you are the contact of these Lambda functions." in shown
        assert "temporary stacks" not in shown
        assert "delete" not in shown
        assert "extend" not in shown


@pytest.mark.parametrize("has_runtimes", [False, True])
def test_with_other_notices_each_part_stands_by_itself(has_runtimes: bool) -> None:
    runtimes = [runtime_row()] if has_runtimes else []
    digest = digest_for(OWNER, [], runtimes, failed_and_rolled_back())
    mail = render_digest(digest, open_policy(mode=Mode.NOTIFY), NOW, LINKS, ACCOUNTS)
    for shown in forms(mail):
        assert "Steward only tells for now" not in shown
        assert ("runtimes acknowledge" in shown) is has_runtimes
    assert ("WHAT TO DO ABOUT RUNTIMES" in mail.text) is has_runtimes
    assert "WHAT TO DO ABOUT ROLLOUTS" in mail.text


def test_links_to_the_console_are_not_taken_for_extension_links() -> None:
    digest = example_rollouts(1, failed_and_rolled_back())
    without = render_digest(digest, open_policy(), NOW, None, ACCOUNTS)
    for shown in forms(without):
        assert "whoever has one can extend the stack in your name" not in shown
        assert "Deploy it as you always do" in shown


def test_a_long_mail_warns_of_being_cut() -> None:
    mail = rollout_mail(2, many(300))
    assert "This is a long mail: 300 rollouts and 2 stacks." in mail.html


def hostile_rows() -> list[RolloutRow]:
    result = make_result(LONG, reason=LONG, evidence={LONG: 1}, type=LONG)
    verdict = make_verdict(reason=LONG, results=(result,) * 15)
    names = ("function", "alias", "stack", "application", "group", "from_version", "to_version")
    words = dict.fromkeys(
        [*names, "error_code", "error_message", "owner_source", "configuration"], LONG
    )
    failed = make_rollout(deployment_id=LONG, verdicts=(verdict,), **words)
    return rows_of(failed, make_rollback(status="Failed", rolls_back=LONG, **words))


def test_the_html_keeps_to_what_mail_programs_show() -> None:
    mail = rollout_mail(3, every_gravity())
    page = read_page(mail.html)
    assert page.tags <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    styles = [value or "" for name, value in page.attributes if name == "style"]
    assert inline_properties(styles) <= SOUND | BEAUTY


def test_hostile_words_stay_words_and_within_bounds() -> None:
    mail = rollout_mail(0, hostile_rows())
    page = read_page(mail.html)
    assert "img" not in page.tags
    assert "\u202e" not in mail.html + mail.text
    assert re.search(r"^Bcc:", mail.text, re.MULTILINE) is None
    assert len(mail.html) < 40_000
    assert all(url.startswith("https://eu-west-1.console.aws") for url in urls(mail))


def test_commands_of_hostile_names_are_quoted() -> None:
    rows = rows_of(make_rollout(function="a'; rm -rf ~ #", alias="$(id)"))
    text = rollout_mail(0, rows).text
    assert """--name '/steward/rollout-override/a'"'"'; rm -rf ~ #' --type""" in text


def test_checks_that_have_no_room_are_counted() -> None:
    results = tuple(make_result(f"check-{each}") for each in range(13))
    rows = rows_of(make_rollout(verdicts=(make_verdict(results=results),)))
    for shown in forms(rollout_mail(0, rows)):
        assert "check-9 (" in shown
        assert "check-10 (" not in shown
        assert "and 3 more, which are in the evidence" in shown
