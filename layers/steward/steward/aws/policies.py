"""The policy document as AppConfig last deployed it."""

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import code_of
from steward.aws.sessions import Sessions

_NOTHING_DEPLOYED = frozenset({"ResourceNotFoundException", "BadRequestException"})
_BAD_TOKEN = "BadRequestException"


class PolicyUnreachable(ConnectionError):
    """AppConfig could not be asked, so whether there is a newer policy is unknown."""


class PolicyFeed:
    """One profile's documents. Kept by a process, it is sent a document only when it changed."""

    def __init__(
        self, sessions: Sessions, application: str, environment: str, profile: str
    ) -> None:
        self._sessions = sessions
        self._application = application
        self._environment = environment
        self._profile = profile
        self._token = ""
        self._document: str | None = None

    def latest(self) -> str | None:
        """The newest document; None when none is deployed. Raises PolicyUnreachable."""
        try:
            return self._read()
        except ClientError as error:
            if code_of(error) not in _NOTHING_DEPLOYED:
                raise PolicyUnreachable(f"AppConfig refused: {error}") from error
            self._forget()
            return None
        except BotoCoreError as error:
            raise PolicyUnreachable(f"AppConfig did not answer: {error}") from error

    def _read(self) -> str | None:
        """A token is good for one call and a day; with a bad one a new session starts over."""
        if self._token:
            try:
                return self._poll()
            except ClientError as error:
                if code_of(error) != _BAD_TOKEN:
                    raise
        self._forget()
        self._token = self._start()
        return self._poll()

    def _start(self) -> str:
        return self._sessions.appconfigdata().start_configuration_session(
            ApplicationIdentifier=self._application,
            EnvironmentIdentifier=self._environment,
            ConfigurationProfileIdentifier=self._profile,
        )["InitialConfigurationToken"]

    def _poll(self) -> str | None:
        """An empty answer means: as the last one of this session ("GetLatestConfiguration", AWS
        AppConfig API Reference)."""
        answer = self._sessions.appconfigdata().get_latest_configuration(
            ConfigurationToken=self._token
        )
        content = answer["Configuration"].read()
        self._token = answer["NextPollConfigurationToken"]
        if content:
            self._document = content.decode(errors="replace")
        return self._document

    def _forget(self) -> None:
        self._token = ""
        self._document = None
