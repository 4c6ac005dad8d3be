import pytest

from local.function_url import NotAFunctionUrlError, local_url

ENDPOINT = "http://127.0.0.1:4711"
HOST = "https://abc123.lambda-url.eu-west-1.on.aws"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        (f"{HOST}/", "/_aws/lambda-url/abc123/"),
        (HOST, "/_aws/lambda-url/abc123/"),
        (f"{HOST}/?t=v1.a%2Bb&x=", "/_aws/lambda-url/abc123/?t=v1.a%2Bb&x="),
        (f"{HOST}/deep/path", "/_aws/lambda-url/abc123/deep/path"),
    ],
    ids=["root", "no-slash", "query", "path"],
)
def test_the_same_request_reaches_the_emulator(url: str, local: str) -> None:
    assert local_url(url, ENDPOINT) == ENDPOINT + local


@pytest.mark.parametrize("url", ["https://example.com/?t=a", "not a url", ""])
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(NotAFunctionUrlError, match=r"does not begin with https://<id>\.lambda-url"):
        local_url(url, ENDPOINT)
