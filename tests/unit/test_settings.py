"""The environment of a function: what is missing or wrong is said at once, by name."""

from datetime import timedelta

import pytest

from steward.settings import (
    BadEnvironment,
    DeliverySettings,
    DigestSettings,
    EventsSettings,
    ExtensionSettings,
    OrganizationMode,
    PlannerSettings,
    ReaperSettings,
    Settings,
    ValidatorSettings,
    WorkerSettings,
)

ENVIRONMENT = {
    "LEDGER_TABLE": "steward-Ledger-1QX7B0",
    "AUDIT_RETENTION_DAYS": "400",
    "MAX_CLOCK_SKEW_MINUTES": "15",
    "UNITS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111111111111/units",
    "REAPS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111111111111/reaps.fifo",
    "APPCONFIG_APPLICATION": "a1b2c3d",
    "APPCONFIG_ENVIRONMENT": "dev",
    "APPCONFIG_PROFILE": "e4f5a6b",
    "ORGANIZATION_MODE": "organization",
    "HUB_ACCOUNT_ID": "111111111111",
    "EXTERNAL_ID": "",
    "READ_ROLE_NAME": "steward-read",
    "TAG_ROLE_NAME": "steward-tag",
    "REAP_ROLE_NAME": "steward-reap",
    "CLOUDFORMATION_ROLE_NAME": "steward-cloudformation",
    "KILL_SWITCH_PARAMETER": "/steward/kill-switch",
    "MAIL_FROM": "steward@example.com",
    "MAIL_CONFIGURATION_SET": "",
    "NOTICES_TOPIC_ARN": "arn:aws:sns:eu-west-1:111111111111:notices",
    "CHAT_TOPIC_ARN": "arn:aws:sns:eu-west-1:111111111111:chat",
    "EXTENSION_URL": "",
    "LINK_KEY_SECRET": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:LinkKey-a1b2c3",
}
ALL = [
    PlannerSettings,
    WorkerSettings,
    ReaperSettings,
    EventsSettings,
    ValidatorSettings,
    DigestSettings,
    DeliverySettings,
    ExtensionSettings,
]
OPTIONAL = {"EXTERNAL_ID", "MAIL_CONFIGURATION_SET", "EXTENSION_URL"}


@pytest.mark.parametrize("settings", ALL, ids=lambda settings: settings.__name__)
def test_a_full_environment_is_read(settings: type[Settings]) -> None:
    assert settings.from_env(ENVIRONMENT | {"PATH": "/usr/bin"})
    assert settings.variables() <= ENVIRONMENT.keys()


@pytest.mark.parametrize("settings", ALL, ids=lambda settings: settings.__name__)
def test_all_that_is_missing_is_named_at_once(settings: type[Settings]) -> None:
    with pytest.raises(BadEnvironment) as caught:
        settings.from_env({})
    said = str(caught.value)
    required = settings.variables() - OPTIONAL
    assert {name for name in required if f"{name}: Field required" not in said} == set()
    assert "template.yaml sets them, so deploy it again" in said


def test_only_what_is_wrong_is_named() -> None:
    wrong = ENVIRONMENT | {"AUDIT_RETENTION_DAYS": "0", "HUB_ACCOUNT_ID": "1234"}
    with pytest.raises(BadEnvironment) as caught:
        WorkerSettings.from_env(wrong)
    said = str(caught.value)
    assert "AUDIT_RETENTION_DAYS: Input should be greater than or equal to 1" in said
    assert "HUB_ACCOUNT_ID: String should match pattern" in said
    assert "READ_ROLE_NAME" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("LEDGER_TABLE", "", id="empty-name"),
        pytest.param("AUDIT_RETENTION_DAYS", "0", id="no-retention"),
        pytest.param("AUDIT_RETENTION_DAYS", "a year", id="no-number"),
        pytest.param("AUDIT_RETENTION_DAYS", "1.5", id="no-whole-number"),
        pytest.param("MAX_CLOCK_SKEW_MINUTES", "-1", id="negative-skew"),
        pytest.param("HUB_ACCOUNT_ID", "12345678901", id="eleven-digits"),
        pytest.param("HUB_ACCOUNT_ID", "1234567890123", id="thirteen-digits"),
        pytest.param("ORGANIZATION_MODE", "alone", id="unknown-mode"),
        pytest.param("REAP_ROLE_NAME", "", id="no-role"),
        pytest.param("KILL_SWITCH_PARAMETER", "", id="no-kill-switch"),
        pytest.param("APPCONFIG_PROFILE", "", id="no-profile"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadEnvironment, match=name):
        ReaperSettings.from_env(ENVIRONMENT | {name: value})


def test_values_have_their_units() -> None:
    read = ReaperSettings.from_env(ENVIRONMENT)
    assert read.audit_retention == timedelta(days=400)
    assert read.max_clock_skew == timedelta(minutes=15)
    assert read.appconfig == ("a1b2c3d", "dev", "e4f5a6b")
    assert read.organization_mode is OrganizationMode.ORGANIZATION


def test_no_skew_at_all_is_allowed() -> None:
    read = WorkerSettings.from_env(ENVIRONMENT | {"MAX_CLOCK_SKEW_MINUTES": "0"})
    assert read.max_clock_skew == timedelta(0)


def test_what_is_optional_may_be_left_out() -> None:
    without = {name: value for name, value in ENVIRONMENT.items() if name not in OPTIONAL}
    assert WorkerSettings.from_env(without).external_id == ""
    assert DigestSettings.from_env(without).mail_configuration_set == ""


def test_the_process_is_asked_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ValidatorSettings.variables():
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadEnvironment, match="LEDGER_TABLE"):
        ValidatorSettings.from_env()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert ValidatorSettings.from_env().ledger_table == "steward-Ledger-1QX7B0"


def test_settings_do_not_change_after_they_were_read() -> None:
    read = ValidatorSettings.from_env(ENVIRONMENT)
    with pytest.raises(ValueError, match="frozen"):
        read.ledger_table = "another"  # type: ignore[misc]  # what is tested
