"""The portfolio's book: one row a member, and the whole at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.engine import Connection

from mappings.model import Mapping
from plugin.charts.plot import Point, portfolio_plot
from plugin.charts.saved import as_png
from plugin.domain.entities import ENTITIES, STATUSES
from plugin.store.members import current_members
from plugin.store.records import load, load_calculated
from plugin.store.schema import TABLES
from plugin.workbook import looks
from plugin.workbook.contents import editable
from plugin.workbook.export import new_book, saved
from plugin.workbook.exported import Exported
from plugin.workbook.layout import MEMBERS
from plugin.workbook.rows import Writer
from plugin.workbook.text import cell_at, put_text
from plugin.workbook.values import words

WIDTHS = {
    2: 34, 3: 18, 4: 18, 5: 16, 6: 14, 7: 8, 8: 8, 9: 16, 10: 58, 11: 52, 12: 12, 13: 12, 14: 12, 15: 32, 16: 12,
    17: 12, 18: 10,
}  # fmt: skip
HEAD = 3
LEGEND = "White cells can be edited and imported again; grey ones are calculated or come from elsewhere."


def portfolio_book(conn: Connection, mappings: Iterable[Mapping], as_of: date, at: datetime) -> bytes:
    """Return a workbook with a row for each current member and a sheet that shows them together."""
    book, exported = new_book(), Exported(at)
    rows = portfolio_rows(conn, as_of)
    _summary(book.create_sheet("At a glance"), rows, as_of)
    writer = Writer(book.create_sheet("Members"), exported, editable(mappings), WIDTHS)
    _members(conn, writer, rows, as_of)
    return saved(book, exported)


def portfolio_rows(conn: Connection, as_of: date) -> list[dict[str, Any]]:
    """Return the current members in order of name, their calculated fields among the others."""
    ids = list(current_members(conn, as_of))
    members, calculated = load(conn, "member", ids), load_calculated(conn, ids)
    nothing = dict.fromkeys(ENTITIES["member"].calculated)
    return [{**nothing, **calculated.get(one, {}), **members[one]} for one in ids]


def _members(conn: Connection, writer: Writer, rows: Sequence[dict[str, Any]], as_of: date) -> None:
    sheet = writer.sheet
    writer.width()
    writer.text(2, "Members", looks.title)
    sheet.row_dimensions[1].height = 27
    writer.row = 2
    writer.text(2, f"As of {as_of.isoformat()}. {LEGEND}", looks.hint)
    writer.row = HEAD
    writer.headings(MEMBERS)
    segment = TABLES["coverage_segment"]
    labels: dict[UUID, str] = {row.id: row.name or "" for row in conn.execute(sa.select(segment))}
    for row in rows:
        writer.record(MEMBERS, row, labels, {})
    writer.key("end", MEMBERS.entity)
    last = max(writer.row - 1, HEAD)
    sheet.auto_filter.ref = f"B{HEAD}:{get_column_letter(MEMBERS.columns[-1].at)}{last}"
    sheet.freeze_panes = f"C{HEAD + 1}"
    looks.printed(sheet, titles=f"{HEAD}:{HEAD}")
    looks.locked(sheet)


def _summary(sheet: Worksheet, rows: Sequence[dict[str, Any]], as_of: date) -> None:
    for column, width in zip("ABC", (3, 30, 12), strict=True):
        sheet.column_dimensions[column].width = width
    head, about = cell_at(sheet, 1, 2), cell_at(sheet, 2, 2)
    put_text(head, "Member Success at a glance")
    looks.title(head)
    sheet.row_dimensions[1].height = 27
    put_text(about, f"{len(rows)} members as of {as_of.isoformat()}.")
    looks.hint(about)
    row = _table(sheet, 4, "Status", [(words(one), n, one) for one, n in _counts(rows, "vector_status", STATUSES)])
    for title, name in (("Needs attention", "intervention_flag"), ("Expansion", "expansion_flag")):
        known = [one for one in ENTITIES["member"].calculated[name].choices if one != "none"]
        row = _table(sheet, row + 1, title, [(words(one), n, "") for one, n in _counts(rows, name, known)])
    points = [
        Point(one["vector_status"], one["direction"], one["magnitude"])
        for one in rows
        if one["direction"] is not None and one["magnitude"] is not None
    ]
    picture = Image(BytesIO(as_png(portfolio_plot(points), dpi=160)))
    picture.width, picture.height = 720, 520
    sheet.add_image(picture, "E4")
    looks.printed(sheet)
    looks.locked(sheet)


def _counts(rows: Sequence[dict[str, Any]], name: str, known: Sequence[str]) -> list[tuple[str, int]]:
    found = Counter(row[name] for row in rows)
    return [(one, found[one]) for one in known]


def _table(sheet: Worksheet, row: int, title: str, lines: Sequence[tuple[str, int, str]]) -> int:
    """Write a table of counts; return the row below it."""
    for column, text in ((2, title), (3, "Members")):
        cell = cell_at(sheet, row, column)
        put_text(cell, text)
        looks.heading(cell)
    for place, (text, number, status) in enumerate(lines, row + 1):
        name, count = cell_at(sheet, place, 2), cell_at(sheet, place, 3)
        count.value = number
        put_text(name, text)
        for cell in (name, count):
            looks.body(cell, fixed=True)
        looks.coloured(name, status)
    return row + len(lines) + 1
