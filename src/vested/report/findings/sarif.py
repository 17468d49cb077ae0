"""SARIF 2.1.0 (OASIS): results for code scanning."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import vested
from vested.report.findings import Finding
from vested.report.text import harmless

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def write(
    title: str, checked: Sequence[str], findings: Sequence[Finding], rules: Mapping[str, str]
) -> bytes:
    """One run; each finding is an error in the first line of its file."""
    driver = {
        "name": "vested",
        "version": vested.__version__,
        "rules": [
            {"id": name, "name": name, "shortDescription": {"text": sentence}}
            for name, sentence in rules.items()
        ],
    }
    results = [
        {
            "ruleId": each.rule,
            "level": "error",
            "message": {"text": f"{harmless(each.of)}: {harmless(each.message)}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(each.file)},
                        "region": {"startLine": 1},
                    }
                }
            ],
        }
        for each in findings
    ]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"{title}/"},
                "results": results,
            }
        ],
    }
    return (json.dumps(log, indent=2, ensure_ascii=False) + "\n").encode()
