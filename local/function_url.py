"""The address under which a function URL of the embedded organization opens on this machine."""

from urllib.parse import urlsplit


class NotAFunctionUrlError(Exception):
    """A URL whose host is not that of a function URL."""


def local_url(url: str, endpoint: str) -> str:
    """`https://<id>.lambda-url.<region>.on.aws/?t=...` as `<endpoint>/_aws/lambda-url/<id>/?t=...`.

    The emulator takes the prefix away before it calls the function, so that the event is the same.
    """
    parts = urlsplit(url)
    url_id, _, rest = (parts.hostname or "").partition(".")
    if not rest.startswith("lambda-url."):
        raise NotAFunctionUrlError(f"{url} does not begin with https://<id>.lambda-url.<region>.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{endpoint}/_aws/lambda-url/{url_id}{parts.path or '/'}{query}"
