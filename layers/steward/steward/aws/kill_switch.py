"""The kill switch: one SSM parameter, read before every delete and never kept."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.domain.proof import KillSwitch

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_SAYS = {"off": KillSwitch.OFF, "on": KillSwitch.ON}


def read_kill_switch(client: "SSMClient", parameter_name: str) -> KillSwitch:
    """What the parameter says; UNREAD when it says anything but on and off, or cannot be read."""
    try:
        answer = client.get_parameter(Name=parameter_name)
    except (BotoCoreError, ClientError):
        return KillSwitch.UNREAD
    return kill_switch_of(answer["Parameter"].get("Value", ""))


def kill_switch_of(value: str) -> KillSwitch:
    """What a value of the parameter means."""
    return _SAYS.get(value, KillSwitch.UNREAD)
