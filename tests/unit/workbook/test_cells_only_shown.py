"""An edit that can't become a change is refused by its cell: nothing that somebody wrote is passed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from association import AT, MAPPINGS, NAME, TODAY, back, blank, cell, exported, member, milestone, rows, save
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from sqlalchemy.engine import Connection

from plugin.errors import Problems
from plugin.store.schema import TABLES
from plugin.workbook.layout import KEYS, MEMBERS
from plugin.workbook.portfolio import portfolio_book
from tests.fakes.marks import Noted

FIRST = "Self-assessment handed in"
SECOND = "Quality handbook in use"


def beside(book: Workbook, label: str, column: int = 3, sheet: str = NAME) -> Cell:
    """Return the cell beside a label of the sheet."""
    found = book[sheet]
    at = next(row for row in range(1, found.max_row + 1) if found.cell(row, 2).value == label)
    return found.cell(at, column)


def refusals(conn: Connection, book: Workbook, file: Path) -> dict[str, str]:
    """Import, hold that nothing was changed, and return what was refused by its place."""
    before, marks = {name: rows(conn, name) for name in TABLES}, Noted()
    with pytest.raises(Problems) as refused:
        back(conn, book, file, marks)
    assert ({name: rows(conn, name) for name in TABLES}, marks.pushes) == (before, {})
    assert len({problem.where for problem in refused.value.problems}) == len(refused.value.problems)
    return {problem.where: f"{problem.what}. {problem.fix}" for problem in refused.value.problems}


def test_every_grey_cell_that_was_edited_is_named_with_what_it_said(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    edits = {
        cell(book, FIRST, "Standing"): ("achieved", "Standing is calculated from dated facts. Put back 'late"),
        cell(book, FIRST, "First promised"): (date(2026, 3, 3), "First promised is only shown here. Put back '2026"),
        beside(book, "Score"): (99, "it is only shown here, so an edit changes nothing. Put back "),
        beside(book, "Status"): (None, "Put back 'off course'"),
        beside(book, "In words"): ("=1+1", 'Put back "Off course'),
        beside(book, "Objective", 2): ("Their objective", "Put back 'Objective'"),
        beside(book, "Success Vector", 2): ("Vector", "Put back 'Success Vector'"),
        book[NAME].cell(4, 13): ("call them", "nothing is read from this cell. Empty it"),
        cell(book, FIRST, "Due").offset(0, 7): ("soon", "nothing is read from this cell. Empty it"),
        blank(book, "milestone", "Standing"): ("achieved", "Standing is calculated from dated facts. Empty it"),
        book[NAME].cell(book[NAME].max_row + 3, 2): ("A milestone below", "nothing is read from this cell"),
    }
    for edited, (value, _) in edits.items():
        edited.value = value  # type: ignore[assignment]
    cell(book, SECOND, "Evidence").value = "would be right"
    told = refusals(conn, book, file)
    wanted = {f"'{NAME}'!{edited.coordinate}": said for edited, (_, said) in edits.items()}
    assert told.keys() == wanted.keys()
    assert {place: said for place, said in wanted.items() if said not in told[place]} == {}
    done = back(conn, load_workbook(file), file, partial=True)
    assert [one.field for one in done.changed] == ["evidence_source"]
    assert {problem.where for problem in done.refused} == wanted.keys()


def test_a_field_that_the_mapping_does_not_write_is_refused_by_its_cell(conn: Connection, tmp_path: Path) -> None:
    made = member(conn)
    (goal,) = rows(conn, "desired_outcome")
    save(conn, "desired_outcome", goal.id, objective="long " * 8_000)
    file = exported(conn, tmp_path, [made])
    book = load_workbook(file)
    edited = beside(book, "Objective")
    edited.value = "short"
    told = refusals(conn, book, file)
    assert list(told) == [f"'{NAME}'!{edited.coordinate}"]


def test_the_portfolios_grey_cells_are_held_as_well(conn: Connection, tmp_path: Path) -> None:
    member(conn)
    file = tmp_path / "book.xlsx"
    file.write_bytes(portfolio_book(conn, MAPPINGS, TODAY, AT))
    book, at = load_workbook(file), {one.heading: one.at for one in MEMBERS.columns}
    edits = {
        "Member": ("Another name", "Member is only shown here. Put back 'Sample Member 017'"),
        "Status": ("on course", "Status is calculated from dated facts. Put back 'off course'"),
        "Score": (100, "Score is calculated from dated facts. Put back "),
        "Segment": ("Task Force", "Segment is only shown here. Empty it, and change it in the CRM."),
    }
    for heading, (value, _) in edits.items():
        book["Members"].cell(4, at[heading]).value = value
    book["Members"].cell(4, at["Risk"]).value = "high"
    book["At a glance"]["C5"].value = 7
    told = refusals(conn, book, file)
    wanted = {
        f"'Members'!{book['Members'].cell(4, at[heading]).coordinate}": said for heading, (_, said) in edits.items()
    }
    assert told.keys() == {*wanted, "'At a glance'!C5"}
    assert {place: said for place, said in wanted.items() if said not in told[place]} == {}


@pytest.mark.parametrize("heading", ["Due", "Standing"])
def test_a_heading_that_was_renamed_is_refused(conn: Connection, tmp_path: Path, heading: str) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    sheet, edited = book[NAME], cell(book, FIRST, heading)
    head = next(
        row for row in range(edited.row, 0, -1) if str(sheet.cell(row, KEYS).value) == "head|milestone"
    )  # fmt: skip
    sheet.cell(head, edited.column).value = "When"
    told = refusals(conn, book, file)
    assert told == {
        f"'{NAME}'!{sheet.cell(head, edited.column).coordinate}":
            f"the heading {heading!r} is gone. Put it back, or export anew."
    }  # fmt: skip


def test_columns_that_were_exchanged_with_their_headings_are_read_where_they_stand(
    conn: Connection, tmp_path: Path
) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    sheet = book[NAME]
    one, other = cell(book, FIRST, "Due").column, cell(book, FIRST, "Standing").column
    at = 0
    for row in range(1, sheet.max_row + 1):
        at = {"head|milestone": 1, "end|milestone": 0}.get(str(sheet.cell(row, KEYS).value), at)
        if at:
            left, right = sheet.cell(row, one), sheet.cell(row, other)
            left.value, right.value = right.value, left.value
    cell(book, FIRST, "Due").value = date(2026, 9, 9)
    assert [change.field for change in back(conn, book, file).changed] == ["due_on"]
    assert milestone(conn, FIRST).due_on == date(2026, 9, 9)


def test_a_row_without_its_headings_is_refused(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    sheet = book[NAME]
    head = next(row for row in range(1, sheet.max_row) if sheet.cell(row, KEYS).value == "head|milestone")
    sheet.delete_rows(head)
    told = refusals(conn, book, file)
    count = len(rows(conn, "milestone"))
    assert list(told.values()) == ["the row doesn't stand below its own headings. Put it back, or export anew."] * count


def test_a_row_put_in_between_and_one_from_another_members_workbook_are_refused(
    conn: Connection, tmp_path: Path
) -> None:
    made, other = member(conn), member(conn, "Sample Member 018")
    theirs = load_workbook(exported(conn, tmp_path, [other]))
    file = exported(conn, tmp_path, [made])
    book = load_workbook(file)
    sheet, of_others = book[NAME], theirs["Sample Member 018"]
    first = cell(book, FIRST, "Due").row
    from_other = cell(theirs, FIRST, "Due", "Sample Member 018").row
    for column in range(1, 12):
        sheet.cell(first, column).value = of_others.cell(from_other, column).value
    sheet.insert_rows(first + 2)
    sheet.cell(first + 2, 2).value = "Between"
    told = refusals(conn, book, file)
    assert told == {
        f"'{NAME}'!B{first}": "this row is none of this workbook's. Remove it; export its member to edit it.",
        f"'{NAME}'!B{first + 2}": "this row was put in by hand. Write new ones in the empty rows at the end of the "
        "section; sort and copy nothing into it.",
    }


def test_a_milestone_of_another_member_cannot_be_named(conn: Connection, tmp_path: Path) -> None:
    made, other = member(conn), member(conn, "Sample Member 018")
    elsewhere = next(row for row in rows(conn, "milestone") if row.name == SECOND)
    save(conn, "milestone", elsewhere.id, name="Only theirs")
    of_made = {row.id for row in rows(conn, "desired_outcome") if row.member == made}
    target = other if elsewhere.desired_outcome in of_made else made
    name = {made: NAME, other: "Sample Member 018"}[target]
    file = exported(conn, tmp_path, [target])
    book = load_workbook(file)
    edited = cell(book, "Fill in the self-assessment", "Milestone", name)
    edited.value = "Only theirs"
    told = refusals(conn, book, file)
    assert list(told) == [f"'{name}'!{edited.coordinate}"]
    assert "there is no 'Only theirs' in this plan" in told[f"'{name}'!{edited.coordinate}"]


def test_a_sheet_of_somebodys_own_is_told_once(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    notes = book.create_sheet("Notes")
    for row in range(2, 30):
        notes.cell(row, 2).value = "call them"
    assert refusals(conn, book, file) == {
        "'Notes'!B1": "nothing is read from this sheet: it was not exported. Remove the sheet."
    }


def test_what_was_computed_anew_since_an_older_export_is_no_edit(conn: Connection, tmp_path: Path) -> None:
    made = member(conn)
    file = exported(conn, tmp_path, [made])
    book = load_workbook(file)
    (goal,) = rows(conn, "desired_outcome")
    save(conn, "desired_outcome", goal.id, objective="Theirs, since the export")
    save(conn, "milestone", milestone(conn, SECOND).id, achieved_on=date(2026, 5, 30), name="Handbook in use")
    cell(book, FIRST, "Evidence").value = "Seen"
    done = back(conn, book, file)
    assert ([one.field for one in done.changed], done.held, done.refused) == (["evidence_source"], [], ())
    assert rows(conn, "desired_outcome")[0].objective == "Theirs, since the export"
