"""Cells that are only shown: what stood in them is kept in the file, so that an edit of one is told and not lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from math import isclose
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plugin.workbook.layout import FIRST, KEYS, Column, Section
from plugin.workbook.text import decoded, same_text

Shown = dict[str, dict[int, Any]]
"""What the fixed cells of each row said: by the row's key, then by column."""
Refusal = tuple[Cell, str, str]
"""A cell, what is wrong with it, and the fix."""
LONGEST_QUOTE = 60


def note_fixed(book: Workbook) -> Shown:
    """Return what every locked cell says, and give each row that has none a key."""
    shown: Shown = {}
    for number, sheet in enumerate(book.worksheets):
        for row in range(1, sheet.max_row + 1):
            key = sheet.cell(row, KEYS)
            cells = {cell.column: _plain(cell.value) for cell in _written(sheet, row) if cell.protection.locked}
            if cells and key.value is None:
                key.value = f"text|{number}|{row}"
            if cells and not str(key.value).startswith("head|"):
                shown[str(key.value)] = cells
        sheet.column_dimensions["A"].hidden = True
    return shown


def fixed_edits(
    sheet: Worksheet, row: int, was: Mapping[int, Any], read: Collection[int], columns: Mapping[int, Column]
) -> Iterator[Refusal]:
    """Yield the cells of a row that don't say any more what they said.

    `was` is by column now; those in `read` are read elsewhere; `columns` are those of the section by where they stand.
    """
    for column in sorted({*was, *(cell.column for cell in _written(sheet, row))} - {*read}):
        cell: Any = sheet.cell(row, column)
        before = was.get(column)
        if not _same(cell, before):
            yield cell, *_why(before, columns.get(column))


def unknown_cells(sheet: Worksheet, row: int) -> Iterator[Refusal]:
    """Yield the cells of a row that none of ours stands in."""
    for cell in _written(sheet, row):
        yield cell, *_why(None, None)


def heading_edits(sheet: Worksheet, row: int, section: Section) -> Iterator[Refusal]:
    """Yield the headings of a section that are gone, by where they stood, and those that were put beside."""
    stand = headings(sheet, row)
    for column in section.columns:
        if column.heading.casefold() not in stand:
            cell: Any = sheet.cell(row, column.at)
            yield cell, f"the heading {column.heading!r} is gone", "Put it back, or export anew."
    known = {column.heading.casefold() for column in section.columns}
    gone = {column.at for column in section.columns if column.heading.casefold() not in stand}
    for cell in _written(sheet, row):
        if str(cell.value).strip().casefold() not in known and cell.column not in gone:
            yield cell, f"{_quoted(cell.value)} is no heading of this table", "Remove the column; nothing reads it."


def headings(sheet: Worksheet, row: int) -> dict[str, int]:
    """Return where each heading of a row stands, by its text."""
    return {
        decoded(cell.value).strip().casefold(): cell.column
        for cell in _written(sheet, row)
        if isinstance(cell.value, str)
    }


def _written(sheet: Worksheet, row: int) -> list[Any]:
    """Return the cells of a row, right of its key, that hold anything."""
    return [cell for cell in sheet[row][FIRST - 1 :] if cell.value is not None and str(cell.value).strip()]


def _plain(value: Any) -> Any:
    """Return a cell's value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return decoded(value) if isinstance(value, str) else value


def _same(cell: Cell, before: Any) -> bool:
    now = cell.value
    if isinstance(before, str):
        if isinstance(now, datetime | date):
            return now.isoformat().removesuffix("T00:00:00") == before
        return isinstance(now, str) and cell.data_type != "f" and same_text(now, before)
    if before is None:
        return now is None or not str(now).strip()
    return isinstance(now, int | float) and isclose(now, before, rel_tol=1e-9, abs_tol=1e-9)


def _why(before: Any, column: Column | None) -> tuple[str, str]:
    back = "Empty it" if before is None else f"Put back {_quoted(before)}"
    if column is None:
        if before is None:
            return "nothing is read from this cell", "Empty it, and write into a white cell."
        return "it is only shown here, so an edit changes nothing", f"{back}."
    if column.calculated:
        return f"{column.heading} is calculated from dated facts", f"{back}, and change the facts."
    if column.fixed:
        return f"{column.heading} is only shown here", f"{back}, and change it in the CRM."
    return f"{column.heading} can't be edited here: the mapping doesn't write it, or it is too long for a cell", (
        f"{back}, and change it in the CRM."
    )


def _quoted(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")
