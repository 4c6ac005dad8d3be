"""What anybody may send to the extension page, and what is made of it."""

from base64 import b64encode
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.workflows.page_requests import (
    MOST_FORM_BYTES,
    Fault,
    PageRequest,
    method_of,
    page_request,
)
from tests.integration.functions.samples import sample

GET = sample("function_url_get")
POST = sample("function_url_post")
TOKEN = GET["queryStringParameters"]["t"]
FORM = "application/x-www-form-urlencoded"


def get(method: str = "GET", **query: str) -> dict[str, Any]:
    event = deepcopy(GET) | {"queryStringParameters": query}
    event["requestContext"]["http"]["method"] = method
    return event


def post(body: str | bytes, content_type: str = FORM, *, base64: bool = True) -> dict[str, Any]:
    raw = body.encode() if isinstance(body, str) else body
    event = deepcopy(POST) | {"isBase64Encoded": base64}
    event["body"] = b64encode(raw).decode() if base64 else raw.decode()
    event["headers"]["content-type"] = content_type
    return event


def test_the_sample_get_only_shows() -> None:
    assert page_request(GET) == PageRequest(TOKEN)


def test_the_sample_post_wishes() -> None:
    assert page_request(POST) == PageRequest(TOKEN, "7")


@pytest.mark.parametrize("method", ["GET", "HEAD", "get"])
def test_reading_wishes_nothing_whatever_it_carries(method: str) -> None:
    event = get(method, t="x", choice="7") | {"body": "t=x&choice=7", "isBase64Encoded": False}
    assert page_request(event) == PageRequest("x")


@pytest.mark.parametrize("query", [None, {}, {"u": "x"}])
def test_a_get_without_a_token_has_an_empty_one(query: dict[str, str] | None) -> None:
    assert page_request(GET | {"queryStringParameters": query}) == PageRequest("")


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", ""])
def test_other_methods_are_refused(method: str) -> None:
    assert page_request(get(method, t="x")) is Fault.METHOD


@pytest.mark.parametrize("base64", [True, False], ids=["base64", "as-it-is"])
def test_a_form_is_read_in_either_encoding(base64: bool) -> None:
    event = post(urlencode({"t": "a.b", "choice": "longest"}), base64=base64)
    assert page_request(event) == PageRequest("a.b", "longest")


@pytest.mark.parametrize(
    "content_type",
    [FORM, f"{FORM}; charset=utf-8", f"{FORM};charset=UTF-8", f'{FORM}; charset="utf-8"'],
)
def test_forms_in_utf_8_are_read(content_type: str) -> None:
    assert page_request(post("t=x&choice=1", content_type)) == PageRequest("x", "1")


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("", id="none"),
        pytest.param("multipart/form-data; boundary=x", id="multipart"),
        pytest.param("application/json", id="json"),
        pytest.param("text/plain", id="text"),
        pytest.param(f"{FORM}; charset=utf-16", id="utf-16"),
        pytest.param(f"{FORM}x", id="longer-name"),
    ],
)
def test_anything_but_a_form_is_refused(content_type: str) -> None:
    assert page_request(post("t=x&choice=1", content_type)) is Fault.NO_FORM


def test_a_post_without_headers_is_refused() -> None:
    assert page_request(post("t=x") | {"headers": None}) is Fault.NO_FORM


@pytest.mark.parametrize("base64", [True, False], ids=["base64", "as-it-is"])
def test_the_largest_form_fits_and_one_byte_more_does_not(base64: bool) -> None:
    body = "t=" + "x" * (MOST_FORM_BYTES - 2)
    assert page_request(post(body, base64=base64)) == PageRequest(body[2:], "")
    assert page_request(post(body + "x", base64=base64)) is Fault.TOO_LARGE


def test_a_huge_body_is_refused() -> None:
    assert page_request(post("x" * 5_000_000)) is Fault.TOO_LARGE


def test_the_limit_counts_bytes_not_characters() -> None:
    assert page_request(post("t=" + "€" * 1365, base64=False)) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe\x00\x80", id="binary"),
        pytest.param(b"t=%FF%FE&choice=7", id="quoted-binary"),
        pytest.param(b"t=x&t=y&choice=7", id="token-twice"),
        pytest.param(b"t=x&choice=1&choice=7", id="choice-twice"),
        pytest.param(b"&".join(b"f%d=1" % number for number in range(9)), id="too-many-fields"),
    ],
)
def test_a_form_no_browser_sends_is_unreadable(body: bytes) -> None:
    assert page_request(post(body)) is Fault.UNREADABLE


@pytest.mark.parametrize("body", ["%%%", "dD14", "dD14=", "é"], ids=str)
def test_base64_that_is_none_is_unreadable(body: str) -> None:
    expected = PageRequest("x", "") if body == "dD14" else Fault.UNREADABLE
    assert page_request(post("") | {"body": body}) == expected


@pytest.mark.parametrize("body", ["", "choice=7", "=", "&&&", "x"])
def test_a_form_without_a_token_has_an_empty_one(body: str) -> None:
    asked = page_request(post(body))
    assert isinstance(asked, PageRequest)
    assert asked.token == ""


def test_a_form_without_a_choice_still_wishes() -> None:
    assert page_request(post("t=x")) == PageRequest("x", "")


def test_nul_bytes_stay_where_they_are_and_match_nothing() -> None:
    assert page_request(post("t=x%00&choice=7%00")) == PageRequest("x\0", "7\0")


@pytest.mark.parametrize("event", [{}, {"requestContext": {}}, {"requestContext": {"http": {}}}])
def test_an_event_of_another_shape_has_no_method(event: dict[str, Any]) -> None:
    assert method_of(event) == ""
    assert page_request(event) is Fault.METHOD


@given(st.binary(max_size=6000), st.booleans(), st.sampled_from([FORM, f"{FORM}; charset=x"]))
def test_no_body_breaks_the_form_reader(raw: bytes, base64: bool, content_type: str) -> None:
    text = raw.decode("latin-1").encode()
    asked = page_request(post(raw if base64 else text, content_type, base64=base64))
    assert isinstance(asked, PageRequest | Fault)


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_a_browser_sends_is_read_as_it_was_typed(token: str, choice: str) -> None:
    asked = page_request(post(urlencode({"t": token, "choice": choice}, errors="surrogatepass")))
    assert asked in (PageRequest(token, choice), Fault.UNREADABLE, Fault.TOO_LARGE)
