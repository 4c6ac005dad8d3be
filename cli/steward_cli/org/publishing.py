"""Brings the code of org/members/hooks.yaml into a bucket of the region that will run it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of
from steward_cli.failures import ExitCode, Failure
from steward_cli.org.archives import digest_of, zipped

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FUNCTIONS = ("rollout_hooks", "rollout_failsafe", "rollout_guard")
LAYER = "StewardLayer"
LAYER_ARCHIVE = "layer.zip"


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a version of the code lies; the two parameters of the template."""

    bucket: str
    prefix: str


def archives_of(checkout: Path, layer: Path) -> dict[str, bytes]:
    """Every archive that the template names. `layer` is the built layer's folder."""
    if not (layer / "python" / "steward").is_dir():
        raise Failure(f"{layer} holds no built layer", "run `make build` first", ExitCode.USAGE)
    code = {f"{name}.zip": zipped(checkout / "functions" / name) for name in FUNCTIONS}
    return {LAYER_ARCHIVE: zipped(layer), **code}


def publish(
    client: "S3Client", bucket: str, prefix: str, archives: dict[str, bytes]
) -> Publication:
    """Upload what the bucket does not have yet; the same content gets the same names again."""
    place = f"{prefix.strip('/')}/{digest_of(archives)}".lstrip("/")
    for name, content in archives.items():
        key = f"{place}/{name}"
        if not _is_there(client, bucket, key):
            client.put_object(Bucket=bucket, Key=key, Body=content)
    return Publication(bucket, place)


def region_of(client: "S3Client", bucket: str) -> str:
    """The bucket's region: Lambda takes code from a bucket of its own region only.

    "GetBucketLocation", Amazon S3 API Reference: us-east-1 is said by an empty constraint, and
    eu-west-1 may be said as EU.
    """
    try:
        said: str | None = client.get_bucket_location(Bucket=bucket).get("LocationConstraint")
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
        raise Failure(
            f"there is no bucket {bucket}",
            f"create it in the region of the hooks: `aws s3 mb s3://{bucket} --region REGION`",
        ) from error
    return "eu-west-1" if said == "EU" else said or "us-east-1"


def _is_there(client: "S3Client", bucket: str, key: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True
