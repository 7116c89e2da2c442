"""`success-vector score` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plugin.cli import main

FACTS = {
    "members": [
        {
            "id": "M1",
            "outcomes": [
                {
                    "id": "o",
                    "starts_on": "2026-01-01",
                    "due_on": "2026-12-31",
                    "milestones": [{"id": "m", "type": "strategic", "due_on": "2026-01-11"}],
                }
            ],
        }
    ]
}


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts of ours.json"
    file.write_text(json.dumps(FACTS), encoding="utf-8")
    return file


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["success-vector", "score", *map(str, words)])
    try:
        main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_json_is_the_exchange_format(
    facts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, facts, "--as-of", "2026-03-04", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["members"][0] == {
        "id": "M1",
        "status": "off_course",
        "reason": None,
        "direction": -1.0,
        "magnitude": 0.5,
        "pace": -0.5,
        "progress": 0.0,
        "score": 9.4,
        "score_low": 9.4,
        "coverage": None,
        "stale": False,
        "success_gap": None,
        "explanation": [{"outcome": "o", "milestone": "m", "kind": "overdue", "value": -0.5}],
    }


def test_without_json_it_is_a_table_in_whole_numbers(
    facts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, facts, "--as-of", "2026-03-04") == 0
    out = capsys.readouterr().out
    assert "M1" in out
    assert "off course" in out
    assert "9.4" not in out


@pytest.mark.parametrize(
    ("content", "as_of", "said"),
    [
        (b'{"members": []}', "2026-02-30", "--as-of 2026-02-30: that is not a date"),
        (b"members", "2026-02-03", "is not JSON"),
        (b"\xff\xfe{", "2026-02-03", "is not text in UTF-8"),
        (None, "2026-02-03", "can't be read: No such file"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_exit_code_1(
    content: bytes | None, as_of: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = tmp_path / "facts.json"
    if content is not None:
        file.write_bytes(content)
    assert run(monkeypatch, file, "--as-of", as_of) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert len(printed.err.strip().splitlines()) == 1


def test_a_missing_day_is_a_usage_error(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, facts) == 2
