"""LibreOffice opens the workbook, shows what was written, and what it saves again still comes home."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from association import AT, MAPPINGS, NAME, TODAY, back, cell, exported, member, milestone, rows, save
from openpyxl import load_workbook
from sqlalchemy.engine import Connection

from plugin.workbook.layout import MEMBERS
from plugin.workbook.portfolio import portfolio_book

PATIENCE = 120
DANGEROUS = ("=1+1", "+1+1", "-1", "@SUM(A1)", '=HYPERLINK("http://127.0.0.1")', "_x0041_")


@pytest.fixture
def soffice(tmp_path: Path) -> list[str]:
    """The command that runs LibreOffice with a profile of its own."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc")
    return [found, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]


def converted(soffice: list[str], file: Path, form: str, folder: Path) -> None:
    command = [*soffice, "--convert-to", form, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def test_libreoffice_shows_every_cell_as_it_was_written(conn: Connection, tmp_path: Path, soffice: list[str]) -> None:
    made = member(conn)
    texts = dict(zip((row.id for row in rows(conn, "milestone")), DANGEROUS, strict=True))
    for record, text in texts.items():
        save(conn, "milestone", record, name=text, evidence_source=f"{text}, in several\nlines")
    file = exported(conn, tmp_path, [made])
    converted(soffice, file, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1", tmp_path)
    (sheet,) = tmp_path.glob("book*.csv")
    with sheet.open(encoding="utf-8", newline="") as stream:
        shown = [[text for text in line[1:] if text] for line in csv.reader(stream)]
    flat = [text for line in shown for text in line]
    assert flat[0] == NAME
    for row in rows(conn, "milestone"):
        (line,) = [one for one in shown if one[:1] == [row.name]]
        assert line[1:4] == [row.type, row.first_due_on.isoformat(), row.due_on.isoformat()]
        assert f"{row.name}, in several\nlines" in line
    assert not [text for text in flat if text.startswith(("#", "Err:"))]


def test_what_libreoffice_saves_again_is_unchanged_and_can_be_edited(
    conn: Connection, tmp_path: Path, soffice: list[str]
) -> None:
    made = member(conn)
    for row, text in zip(rows(conn, "milestone"), DANGEROUS, strict=True):
        save(conn, "milestone", row.id, evidence_source=text, weight=0.1)
    file = exported(conn, tmp_path, [made])
    again = tmp_path / "again"
    converted(soffice, file, "xlsx", again)
    file.write_bytes((again / file.name).read_bytes())
    done = back(conn, load_workbook(file), file)
    assert (done.changed, done.created, done.held, done.refused, done.removed) == ([], [], [], (), [])
    book = load_workbook(file)
    cell(book, "Quality handbook in use", "Achieved").value = date(2026, 5, 30)
    assert [one.field for one in back(conn, book, file).changed] == ["achieved_on"]
    assert milestone(conn, "Quality handbook in use").achieved_on == date(2026, 5, 30)


def test_the_portfolio_opens_and_comes_home_with_an_edit(conn: Connection, tmp_path: Path, soffice: list[str]) -> None:
    names = [f"Sample Member {number:03}" for number in range(1, 5)]
    for name in names:
        member(conn, name)
    file = tmp_path / "book.xlsx"
    file.write_bytes(portfolio_book(conn, MAPPINGS, TODAY, AT))
    converted(soffice, file, "pdf", tmp_path)
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")
    book = load_workbook(file)
    sheet = book["Members"]
    headings = [one.heading for one in MEMBERS.columns]
    assert [sheet.cell(3, column.at).value for column in MEMBERS.columns] == headings
    assert [sheet.cell(row, 2).value for row in range(4, 8)] == names
    assert sheet.cell(4, 6).value == "off course"
    sheet.cell(4, 5).value = "email"
    (change,) = back(conn, book, file).changed
    assert (change.field, change.before, change.after) == ("preferred_channel", None, "email")
