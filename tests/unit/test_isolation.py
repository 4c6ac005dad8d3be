"""The suite's own fence: proves that tests/conftest.py keeps a test off the network and off AWS."""

import os
import socket

import boto3
import pytest
from botocore.exceptions import HTTPClientError

OUTSIDE = "192.0.2.1"  # TEST-NET-1: reserved for documentation, nobody is there
MESSAGE = "tests talk to loopback only"


def test_a_connection_beyond_loopback_is_refused() -> None:
    with socket.socket() as outgoing, pytest.raises(RuntimeError, match=MESSAGE):
        outgoing.connect((OUTSIDE, 443))
    with socket.socket() as outgoing, pytest.raises(RuntimeError, match=MESSAGE):
        outgoing.connect_ex((OUTSIDE, 443))


def test_a_datagram_beyond_loopback_is_refused() -> None:
    kind = socket.SOCK_DGRAM
    with socket.socket(type=kind) as outgoing, pytest.raises(RuntimeError, match=MESSAGE):
        outgoing.sendto(b"anything", (OUTSIDE, 53))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match=MESSAGE):
        socket.create_connection(("aws.example", 443), timeout=1)


def test_an_aws_client_without_an_emulator_is_refused() -> None:
    with pytest.raises(HTTPClientError, match=MESSAGE):
        boto3.client("sts").get_caller_identity()


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_no_identity_of_the_developer_is_left() -> None:
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert "AWS_PROFILE" not in aws
    assert aws["AWS_ACCESS_KEY_ID"] == "testing"
    assert aws["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
