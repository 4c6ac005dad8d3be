"""What is uploaded for org/members/hooks.yaml, and under which names."""

import io
import os
import re
import zipfile
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from steward_cli.failures import Failure
from steward_cli.main import app
from steward_cli.org.archives import digest_of, zipped
from steward_cli.org.publishing import FUNCTIONS, archives_of, publish, region_of

CHECKOUT = Path(__file__).parents[4]
TEMPLATE = (CHECKOUT / "org/members/hooks.yaml").read_text()


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    folder = tmp_path / "layer"
    (folder / "python" / "steward").mkdir(parents=True)
    (folder / "python" / "steward" / "__init__.py").write_text("")
    return folder


def test_the_template_finds_every_archive_it_names(layer: Path) -> None:
    named = set(re.findall(r"\$\{ArtifactPrefix\}/(\w+\.zip)", TEMPLATE))
    assert set(archives_of(CHECKOUT, layer)) == named


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_archive_holds_the_handler_at_its_top(layer: Path, name: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(archives_of(CHECKOUT, layer)[f"{name}.zip"]))
    assert "app.py" in archive.namelist()


def test_the_same_content_has_the_same_name_whenever_it_was_written(layer: Path) -> None:
    before = zipped(layer)
    os.utime(layer / "python" / "steward" / "__init__.py", (0, 2_000_000_000))
    (layer / "python" / "__pycache__").mkdir()
    (layer / "python" / "__pycache__" / "x.pyc").write_text("compiled")
    assert zipped(layer) == before


@pytest.mark.parametrize(
    "other", [{"a": b"1", "b": b"3"}, {"a": b"1"}, {"a": b"1b", "b": b"2"}, {"a": b"1", "c": b"2"}]
)
def test_other_content_has_another_name(other: dict[str, bytes]) -> None:
    assert digest_of(other) != digest_of({"a": b"1", "b": b"2"})


def test_files_can_be_read_by_the_function(layer: Path) -> None:
    (layer / "python" / "steward" / "__init__.py").chmod(0o600)
    (entry,) = zipfile.ZipFile(io.BytesIO(zipped(layer))).infolist()
    assert entry.external_attr >> 16 == 0o644


@mock_aws
def test_a_second_upload_of_the_same_changes_nothing() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="artifacts")
    client.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    first = publish(client, "artifacts", "steward/", {"a.zip": b"1"})
    assert publish(client, "artifacts", "steward/", {"a.zip": b"1"}).prefix == first.prefix
    (version,) = client.list_object_versions(Bucket="artifacts")["Versions"]
    assert version["Key"] == f"{first.prefix}/a.zip"


@mock_aws
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_buckets_region_is_known(region: str) -> None:
    client = boto3.client("s3", region_name="us-east-1")
    place = {} if region == "us-east-1" else {"LocationConstraint": region}
    options = {"CreateBucketConfiguration": place} if place else {}
    client.create_bucket(Bucket="artifacts", **options)  # type: ignore[arg-type]
    assert region_of(client, "artifacts") == region


@mock_aws
def test_a_bucket_that_is_not_there_is_said_with_how_to_make_it() -> None:
    with pytest.raises(Failure, match=r"no bucket nowhere[\s\S]*aws s3 mb s3://nowhere"):
        region_of(boto3.client("s3", region_name="us-east-1"), "nowhere")


def test_a_layer_that_was_not_built_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="make build"):
        archives_of(CHECKOUT, tmp_path)


@mock_aws
def test_the_command_says_how_to_deploy(layer: Path) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="artifacts")
    arguments = ["org", "publish", "--bucket", "artifacts", "--layer", str(layer)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "ArtifactBucket=artifacts ArtifactPrefix=steward/" in done.stdout
    assert "--region us-east-1" in done.stdout
