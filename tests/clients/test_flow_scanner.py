"""What the flow scanner says of our flows: nothing but what the package's README lists and justifies."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "connectors" / "salesforce" / "package"
FLOWS = PACKAGE / "force-app" / "main" / "default" / "flows"
Finding = tuple[str, str, str]
"""Rule, flow and element."""


def findings(npm: Path, folder: Path) -> set[Finding]:
    """What the scanner finds in the flows of a folder, each of which it must have read."""
    done = subprocess.run(
        ["node", str(Path(__file__).parent / "scan_flows.cjs"), str(folder)],
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(npm / "node_modules")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["scanned"] == len(list(folder.glob("*.flow-meta.xml")))
    return {(one["rule"], one["flow"], one["element"]) for one in told["found"]}


def justified() -> dict[Finding, str]:
    """The README's list: the reason for each finding that stays."""
    section = (PACKAGE / "README.md").read_text().partition("## What the flow scanner says")[2].partition("\n## ")[0]
    rows = [re.findall(r"[^|]+", line) for line in section.splitlines() if line.startswith("| `")]
    return {(rule.strip(" `"), flow.strip(" `"), element.strip(" `")): why.strip() for rule, flow, element, why in rows}


def test_the_scanner_finds_nothing_but_what_is_listed_and_justified(npm_folder: Path) -> None:
    listed = justified()
    assert findings(npm_folder, FLOWS) == set(listed)
    assert all(len(why) > 20 for why in listed.values())


def at_once(flow: Path) -> str:
    """The flow with its asynchronous path made the immediate one: some rules follow that one only."""
    text = re.sub(r">\s+<", "><", flow.read_text())
    return re.sub(r"<scheduledPaths>(<connector>.*?</connector>).*?</scheduledPaths>", r"\1", text)


def test_neither_does_it_where_it_follows_every_path(npm_folder: Path, tmp_path: Path) -> None:
    for flow in FLOWS.glob("*.flow-meta.xml"):
        (tmp_path / flow.name).write_text(at_once(flow))
    assert findings(npm_folder, tmp_path) == set(justified())


NAME = "Success_Vector_Off_Course_Account.flow-meta.xml"
ON = "<booleanValue>true</booleanValue>"
FAULTS = {
    "MissingFaultPath": ("<faultConnector><targetReference>Already_Raised</targetReference></faultConnector>", ""),
    "HardcodedId": (ON, "<stringValue>005Lo000000000AIAQ</stringValue>"),
    "UnconnectedElement": (
        "<targetReference>Note_Problem</targetReference>",
        "<targetReference>Tell</targetReference>",
    ),
    "UnusedVariable": (
        "</Flow>",
        "<variables><name>Forgotten</name><dataType>String</dataType><isCollection>false</isCollection></variables></Flow>",
    ),
}


@pytest.mark.parametrize("rule", list(FAULTS))
def test_a_flow_with_a_fault_is_found(npm_folder: Path, tmp_path: Path, rule: str) -> None:
    old, new = FAULTS[rule]
    text = at_once(FLOWS / NAME)
    assert old in text
    (tmp_path / NAME).write_text(text.replace(old, new, 1))

    assert rule in {found for found, flow, _ in findings(npm_folder, tmp_path) if NAME.startswith(flow)}
