"""Brings member templates and the code of the hooks into buckets of the regions that need them."""

from collections.abc import Mapping
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
MEMBER_TEMPLATES = ("roles", "events", "hooks")
LAYER = "StewardLayer"
LAYER_ARCHIVE = "layer.zip"


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a version of code and templates lies; the two parameters of hooks.yaml.

    `uploaded`: how many objects the bucket did not have yet.
    """

    bucket: str
    prefix: str
    uploaded: int = 0


def archives_of(checkout: Path, layer: Path) -> dict[str, bytes]:
    """Every archive that the template names. `layer` is the built layer's folder."""
    if not (layer / "python" / "steward").is_dir():
        raise Failure(f"{layer} holds no built layer", "run `make build` first", ExitCode.USAGE)
    code = {f"{name}.zip": zipped(checkout / "functions" / name) for name in FUNCTIONS}
    return {LAYER_ARCHIVE: zipped(layer), **code}


def templates_of(checkout: Path) -> dict[str, bytes]:
    """The member templates, under the names by which org/template.yaml finds them."""
    folder = checkout / "org" / "members"
    names = [f"{name}.yaml" for name in MEMBER_TEMPLATES]
    return {f"members/{name}": (folder / name).read_bytes() for name in names}


def publish(
    client: "S3Client", bucket: str, prefix: str, objects: Mapping[str, bytes]
) -> Publication:
    """Upload what the bucket does not have yet; the same content gets the same names again."""
    place = f"{prefix.strip('/')}/{digest_of(objects)}".lstrip("/")
    missing = [name for name in objects if not _is_there(client, bucket, f"{place}/{name}")]
    for name in missing:
        client.put_object(Bucket=bucket, Key=f"{place}/{name}", Body=objects[name])
    return Publication(bucket, place, len(missing))


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
