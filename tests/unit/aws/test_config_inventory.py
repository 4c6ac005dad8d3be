"""The Config aggregator: every row, whatever it lacks, and every page."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.config_inventory import (
    CONFIG_EXPRESSION,
    NoAggregator,
    aggregator_sources,
    functions_in_config,
)
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import AggregatorSource, SeenFunction, Unreadable
from tests.unit.aws.scripted import Scripted

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:orders-api"
LAYER = "arn:aws:lambda:eu-west-1:111122223333:layer:shared:7"
ASKED = {
    "ConfigurationAggregatorName": "organization",
    "Expression": CONFIG_EXPRESSION,
    "Limit": 100,
}
SELECT = "select_aggregate_resource_config"
ROW: dict[str, Any] = {
    "resourceId": "orders-api",
    "resourceName": "orders-api",
    "arn": ARN,
    "accountId": "111122223333",
    "awsRegion": "eu-west-1",
    "configurationItemCaptureTime": "2026-11-22T04:00:00.000Z",
    "configurationItemStatus": "OK",
    "recordingFrequency": "DAILY",
    "tags": [
        {"key": "owner", "value": "team-a", "tag": "owner=team-a"},
        {"key": "empty", "value": "", "tag": "empty="},
    ],
    "configuration": {
        "runtime": "python3.10",
        "packageType": "Zip",
        "architectures": ["arm64"],
        "lastModified": "2026-03-01T10:00:00.000+0000",
        "version": "$LATEST",
        "layers": [{"arn": LAYER}],
    },
}


def text(**columns: Any) -> str:
    """A row as Config gives it; a column that is None is left out."""
    row = {**ROW, **columns}
    return json.dumps({name: value for name, value in row.items() if value is not None})


def read(*rows: str) -> list[SeenFunction | Unreadable]:
    with Scripted("config").answers(SELECT, {"Results": list(rows)}, ASKED) as config:
        return list(functions_in_config(config.client, "organization"))


def read_one(row: str) -> SeenFunction:
    (seen,) = read(row)
    assert isinstance(seen, SeenFunction)
    return seen


def test_a_full_row_is_read_column_by_column() -> None:
    assert read_one(text()) == SeenFunction(
        account_id="111122223333",
        region="eu-west-1",
        name="orders-api",
        version=LATEST,
        runtime_id="python3.10",
        package_type="Zip",
        architecture="arm64",
        layers=(LAYER,),
        tags={"owner": "team-a", "empty": ""},
        last_modified=datetime(2026, 3, 1, 10, tzinfo=UTC),
        captured_at=datetime(2026, 11, 22, 4, tzinfo=UTC),
        recorded="DAILY",
    )


def test_the_query_names_every_column_that_is_read() -> None:
    """Config answers what is asked for, and nothing else."""
    columns = [f"configuration.{name}" for name in ROW["configuration"] if name != "layers"]
    columns += [name for name in ROW if name != "configuration"]
    selected = CONFIG_EXPRESSION.removeprefix("SELECT ").partition(" WHERE ")[0].split(", ")
    assert {*columns, "configuration.layers.arn"} <= {*selected}
    assert CONFIG_EXPRESSION.endswith("WHERE resourceType = 'AWS::Lambda::Function'")


def test_pages_are_read_to_the_last_token_empty_ones_too() -> None:
    """A short or empty page is not the end; the absence of a token is."""
    config = Scripted("config")
    config.answers(SELECT, {"Results": [text()], "NextToken": "one"}, ASKED)
    config.answers(SELECT, {"Results": [], "NextToken": "two"}, {**ASKED, "NextToken": "one"})
    config.answers(SELECT, {"Results": [text()]}, {**ASKED, "NextToken": "two"})
    with config:
        assert len(list(functions_in_config(config.client, "organization"))) == 2


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param(
            {"configuration": {"packageType": "Image"}},
            {"runtime_id": None, "package_type": "Image"},
            id="image",
        ),
        pytest.param(
            {"configuration": {"runtime": "cobol1.0"}},
            {"runtime_id": "cobol1.0"},
            id="unknown-runtime",
        ),
        pytest.param({"configuration": None}, {"runtime_id": None}, id="no-configuration"),
        pytest.param({"tags": []}, {"tags": {}}, id="no-tag"),
        pytest.param({"tags": None}, {"tags": None}, id="tags-not-shown"),
        pytest.param({"tags": {"owner": "a"}}, {"tags": {"owner": "a"}}, id="tags-as-an-object"),
        pytest.param(
            {"configuration": {"runtime": "java11", "layers": {"arn": LAYER}}},
            {"layers": (LAYER,)},
            id="one-layer",
        ),
        pytest.param(
            {"configuration": {"runtime": "java11", "architectures": "x86_64"}},
            {"architecture": "x86_64"},
            id="one-architecture",
        ),
        pytest.param({"arn": f"{ARN}:$LATEST"}, {"version": LATEST}, id="latest"),
        pytest.param({"arn": f"{ARN}:4"}, {"version": "4"}, id="version"),
        pytest.param(
            {"accountId": None},
            {"account_id": "111122223333"},
            id="the-arn-says-the-account",
        ),
        pytest.param(
            {"arn": None, "resourceName": None}, {"name": "orders-api"}, id="columns-without-arn"
        ),
        pytest.param(
            {"configurationItemCaptureTime": "soon"}, {"captured_at": None}, id="no-instant"
        ),
        pytest.param({"masterArn": "x"}, {"name": "orders-api"}, id="a-column-nobody-asked-for"),
    ],
)
def test_rows_may_lack_much(columns: dict[str, Any], expected: dict[str, Any]) -> None:
    seen = read_one(text(**columns)).model_dump()
    assert {name: seen[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(text(arn=None, accountId=None), "names no accountId", id="no-account"),
        pytest.param(
            text(arn="arn:x", accountId=None, awsRegion=None),
            "names no accountId, awsRegion",
            id="no-unit",
        ),
        pytest.param(text()[:-9], "Invalid JSON", id="invalid-json"),
        pytest.param("[]", "should be an object", id="no-object"),
        pytest.param(text(configuration={"runtime": 3}), "configuration.runtime", id="wrong-type"),
        pytest.param("", "Invalid JSON", id="nothing"),
    ],
)
def test_a_row_that_says_too_little_is_told_and_drops_no_other(row: str, reason: str) -> None:
    before, told, after = read(text(), row, text())
    assert isinstance(told, Unreadable)
    assert reason in told.reason
    assert told.source == "Config"
    assert row.startswith(told.start)
    assert len(told.start) <= 200
    assert before == after == read_one(text())


def test_what_config_knows_to_be_deleted_is_no_function() -> None:
    assert read(text(configurationItemStatus="ResourceDeleted")) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("NoSuchConfigurationAggregatorException", "parameter ConfigAggregator"),
        ("AccessDeniedException", "allow config:SelectAggregateResourceConfig"),
        ("ThrottlingException", "scan again later"),
        ("InvalidExpressionException", "report it"),
    ],
)
def test_an_aggregator_that_does_not_answer_says_what_to_do(code: str, advice: str) -> None:
    with (
        Scripted("config").refuses(SELECT, code, "no") as config,
        pytest.raises(NoAggregator, match=f"organization: {code}: no; .*{advice}"),
    ):
        list(functions_in_config(config.client, "organization"))


def test_what_breaks_off_between_pages_is_raised_not_taken_for_the_end() -> None:
    config = Scripted("config").answers(SELECT, {"Results": [text()], "NextToken": "one"})
    with config.refuses(SELECT, "ThrottlingException"):
        rows = functions_in_config(config.client, "organization")
        assert isinstance(next(rows), SeenFunction)
        with pytest.raises(NoAggregator, match="ThrottlingException"):
            next(rows)


def test_an_aggregator_that_is_not_configured_costs_no_call() -> None:
    config = Scripted("config")
    with config, pytest.raises(NoAggregator, match=r"not configured.*ConfigAggregator"):
        list(functions_in_config(config.client, ""))
    with config, pytest.raises(NoAggregator, match="not configured"):
        aggregator_sources(config.client, "")


def test_an_error_nobody_expects_is_not_swallowed() -> None:
    with (
        Scripted("config").refuses(SELECT, "InternalServerError") as config,
        pytest.raises(ClientError),
    ):
        list(functions_in_config(config.client, "organization"))


def test_an_endpoint_that_is_not_there_is_no_aggregator() -> None:
    config = Scripted("config")
    config.client.meta.events.register_first("before-call", _unreachable)
    with pytest.raises(NoAggregator, match=r"EndpointConnectionError.*scan again later"):
        aggregator_sources(config.client, "organization")


def _unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://config.eu-west-1.amazonaws.com")


def test_sources_say_how_far_they_have_come() -> None:
    operation = "describe_configuration_aggregator_sources_status"
    asked = {"ConfigurationAggregatorName": "organization", "Limit": 100}
    updated = datetime(2026, 11, 23, 3, tzinfo=UTC)
    good = {
        "SourceId": "111122223333",
        "SourceType": "ACCOUNT",
        "AwsRegion": "eu-west-1",
        "LastUpdateStatus": "SUCCEEDED",
        "LastUpdateTime": updated,
    }
    bad = {
        "SourceId": "222222222222",
        "LastUpdateStatus": "FAILED",
        "LastErrorCode": "AccessDenied",
        "LastErrorMessage": "not authorized",
    }
    config = Scripted("config")
    config.answers(operation, {"AggregatedSourceStatusList": [good], "NextToken": "more"}, asked)
    config.answers(operation, {"AggregatedSourceStatusList": [bad]}, {**asked, "NextToken": "more"})
    with config:
        assert aggregator_sources(config.client, "organization") == [
            AggregatorSource("111122223333", "eu-west-1", "SUCCEEDED", updated),
            AggregatorSource("222222222222", "", "FAILED", None, "AccessDenied: not authorized"),
        ]
