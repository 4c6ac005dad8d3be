"""What AppConfig may deploy: a refused policy names what is wrong, where, and what to do."""

import base64
import json
from typing import Any

import pytest

from functions.policy_validator import app
from tests.factories import make_lease, make_policy
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import sample

SAMPLE = sample("appconfig_validator")
SCOPE: dict[str, Any] = {"name_patterns": ["feat-*"], "regions": ["eu-west-1"]}


@pytest.fixture
def validator(hub: Hub) -> Function:
    return hub.function(app)


def asked(content: str | bytes) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    return SAMPLE | {"content": base64.b64encode(raw).decode()}


def policy(**changes: Any) -> str:
    document = {"version": 1, "scope": SCOPE, "owners": {"fallback": "platform@example.com"}}
    return json.dumps(document | changes)


def refusal(validator: Function, event: dict[str, Any]) -> str:
    with pytest.raises(Exception, match=r"^the policy is refused: ") as caught:
        validator(event)
    return str(caught.value)


def test_the_sample_policy_is_accepted(hub: Hub, validator: Function) -> None:
    assert validator(SAMPLE) is None
    assert hub.exchange.calls == []  # it only observes, so nothing has to be counted


@pytest.mark.parametrize(
    ("content", "place", "remedy"),
    [
        pytest.param(policy(tyop=1), "tyop:", "Extra inputs are not permitted", id="unknown-key"),
        pytest.param(
            policy(limits={"reaps": 1}), "limits.reaps:", "Extra inputs", id="unknown-nested-key"
        ),
        pytest.param(policy(version=2), "version:", "Input should be 1", id="version"),
        pytest.param(policy(mode="delete"), "mode:", "'observe', 'notify' or 'reap'", id="mode"),
        pytest.param(
            policy(scope=SCOPE | {"name_patterns": ["*"]}),
            "scope.name_patterns.0:",
            "write a pattern like feat-*",
            id="bare-star",
        ),
        pytest.param(
            policy(scope=SCOPE | {"name_patterns": ["feat-*", "[!~]*"]}),
            "scope.name_patterns.1:",
            "write a pattern like feat-*",
            id="everything-in-disguise",
        ),
        pytest.param(
            policy(scope={"regions": ["eu-west-1"]}), "scope:", "give name_patterns", id="nothing"
        ),
        pytest.param(
            policy(scope=SCOPE | {"regions": []}), "scope.regions:", "at least 1", id="no-region"
        ),
        pytest.param(
            policy(notices=["1d", "7d"]), "notices:", "like [7d, 3d, 1d]", id="stages-out-of-order"
        ),
        pytest.param(policy(notices=[7]), "notices.0:", "", id="bare-number"),
        pytest.param(
            policy(minimum_notice="59m"), "policy:", "write at least 1h", id="too-little-notice"
        ),
        pytest.param(
            policy(minimum_notice="2d"), "policy:", "announce earlier", id="last-stage-too-late"
        ),
        pytest.param(
            policy(lease={"ttl": "91d"}), "lease:", "shorten ttl", id="longer-than-a-life"
        ),
        pytest.param(
            policy(windows={"timezone": "Europe/Berln"}),
            "windows.timezone:",
            "write one like Europe/Berlin",
            id="time-zone",
        ),
        pytest.param(
            policy(windows={"hours": "09:00-09:00"}),
            "windows:",
            "write 00:00-24:00",
            id="empty-hours",
        ),
        pytest.param(
            policy(windows={"weekdays": []}), "windows.weekdays:", "at least 1", id="no-weekday"
        ),
        pytest.param(
            policy(windows={"freeze": [{"first": "2026-12-31", "last": "2026-12-01"}]}),
            "windows.freeze.0:",
            "swap first and last",
            id="freeze-backwards",
        ),
        pytest.param(
            policy(windows={"freeze": [{"first": "2026-01-01", "last": "2029-01-01"}]}),
            "windows:",
            "shorten freeze",
            id="always-frozen",
        ),
        pytest.param(
            policy(limits={"reaps_per_sweep": 0}),
            "limits.reaps_per_sweep:",
            "greater than or equal to 1",
            id="cap-of-none",
        ),
        pytest.param(
            policy(owners={"fallback": "nobody"}), "owners.fallback:", "", id="no-address"
        ),
        pytest.param(
            policy(owners={"fallback": "a@example.org", "email_domains": ["example.com"]}),
            "owners:",
            "add its domain",
            id="foreign-fallback",
        ),
        pytest.param("{", "policy:", "Invalid JSON", id="not-json"),
        pytest.param("", "policy:", "Invalid JSON", id="empty"),
        pytest.param("version: 1", "policy:", "Invalid JSON", id="yaml"),
        pytest.param("[]", "policy:", "object", id="a-list"),
        pytest.param("[" * 100_000, "policy:", "Invalid JSON", id="nested-without-end"),
        pytest.param(b"\xff\xfe{}", "no UTF-8 text", "base64", id="not-utf-8"),
    ],
)
def test_a_bad_policy_is_refused_with_place_and_remedy(
    validator: Function, content: str | bytes, place: str, remedy: str
) -> None:
    said = refusal(validator, asked(content))
    assert place in said
    assert remedy in said


