"""The end of the demo: the inbox, two explanations, and the comparison with the ground truth."""

import sys
from pathlib import Path

from local.demo_story import Story
from local.demo_tables import print_comparison, print_inbox, print_mail
from local.emulator_environment import HOME_REGION
from local.function_url import local_url
from local.ground_truth import compare, strangers, subjects
from local.inbox import read_inbox
from local.organization import HUB
from local.promises import broken_promises
from local.scenario import LAST_DAY, SCENARIO
from local.tool_command import run_tool
from local.tool_environment import REPOSITORY, tool_environment

EXPLAINED = ("feat-crawler", "feat-private-link", "feat-untagged-etl")
NOTICES_SHOWN = "feat-first-login"
COMMAND = Path(sys.executable).with_name("steward")


def reckon(story: Story) -> int:
    """Show the inbox and the explanations, and compare with the ground truth."""
    console = story.console
    mails = read_inbox(story.organization.endpoint)
    console.rule("[bold]What the owners received", align="left")
    print_inbox(console, mails)
    if mails:
        print_mail(console, mails[0])
    for name in EXPLAINED:
        ask(story, "explain", name, "--at", _after_the_last_day(story))
    ask(story, "notices", NOTICES_SHOWN)
    ask(story, "coverage", "--sweeps", "3", "--at", _after_the_last_day(story))
    console.rule("[bold]What became of every stack", align="left")
    ended = subjects(SCENARIO, story.stack_ids, story.successors)
    found = [compare(story.hub, subject, story.first_seen) for subject in ended]
    wrong = print_comparison(console, found)
    dead_letters = sum(
        story.hub.messages_in(queue)
        for queue in story.hub.outputs
        if queue.endswith("DeadLetterQueueUrl")
    )
    console.print(f"dead letters: {dead_letters}")
    lost = strangers(story.organization, story.stack_ids.values(), story.stacks_at_first)
    if lost:
        console.print(f"[red]deleted although no part of the scenario: {', '.join(lost)}")
    broken = broken_promises(story.hub, story.runs, SCENARIO, story.stack_ids)
    for sentence in broken:
        console.print(f"[red]{sentence}")
    console.print(
        f"promises broken: {len(broken) or 'none'} (one digest an owner and run, no notice lost or "
        "repeated, the right owner told, told again after an extension or a bounce)"
    )
    return wrong + dead_letters + len(lost) + len(broken)


def ask(story: Story, *arguments: str, account: str = HUB) -> None:
    """Ask the command, as anybody would who has credentials of the account."""
    story.console.rule(f"[bold]$ steward {' '.join(arguments)}", align="left")
    environment = tool_environment() | {
        "AWS_ENDPOINT_URL": story.organization.endpoint,
        "AWS_ACCESS_KEY_ID": story.organization.accounts[account],
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": HOME_REGION,
        "COLUMNS": str(story.console.width),
    }
    told = run_tool([COMMAND, *arguments], REPOSITORY, environment)
    story.console.print(told, markup=False, highlight=False)


def _after_the_last_day(story: Story) -> str:
    return story.day(LAST_DAY + 1).strftime("%Y-%m-%dT%H:%MZ")


def keep_running(story: Story) -> None:
    """Leave everything up for a look around, until Ctrl-C."""
    endpoint = story.organization.endpoint
    moment = _after_the_last_day(story)
    url = story.hub.outputs["LeaseExtensionUrl"]
    page = local_url(url, endpoint)
    story.console.rule("[bold]Still running; Ctrl-C ends it", align="left")
    story.console.print(
        f"endpoint   {endpoint}\n"
        f"inbox      {endpoint}/_ministack/ses/messages\n"
        f"page       {page}?t=...\n"
        f"           opens here what the mails link to as {url}?t=...\n"
        "accounts   "
        + "\n           ".join(f"{id} {name}" for name, id in story.organization.accounts.items())
        + f"""

Any AWS client can look around. The access key of an account is its id; the hub's is:
  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={HOME_REGION} \\
    AWS_ACCESS_KEY_ID={story.organization.accounts[HUB]} AWS_SECRET_ACCESS_KEY=embedded
It is day {LAST_DAY + 1} here, so name the moment:
  .venv/bin/steward plan --at {moment}
  .venv/bin/steward explain feat-crawler --at {moment}""",
        markup=False,
    )
    try:
        story.emulator.wait()
    except KeyboardInterrupt:
        story.console.print("ended")
