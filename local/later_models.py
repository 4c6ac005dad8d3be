"""Models of services that are newer than the emulator's own SDK.

The emulator pins an older botocore than the development tools. What it emulates from models needs
those that know the version catalog of AWS Health and customer-managed runtimes; functions see them
too, as they would with a later SDK in their layer.
"""

from pathlib import Path

import botocore

SERVICES = ("health", "lambda", "lambda-core")


def link_later_models(folder: Path) -> Path:
    """The folder to name in AWS_DATA_PATH ("botocore.loaders")."""
    models = folder / "models"
    models.mkdir()
    for service in SERVICES:
        (models / service).symlink_to(Path(botocore.__file__).parent / "data" / service)
    return models
