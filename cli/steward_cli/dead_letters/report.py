"""The shapes of `steward dlq --json`."""

from datetime import datetime

from pydantic import BaseModel

from steward_cli.dead_letters.letters import DeadLetter


class LetterReport(BaseModel):
    """One message. `goes_to`: where a redrive sends it. `stays`: why it is still there."""

    queue: str
    message_id: str
    sent_at: datetime
    about: str
    why: str
    goes_to: str
    stays: str = ""


class QueueReport(BaseModel):
    """`messages`: about how many it holds; `letters`: those that were read."""

    queue: str
    url: str
    messages: int
    letters: tuple[LetterReport, ...]


class ListReport(BaseModel):
    """Every dead-letter queue that was asked about."""

    queues: tuple[QueueReport, ...]

    @property
    def messages(self) -> int:
        return sum(max(queue.messages, len(queue.letters)) for queue in self.queues)


class RedriveReport(BaseModel):
    """`sent`: on their way again. `stayed`: still in the queue, with the reason.
    `left`: about how many messages the queue holds afterwards.
    """

    queue: str
    dry_run: bool
    sent: tuple[LetterReport, ...]
    stayed: tuple[LetterReport, ...]
    left: int


def letter_report(queue: str, letter: DeadLetter, stays: str = "") -> LetterReport:
    route = letter.route
    return LetterReport(
        queue=queue,
        message_id=letter.message_id,
        sent_at=letter.sent_at,
        about=letter.about,
        why=letter.why,
        goes_to=(route.function or route.queue).rpartition("/")[2],
        stays=stays or route.stuck,
    )
