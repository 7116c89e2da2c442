"""What people edit in a workbook comes back as changes, is refused by its place, or waits for a person."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from association import AT, MAPPINGS, NAME, back, blank, cell, exported, member, milestone, rows, save
from openpyxl import load_workbook
from sqlalchemy.engine import Connection

from plugin.errors import Problems, UserError
from plugin.store import history, records
from plugin.store.schema import TABLES
from plugin.sync.held import held
from plugin.sync.review import Settlement, settle
from tests.fakes.marks import Noted

FIRST = "Self-assessment handed in"


def everything(conn: Connection) -> dict[str, list[object]]:
    return {name: rows(conn, name) for name in TABLES}


def test_a_workbook_that_nobody_edited_changes_nothing(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    before, marks = everything(conn), Noted()
    done = back(conn, load_workbook(file), file, marks)
    assert (done.changed, done.created, done.held, done.refused, done.removed) == ([], [], [], (), [])
    assert (everything(conn), marks.pushes, marks.scores) == (before, {}, {})


def test_an_edited_cell_becomes_a_change_that_is_scored_and_written(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book, marks = load_workbook(file), Noted()
    cell(book, FIRST, "Achieved").value = date(2026, 5, 20)
    cell(book, FIRST, "Evidence").value = "Seen by the MSM"
    done = back(conn, book, file, marks)
    row = milestone(conn, FIRST)
    assert (row.achieved_on, row.evidence_source) == (date(2026, 5, 20), "Seen by the MSM")
    assert {one.field for one in done.changed} == {"achieved_on", "evidence_source"}
    assert (marks.pushes, marks.scores) == ({"milestone": {row.id}}, {"milestone": {row.id}})
    last = history.last_changes(conn, "milestone", [row.id])[row.id]["achieved_on"]
    assert (last.who, last.source) == ("Ann", "workbook")


def test_lists_and_names_are_read_as_people_write_them(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    cell(book, FIRST, "Type").value = "Opportune "
    cell(book, FIRST, "Inside our offering").value = "No"
    cell(book, FIRST, "Due").value = "2026-07-01"
    cell(book, "Fill in the self-assessment", "Who").value = "us_behind_the_scenes"
    cell(book, "Fill in the self-assessment", "Milestone").value = "certification audit passed"
    back(conn, book, file)
    row = milestone(conn, FIRST)
    assert (row.type, row.inside_offering, row.due_on) == ("opportune", False, date(2026, 7, 1))
    action = next(one for one in rows(conn, "accountability") if one.name == "Fill in the self-assessment")
    assert action.party == "us_behind_the_scenes"
    assert action.milestone == milestone(conn, "Certification audit passed").id


def test_every_refused_cell_is_named_with_what_would_be_right_and_nothing_is_imported(
    conn: Connection, tmp_path: Path
) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    wrong = {
        "Achieved": ("soon", "'soon' is not a date. Write it like 2026-01-31."),
        "Type": ("functionel", "Did you mean functional?"),
        "Weight": ("heavy", "a finite number"),
        "Inside our offering": ("maybe", "Write yes or no."),
        "Evidence": ("=1+1", "'=1+1' is a formula."),
        "Due": (
            datetime(2026, 7, 1, 12, 30),  # noqa: DTZ001 - cells have no zone
            "'2026-07-01 12:30:00' is not a date.",
        ),
    }
    places = {}
    for heading, (value, said) in wrong.items():
        edited = cell(book, FIRST, heading)
        edited.value = value
        places[f"'{NAME}'!{edited.coordinate}"] = said
    cell(book, "Quality handbook in use", "Evidence").value = "would be right"
    before = everything(conn)
    with pytest.raises(Problems) as refused:
        back(conn, book, file)
    told = {problem.where: str(problem) for problem in refused.value.problems}
    assert told.keys() == places.keys()
    assert [place for place, said in places.items() if said not in told[place]] == []
    assert everything(conn) == before
    done = back(conn, load_workbook(file), file, partial=True)
    assert ([one.field for one in done.changed], len(done.refused)) == (["evidence_source"], len(wrong))
    assert milestone(conn, "Quality handbook in use").evidence_source == "would be right"


def test_a_required_cell_cannot_be_emptied(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    cell(book, FIRST, "Type").value = None
    with pytest.raises(Problems, match="it is empty"):
        back(conn, book, file)


def test_what_changed_here_since_the_export_waits_for_a_person(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book, one = load_workbook(file), milestone(conn, FIRST)
    save(conn, "milestone", one.id, achieved_on=date(2026, 5, 19), evidence_source="The portal")
    cell(book, FIRST, "Achieved").value = date(2026, 5, 20)
    done = back(conn, book, file)
    assert [(change.before, change.after) for change in done.held] == [("2026-05-19", "2026-05-20")]
    row = milestone(conn, FIRST)
    assert (row.achieved_on, row.evidence_source) == (date(2026, 5, 19), "The portal")
    (waits,) = held(conn)
    assert (waits.system, waits.field, waits.theirs, waits.ours) == (
        "workbook", "achieved_on", "2026-05-20", "2026-05-19",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("take", "stands"), [("theirs", date(2026, 5, 20)), ("ours", date(2026, 5, 19)), ("value", date(2026, 5, 21))]
)
def test_a_person_settles_what_waits(conn: Connection, tmp_path: Path, take: str, stands: date) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book, one = load_workbook(file), milestone(conn, FIRST)
    save(conn, "milestone", one.id, achieved_on=date(2026, 5, 19))
    cell(book, FIRST, "Achieved").value = date(2026, 5, 20)
    back(conn, book, file)
    (waits,) = held(conn)
    settle(conn, {"salesforce": MAPPINGS[0]}, waits.id, Settlement(take, "2026-05-21", "Ann"), AT)
    assert milestone(conn, FIRST).achieved_on == stands
    assert held(conn) == []


def test_both_sides_making_the_same_change_is_no_conflict(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    save(conn, "milestone", milestone(conn, FIRST).id, achieved_on=date(2026, 5, 20))
    cell(book, FIRST, "Achieved").value = date(2026, 5, 20)
    done = back(conn, book, file)
    assert (done.changed, done.held) == ([], [])


def test_a_new_row_becomes_a_record_once_however_often_it_is_imported(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    for heading, value in {"Milestone": "Second site certified", "Type": "strategic", "Due": date(2026, 12, 1)}.items():
        blank(book, "milestone", heading).value = value
    for heading, value in {"Action": "Book it", "Who": "together", "Milestone": "Second site certified"}.items():
        blank(book, "accountability", heading).value = value
    done = back(conn, book, file)
    assert [entity for entity, _, _ in done.created] == ["milestone", "accountability"]
    made = milestone(conn, "Second site certified")
    assert (made.type, made.due_on, made.first_due_on) == ("strategic", date(2026, 12, 1), date(2026, 12, 1))
    action = next(one for one in rows(conn, "accountability") if one.name == "Book it")
    assert (action.milestone, action.desired_outcome, action.party) == (made.id, made.desired_outcome, "together")
    again = back(conn, load_workbook(file), file)
    assert (again.created, again.changed, again.held) == ([], [], [])


def test_a_new_row_that_lacks_what_it_needs_is_refused(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    written = blank(book, "milestone", "Milestone")
    written.value = "No type"
    with pytest.raises(Problems, match=f"'{NAME}'!{written.coordinate}: a new milestone lacks its type"):
        back(conn, book, file)


def test_a_row_that_is_gone_is_told_and_nothing_is_deleted(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book, one = load_workbook(file), milestone(conn, FIRST)
    book[NAME].delete_rows(cell(book, FIRST, "Due").row)
    done = back(conn, book, file)
    assert done.removed == [("milestone", one.id)]
    assert milestone(conn, FIRST).deleted_at is None


def test_rows_that_were_sorted_still_belong_to_their_records(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    sheet = book[NAME]
    first, second = cell(book, FIRST, "Due").row, cell(book, "Quality handbook in use", "Due").row
    for column in range(1, 12):
        upper, lower = sheet.cell(first, column), sheet.cell(second, column)
        upper.value, lower.value = lower.value, upper.value
    assert back(conn, book, file).changed == []


def test_a_row_that_was_copied_is_refused(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    sheet, row = book[NAME], cell(book, FIRST, "Due").row
    for column in range(1, 12):
        sheet.cell(row + 1, column).value = sheet.cell(row, column).value
    with pytest.raises(Problems, match="this record stands there twice"):
        back(conn, book, file)


def test_a_record_deleted_since_the_export_is_not_brought_back(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    records.delete(conn, "milestone", milestone(conn, FIRST).id, records.Origin("Ann", "salesforce", AT, AT))
    cell(book, FIRST, "Evidence").value = "late"
    with pytest.raises(Problems, match="the record was deleted since the export"):
        back(conn, book, file)


def test_calculated_cells_are_locked_and_what_can_be_edited_is_not(conn: Connection, tmp_path: Path) -> None:
    book = load_workbook(exported(conn, tmp_path, [member(conn)]))
    assert book[NAME].protection.sheet
    assert cell(book, FIRST, "Standing").protection.locked
    assert cell(book, FIRST, "First promised").protection.locked
    assert not cell(book, FIRST, "Due").protection.locked
    assert not blank(book, "milestone", "Type").protection.locked


def test_a_workbook_of_another_origin_is_refused_with_a_sentence(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    del book["_exported"]
    with pytest.raises(UserError, match="doesn't say what was exported"):
        back(conn, book, file)
