"""`success-vector workbook` from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from association import NAME, cell, member, milestone
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy.engine import Engine

from plugin.cli.workbook import workbook
from plugin.errors import Problems, UserError

FIRST = "Self-assessment handed in"


@pytest.fixture
def book(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook that the command wrote."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with engine.begin() as conn:
        member(conn)
    file = tmp_path / "plan.xlsx"
    assert run("export", str(file), "--member", NAME, "--as-of", "2026-06-01").exit_code == 0
    return file


def run(*words: str) -> Result:
    return CliRunner().invoke(workbook, words)


def edited(file: Path, heading: str, value: object) -> None:
    opened = load_workbook(file)
    cell(opened, FIRST, heading).value = value  # type: ignore[assignment]
    opened.save(file)


def test_a_preview_says_what_would_be_done_and_changes_nothing(engine: Engine, book: Path) -> None:
    edited(book, "Achieved", date(2026, 5, 20))
    shown = run("import", str(book), "--preview").output
    assert f"'{NAME}'!F" in shown
    assert "achieved_on None becomes '2026-05-20'" in shown
    assert "Nothing was changed; this is what would be. Changed: 1. New: 0. Waiting for a person: 0." in shown
    with engine.begin() as conn:
        assert milestone(conn, FIRST).achieved_on is None


def test_an_import_is_told_as_json_with_every_change(engine: Engine, book: Path) -> None:
    edited(book, "Achieved", date(2026, 5, 20))
    told = json.loads(run("import", str(book), "--json").output)
    assert [(one["field"], one["after"]) for one in told["changed"]] == [("achieved_on", "2026-05-20")]
    assert (told["preview"], told["created"], told["held"], told["refused"], told["removed"]) == (False, [], [], [], [])
    with engine.begin() as conn:
        assert milestone(conn, FIRST).achieved_on == date(2026, 5, 20)


def test_a_refused_import_names_the_cell_and_leaves_everything(engine: Engine, book: Path) -> None:
    edited(book, "Achieved", "soon")
    refused = run("import", str(book)).exception
    assert isinstance(refused, Problems)
    assert "'soon' is not a date. Write it like 2026-01-31." in str(refused)
    with engine.begin() as conn:
        assert milestone(conn, FIRST).achieved_on is None


def test_an_export_is_told_as_json(book: Path) -> None:
    told = json.loads(run("export", str(book), "--member", NAME, "--as-of", "2026-06-01", "--json").output)
    assert told == {"file": str(book), "as_of": "2026-06-01", "members": [NAME]}


def test_the_portfolio_is_written_beside_and_put_in_place(book: Path) -> None:
    file = book.with_name("portfolio.xlsx")
    assert run("export", str(file), "--portfolio").exit_code == 0
    assert load_workbook(file).sheetnames == ["At a glance", "Members", "_exported"]
    assert sorted(one.name for one in book.parent.glob("*.xlsx*")) == ["plan.xlsx", "portfolio.xlsx"]


@pytest.mark.parametrize(
    "words",
    [("export", "a.xlsx"), ("export", "a.xlsx", "--member", NAME, "--portfolio"), ("export", "a.xls", "--portfolio")],
)
def test_a_command_line_that_means_nothing_is_not_understood(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_place_that_cannot_be_written_is_said(book: Path) -> None:
    failed = run("export", str(book.parent / "none" / "a.xlsx"), "--portfolio").exception
    assert isinstance(failed, UserError)
    assert "can't be written" in str(failed)
