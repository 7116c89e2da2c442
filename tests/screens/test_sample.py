"""The members in the screens' tests and pictures: their figures are what the definition gives for their facts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sample_scores

HERE = Path(__file__).parent
TERMS = HERE.parents[1] / "connectors/salesforce/package/force-app/main/default/lwc/svTerms/terms.js"

FIGURES = (
    "Vector_Status__c",
    "Success_Score__c",
    "Success_Score_Low__c",
    "Vector_Direction__c",
    "Vector_Magnitude__c",
    "Vector_Pace__c",
    "Success_Progress__c",
    "Success_Gap__c",
    "Facts_Stale__c",
)


def node(script: str, given: str = "") -> Any:
    """Return what a script of node's prints as JSON."""
    asked = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(asked, input=given, capture_output=True, text=True, check=False, cwd=HERE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    """Return what Success Vector says about the sample's facts today."""
    return sample_scores.scores()


def test_every_figure_on_the_sample_pages_is_what_the_definition_gives(now: dict[str, Any]) -> None:
    kept = node("import { SCORES } from './sample/scores.js'; console.log(JSON.stringify(SCORES));")

    assert kept.keys() == now.keys()
    for name, case in now.items():
        assert {field: kept[name]["fields"][field] for field in FIGURES} == {
            field: case["fields"][field] for field in FIGURES
        }
        assert kept[name]["trend"] == [list(row) for row in case["trend"]]


def test_the_sample_shows_every_status_that_it_is_named_for(now: dict[str, Any]) -> None:
    said = {name: case["fields"]["Vector_Status__c"] for name, case in now.items()}

    assert said["offCourse"] == "Off course"
    assert said["onCourse"] == said["expansionReady"] == "On course"
    assert now["expansionReady"]["fields"]["Expansion_Flag__c"] == "Ready"
    assert now["gapOpen"]["fields"]["Success_Gap__c"] == "Open"
    assert now["stale"]["fields"]["Facts_Stale__c"] is True
    assert said["arrived"] == "Arrived"
    assert said["noGoal"] == "No goal"


def test_the_screen_reads_the_terms_as_the_service_writes_them(now: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "terms.mjs").write_text(TERMS.read_text())
    texts = [text for case in now.values() if (text := case["fields"]["Vector_Terms__c"])]
    read = node(
        f"import {{ termsOf }} from '{(tmp_path / 'terms.mjs').as_uri()}'; import {{ readFileSync }} from 'node:fs';"
        "console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(termsOf)));",
        json.dumps(texts),
    )

    assert len(texts) > 3
    for text, parts in zip(texts, read, strict=True):
        written = json.loads(text)
        assert parts is not None
        assert parts["terms"] == written["terms"]
        assert (parts["toward"], parts["away"], parts["net"]) == (written["toward"], written["away"], written["net"])
        assert parts["leftOut"] == written["left_out"]
