"""The worked cases with their answers, made by the definition's authors."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from plugin.domain.exchange import read_members, write_vectors
from plugin.domain.success_vector import score


def test_every_worked_case_comes_out_exactly(shared_data: Path) -> None:
    cases = json.loads((shared_data / "vector_examples.json").read_text(encoding="utf-8"))
    members = read_members(json.dumps(cases["input"]))
    assert cases["answers"]
    for expected in cases["answers"]:
        as_of = date.fromisoformat(expected["as_of"])
        assert write_vectors(score(members, as_of), as_of) == expected["answer"], as_of
