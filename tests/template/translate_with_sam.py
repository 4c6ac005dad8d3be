"""Run by the SAM CLI's own Python: a template from stdin, its resources to stdout."""

import json
import sys

from samtranslator.translator.transform import transform  # type: ignore[import-not-found]


class _NoManagedPolicies:
    """Stands in for the list of AWS managed policies, which the app names none of."""

    def load(self) -> dict[str, str]:
        return {}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    translated = transform(asked["template"], asked["parameters"], _NoManagedPolicies())
    json.dump(translated["Resources"], sys.stdout)
