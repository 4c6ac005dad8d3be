"""How a function's runtime version is updated, which ministack 1.5.33 cannot be asked.

Source: "PutRuntimeManagementConfig" and "GetRuntimeManagementConfig", AWS Lambda API Reference:
`Auto` unless told otherwise; `Manual` pins the function to the runtime version of an ARN.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator_server.lambda_functions import LAMBDA, LATEST
from local.emulator_server.modelled.service import ModelledService, RefusedCallError
from local.emulator_server.pinned import private

Fields = dict[str, Any]
Request = Mapping[str, Any]
AUTOMATIC: Fields = {"UpdateRuntimeOn": "Auto"}


class RuntimeManagement:
    def __init__(self) -> None:
        self._told: dict[str, Fields] = {}
        self.service = ModelledService(
            "lambda",
            {"GetRuntimeManagementConfig": self._get, "PutRuntimeManagementConfig": self._put},
        )

    def _get(self, request: Request) -> Fields:
        arn = _arn_of(request)
        return self._told.get(arn, AUTOMATIC) | {"FunctionArn": arn}

    def _put(self, request: Request) -> Fields:
        arn = _arn_of(request)
        told = {
            name: request[name]
            for name in ("UpdateRuntimeOn", "RuntimeVersionArn")
            if name in request
        }
        if (told["UpdateRuntimeOn"] == "Manual") is not ("RuntimeVersionArn" in told):
            what = "RuntimeVersionArn goes with UpdateRuntimeOn Manual, and with it only"
            raise RefusedCallError("InvalidParameterValueException", what)
        self._told[arn] = told
        return told | {"FunctionArn": arn}


def _arn_of(request: Request) -> str:
    name, qualifier = private(LAMBDA, "_resolve_name_and_qualifier")(request["FunctionName"])
    qualifier = qualifier or request.get("Qualifier") or LATEST
    arn = str(private(LAMBDA, "_func_arn")(name))
    record = private(LAMBDA, "_functions").get(name)
    if record is None or (qualifier != LATEST and qualifier not in record["versions"]):
        raise RefusedCallError("ResourceNotFoundException", f"Function not found: {arn}")
    return arn if qualifier == LATEST else f"{arn}:{qualifier}"
