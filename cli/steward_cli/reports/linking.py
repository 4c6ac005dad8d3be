"""A link to the report's page for whoever has no credentials: until when it works, and why."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.runtimes.places import report_key
from steward_cli import clock
from steward_cli.connection import Connection
from steward_cli.plan_report import Part
from steward_cli.reports.files import ReportFiles

# No role's session lasts longer. "AssumeRole", AWS Security Token Service API Reference.
MOST_HOURS = 12


class PageLink(Part):
    """`ends_at`: the latest end. `earlier`: why it may end before that; empty when it does not."""

    url: str
    ends_at: datetime
    earlier: str


def page_link(connection: Connection, files: ReportFiles, scan_id: str, hours: int) -> PageLink:
    """A link that lasts `hours`, or as long as the session that signs it.

    "Sharing objects with presigned URLs", Amazon S3 User Guide.
    """
    now = clock.now()
    asked = now + timedelta(hours=hours)
    ends_at = min(asked, connection.until or asked).astimezone(UTC)
    url = files.link(report_key(scan_id, "html"), ends_at - now)
    return PageLink(url=url, ends_at=ends_at, earlier=_earlier(connection, asked, ends_at))


def _earlier(connection: Connection, asked: datetime, ends_at: datetime) -> str:
    if ends_at < asked:
        return (
            f"not {spoken(asked, ZoneInfo('UTC'))}, as asked: the operator role's session that "
            "signs it ends then"
        )
    credentials = connection.session.get_credentials()
    if connection.until is None and credentials is not None and credentials.token:
        return "it may end before: with the session of the credentials that sign it"
    return ""
