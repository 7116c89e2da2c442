"""Writing a workbook: a sheet a member, or one book of the portfolio."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.engine import Connection

from mappings.model import Mapping
from plugin.workbook.contents import editable, profiles
from plugin.workbook.exported import Exported
from plugin.workbook.layout import WIDTHS
from plugin.workbook.profile import write_profile
from plugin.workbook.rows import Writer

LONGEST_TITLE = 31
_NOT_IN_A_TITLE = re.compile(r"[\x00-\x1f\[\]:*?/\\]")


def member_book(
    conn: Connection, mappings: Iterable[Mapping], members: Collection[UUID], as_of: date, at: datetime
) -> bytes:
    """Return a workbook with a sheet for each of these members, in order of name."""
    book, exported = new_book(), Exported(at)
    may = editable(mappings)
    for one in profiles(conn, members, as_of):
        sheet = book.create_sheet(title_of(book, one.name))
        write_profile(Writer(sheet, exported, may, WIDTHS), one, as_of)
    return saved(book, exported)


def new_book() -> Workbook:
    """Return a workbook without sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "Success Vector", "Member Success"
    return book


def title_of(book: Workbook, name: str) -> str:
    """Return the title of a member's sheet: its name, as far as a title can hold it, and unlike the others'."""
    clean = _NOT_IN_A_TITLE.sub(" ", name).strip().strip("'") or "Member"
    clean = "".join(one for one in clean if one.isprintable())
    taken, number, title = {one.casefold() for one in book.sheetnames}, 1, clean[:LONGEST_TITLE].strip()
    while title.casefold() in taken or title.casefold() == "history":
        number += 1
        end = f" ({number})"
        title = clean[: LONGEST_TITLE - len(end)].strip() + end
    return title


def saved(book: Workbook, exported: Exported) -> bytes:
    """Return the file, with what was exported in it."""
    exported.write(book)
    first: Worksheet = book.worksheets[0]
    book.active = first
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
