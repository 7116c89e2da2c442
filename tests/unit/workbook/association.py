"""A small association in the store, and a workbook of it on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.engine import Connection

from mappings.load import load as load_mapping
from plugin.plans.apply import apply
from plugin.plans.load import load
from plugin.scoring import rescore
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from plugin.workbook.export import member_book
from plugin.workbook.importing import Imported, import_book
from plugin.workbook.layout import KEYS
from plugin.workbook.opened import open_book
from tests.fakes.marks import Noted

START, TODAY = date(2026, 1, 5), date(2026, 6, 1)
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAPPINGS = (load_mapping("salesforce", ("Account",)),)
NAME = "Sample Member 017"


def save(conn: Connection, entity: str, record: UUID | None = None, **values: Any) -> UUID:
    """Write as the CRM would."""
    return records.save(conn, entity, record, values, Origin("Ann", "salesforce", AT, AT))


def member(conn: Connection, name: str = NAME) -> UUID:
    """Make a member on the company's plan, scored."""
    made = save(conn, "member", name=name, kind="organisation", joined_on=START, owner="Sample MSM A")
    apply(conn, Noted(), load("member_company"), [made], START, AT)
    rescore(conn, [made], TODAY)
    return made


def rows(conn: Connection, entity: str) -> list[Any]:
    table = TABLES[entity]
    return list(
        conn.execute(sa.select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.created_at, table.c.id))
    )


def milestone(conn: Connection, name: str) -> Any:
    return next(row for row in rows(conn, "milestone") if row.name == name)


def exported(conn: Connection, folder: Path, members: Sequence[UUID]) -> Path:
    """Write the members' workbook into a folder."""
    file = folder / "book.xlsx"
    file.write_bytes(member_book(conn, MAPPINGS, members, TODAY, AT))
    return file


def cell(book: Workbook, text: str, heading: str, sheet: str = NAME) -> Cell:
    """Return the cell in the row that begins with a text, below a heading."""
    found: Worksheet = book[sheet]
    at = None
    for row in range(1, found.max_row + 1):
        if str(found.cell(row, KEYS).value).startswith("head"):
            at = next((one.column for one in found[row] if one.value == heading), None)
        if found.cell(row, 2).value == text and at:
            return found.cell(row, at)
    raise LookupError(f"no {text!r} with {heading!r}")


def blank(book: Workbook, entity: str, heading: str, sheet: str = NAME) -> Cell:
    """Return the cell of the first empty row for a new record, below a heading."""
    found: Worksheet = book[sheet]
    at = None
    for row in range(1, found.max_row + 1):
        key = str(found.cell(row, KEYS).value)
        if key == f"head|{entity}":
            at = next(one.column for one in found[row] if one.value == heading)
        if key.startswith(f"new|{entity}|") and at:
            return found.cell(row, at)
    raise LookupError(f"no empty row for {entity}")


def back(conn: Connection, book: Workbook, file: Path, marks: Noted | None = None, **how: Any) -> Imported:
    """Save the workbook as an editor would, and import it."""
    book.save(file)
    return import_book(conn, marks or Noted(), MAPPINGS, open_book(file), "Ann", AT, **how)
