"""What every function of template.yaml must be. A rule returns what breaks it."""

import re

from tests.template.documents import Document, resources

FUNCTION = "AWS::Serverless::Function"
_ASYNCHRONOUS = {"Schedule", "EventBridgeRule"}


def runtime_and_architecture(template: Document) -> list[str]:
    shared = template["Globals"]["Function"]
    wanted = {"Runtime": "python3.13", "Architectures": ["arm64"], "Handler": "app.lambda_handler"}
    broken = [
        f"Globals: {key} is not {value}"
        for key, value in wanted.items()
        if shared.get(key) != value
    ]
    return broken + [
        f"{name}: overrides {key}"
        for name, function in resources(template, FUNCTION).items()
        for key in wanted.keys() & function.keys()
    ]


def own_code_folder(template: Document) -> list[str]:
    return [
        f"{name}: its code is not in its own folder of functions/"
        for name, function in resources(template, FUNCTION).items()
        if function["CodeUri"] != f"functions/{_snake(name.removesuffix('Function'))}"
    ]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def one_layer(template: Document) -> list[str]:
    layers = [
        r for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::LayerVersion"
    ]
    if len(layers) != 1 or template["Globals"]["Function"].get("Layers") != [
        {"Ref": "StewardLayer"}
    ]:
        return ["there is not exactly one layer, used by all functions"]
    built = {"BuildMethod": "python3.13", "BuildArchitecture": "arm64"}
    return (
        []
        if layers[0].get("Metadata") == built
        else ["the layer is not built as the functions run"]
    )


def layer_edits_publish(template: Document) -> list[str]:
    shared = template["Globals"].get("LayerVersion", {})
    return (
        [] if shared.get("PublishLambdaVersion") is True else ["layer edits do not reach aliases"]
    )


def aliases_follow_everything(template: Document) -> list[str]:
    return [
        f"{name}: its alias keeps an old version when only the layer changes"
        for name, function in resources(template, FUNCTION).items()
        if "AutoPublishAlias" in function
        and function.get("AutoPublishAliasAllProperties") is not True
    ]


def aliases_shift_by_parameter(template: Document) -> list[str]:
    return [
        f"{name}: no gradual deployment with alarms that GradualDeployment turns on"
        for name, function in resources(template, FUNCTION).items()
        if "AutoPublishAlias" in function and not _shifts_gradually(function)
    ]


def aliases_are_checked_by_parameter(template: Document) -> list[str]:
    hooks = {
        f"{when}Traffic": {
            "Fn::If": [
                "UsesRolloutHooks",
                f"CodeDeployHook_steward-{name}",
                {"Ref": "AWS::NoValue"},
            ]
        }
        for when, name in (("Pre", "pre"), ("Post", "post"))
    }
    return [
        f"{name}: its new versions are not checked by our own hooks"
        for name, function in resources(template, FUNCTION).items()
        if "AutoPublishAlias" in function
        and function.get("DeploymentPreference", {}).get("Hooks") != hooks
    ]


def _shifts_gradually(function: Document) -> bool:
    preference = function.get("DeploymentPreference", {})
    return (
        preference.get("Enabled") == {"Ref": "GradualDeployment"}
        and preference.get("Type", "AllAtOnce") != "AllAtOnce"
        and bool(preference.get("Alarms"))
    )


def own_log_group(template: Document) -> list[str]:
    kept = {
        name
        for name, group in resources(template, "AWS::Logs::LogGroup").items()
        if group.get("RetentionInDays") == {"Ref": "LogRetentionDays"}
    }
    used = {
        name: function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        for name, function in resources(template, FUNCTION).items()
    }
    return [
        f"{name}: no log group of its own with retention"
        for name, group in used.items()
        if group not in kept or list(used.values()).count(group) > 1
    ]


def dead_letters_for_events(template: Document) -> list[str]:
    broken = []
    for name, function in resources(template, FUNCTION).items():
        events = [e for e in function.get("Events", {}).values() if e["Type"] in _ASYNCHRONOUS]
        if any("DeadLetterConfig" not in event["Properties"] for event in events):
            broken.append(f"{name}: an event that finds no function is lost")
        destinations = function.get("EventInvokeConfig", {}).get("DestinationConfig", {})
        if events and "OnFailure" not in destinations:
            broken.append(f"{name}: an event whose invocation fails is lost")
    return broken


def no_http_api(template: Document) -> list[str]:
    types = [
        event["Type"]
        for f in resources(template, FUNCTION).values()
        for event in f.get("Events", {}).values()
    ]
    types += [resource["Type"] for resource in template["Resources"].values()]
    return [f"{kind}: use a function URL or a REST API" for kind in types if "HttpApi" in kind]


def no_fixed_function_name(template: Document) -> list[str]:
    named = [n for n, f in resources(template, FUNCTION).items() if "FunctionName" in f]
    return [f"{name}: a fixed name forbids a second installation" for name in named]


def own_role(template: Document) -> list[str]:
    """SAM's generated role may write logs anywhere, and its name cannot be trusted by members."""
    roles = {n: f.get("Role") for n, f in resources(template, FUNCTION).items()}
    return [
        f"{name}: no role of its own, of a name that members can trust"
        for name, role in roles.items()
        if role != {"Fn::GetAtt": [name.removesuffix("Function") + "Role", "Arn"]}
    ]
