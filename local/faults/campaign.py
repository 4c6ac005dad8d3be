"""One fault, or all at once, for the whole scenario of leases: what Steward made of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import monotonic

from rich.console import Console

from local.demo_story import Story, set_up
from local.emulator import Emulator
from local.faults.catalogue import PATIENCE_SECOND, Fault
from local.faults.days import Weather, play
from local.faults.denied_units import untold_gaps
from local.faults.end_state import deleted_untold, end_state
from local.faults.operator import PatientHub, patient
from local.faults.outcome import Outcome
from local.faults.proxy import FaultProxy
from local.ground_truth import compare, strangers, subjects
from local.inbox import Mail
from local.promises import Run, broken_promises
from local.scenario import SCENARIO

SEED = 20261123
# A queue hides what failed for half an hour; here a second of it takes a thousandth.
HIDDEN_SECOND = 0.001
# What a client waits before it tries again, or holds itself back, takes a fiftieth.
PAUSE_SECOND = 0.02


def run(fault: Fault, console: Console, seed: int = SEED) -> Outcome:
    """Play the whole scenario in an organization of its own. The app must have been built."""
    started = monotonic()
    with Emulator(enforce_iam=True) as emulator, FaultProxy(emulator.endpoint, seed) as proxy:
        emulator.control.redeliver_after(HIDDEN_SECOND)
        emulator.control.hasten_clients(PAUSE_SECOND, PATIENCE_SECOND)
        emulator.control.point_functions_at(proxy.endpoint)
        story = set_up(console, emulator)
        played = _Played(story, patient(story.hub), Weather(proxy, fault, story.organization))
        story.hub = played.hub
        played.uncovered = play(story, played.weather)
        return played.outcome(monotonic() - started)


@dataclass
class _Played:
    story: Story
    hub: PatientHub
    weather: Weather
    uncovered: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def outcome(self, seconds: float) -> Outcome:
        runs, toil, fault = self.story.runs, self.hub.toil, self.weather.fault
        redelivered = self.story.emulator.control.redelivered()
        return Outcome(
            title=fault.title,
            rate=fault.rate,
            fired=self.weather.fired,
            calls=self.weather.proxy.calls(),
            retried=toil.retried_invocations + redelivered,
            redriven=toil.redriven_invocations + toil.redriven_messages,
            mails=sum(len(each.mails) for each in runs),
            repeats=repeats(runs),
            end=end_state(self.hub),
            wrong=tuple(self._wrong()),
            uncovered=self.uncovered,
            seconds=seconds,
        )

    def _wrong(self) -> Iterator[str]:
        """What must hold under every fault."""
        story, hub = self.story, self.hub
        ids = story.stack_ids
        for subject in subjects(SCENARIO, ids, story.successors):
            compared = compare(hub, subject, story.first_seen)
            if compared.difference:
                yield f"{subject.account} {subject.name}: {compared.found}; {compared.difference}"
        yield from deleted_untold(hub, ids.values())
        yield from broken_promises(hub, copies(story.runs), SCENARIO, ids)
        yield from untold_gaps(self.weather.fault, self.uncovered)
        for queue in (each for each in hub.outputs if each.endswith("DeadLetterQueueUrl")):
            if left := hub.messages_in(queue):
                yield f"{left} dead letters in {queue}"
        lost = strangers(story.organization, ids.values(), story.stacks_at_first)
        yield from (f"{each} was deleted although no part of it" for each in sorted(lost))


def copies(runs: Iterable[Run]) -> Iterator[Run]:
    """Each run as several: every owner's first digest of it, every owner's second, ..."""
    for run in runs:
        seen: Counter[str] = Counter()
        layers: defaultdict[int, list[Mail]] = defaultdict(list)
        for mail in run.mails:
            seen.update(mail.recipients)
            layers[max(seen[address] for address in mail.recipients)].append(mail)
        yield from (replace(run, mails=tuple(mails)) for mails in layers.values())


def repeats(runs: Iterable[Run]) -> int:
    """Mails beyond the one digest that an owner should get in a run."""
    received = (Counter(a for mail in run.mails for a in mail.recipients) for run in runs)
    return sum(count - 1 for counts in received for count in counts.values())
