"""Run by .tools/security's Python: policies from standard input through parliament, as JSON."""

import json
import sys

from parliament import analyze_policy_string  # type: ignore[import-not-found]


def main() -> None:
    policies: dict[str, object] = json.load(sys.stdin)
    found = {
        name: [
            {"issue": each.issue, "detail": str(each.detail), "location": str(each.location)}
            for each in analyze_policy_string(json.dumps(policy)).findings
        ]
        for name, policy in policies.items()
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