def test_all_that_is_wrong_is_said_at_once(validator: Function) -> None:
    said = refusal(validator, asked(policy(tyop=1, mode="kill", windows={"timezone": "Mars"})))
    assert all(place in said for place in ("tyop:", "mode:", "windows.timezone:"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{}", id="not-encoded"),
        pytest.param("e30=\u00e4", id="not-ascii"),
        pytest.param("e30", id="cut-off"),
        pytest.param("e3 0=", id="with-a-blank"),
    ],
)
def test_content_that_is_no_base64_is_refused(validator: Function, content: str) -> None:
    assert "no UTF-8 text in base64" in refusal(validator, SAMPLE | {"content": content})


@pytest.mark.parametrize("content", [None, 7, {"version": 1}, ["e30="]])
def test_an_event_without_content_is_refused(validator: Function, content: object) -> None:
    assert "no content" in refusal(validator, SAMPLE | {"content": content})


def test_another_event_than_appconfigs_is_refused(validator: Function) -> None:
    assert "no content" in refusal(validator, {})


@pytest.mark.parametrize("mode", ["notify", "reap"])
@pytest.mark.parametrize(
    ("limits", "is_refused"),
    [
        pytest.param({"new_leases": 2}, True, id="unacknowledged"),
        pytest.param({"new_leases": 2, "acknowledged_new_leases": 2}, True, id="too-few"),
        pytest.param({"new_leases": 2, "acknowledged_new_leases": 3}, False, id="acknowledged"),
        pytest.param({"new_leases": 3}, False, id="within-the-limit"),
    ],
)
def test_a_policy_that_newly_selects_too_much_needs_an_acknowledgement(
    hub: Hub, validator: Function, mode: str, limits: dict[str, int], is_refused: bool
) -> None:
    wanted = make_policy(mode=mode, limits=limits)
    for name in ("feat-a", "feat-b", "feat-c"):
        hub.save(make_lease(name, selected_by=wanted.scope.fingerprint))
    event = asked(wanted.model_dump_json())
    if is_refused:
        said = refusal(validator, event)
        assert "newly selects 3 stacks" in said
        assert "set limits.acknowledged_new_leases to 3" in said
    else:
        validator(event)


def test_observing_first_needs_no_acknowledgement(hub: Hub, validator: Function) -> None:
    wanted = make_policy(mode="observe", limits={"new_leases": 0})
    hub.save(make_lease(selected_by=wanted.scope.fingerprint))
    validator(asked(wanted.model_dump_json()))


def test_a_count_that_cannot_be_read_accepts_nothing(hub: Hub, validator: Function) -> None:
    hub.exchange.refuse("Query", "InternalServerError")
    with pytest.raises(Exception, match="InternalServerError"):
        validator(asked(make_policy().model_dump_json()))
