"""Text as a spreadsheet's cell holds it: nothing in it is ever a formula, and it comes back as it went.

The escapes are those of ISO/IEC 29500-1, 22.4.2.4 (ST_Xstring): `_xHHHH_` stands for one UTF-16 unit.
"""

from __future__ import annotations

import re
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767
"""Characters (UTF-16 units) that a cell holds."""
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a program may take for the beginning of a formula, or swallow, when the cell is edited or saved as text."""
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def encoded(text: str) -> str:
    """Return text as the file holds it."""
    return _NOT_IN_XML.sub(lambda one: f"_x{ord(one[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text))


def decoded(text: str) -> str:
    """Return what text of a file says."""
    return _ESCAPE.sub(lambda one: chr(int(one[1], 16)), text)


def fits(text: str) -> bool:
    """Tell whether a cell can hold the text."""
    return len(encoded(text).encode("utf-16-le")) // 2 <= LONGEST


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell that can be written: none of those that a merged one covers."""
    return cast(Cell, sheet.cell(row, column))


def put_text(cell: Cell, text: str) -> None:
    """Write text into a cell as text, whatever it begins with."""
    cell.value = encoded(text)
    # Left to itself the library takes "=1" for a formula and "#N/A" for an error.
    cell.data_type = "s"
    if text.startswith(STARTS):
        cell.quotePrefix = True


def same_text(cell: str, text: str) -> bool:
    """Tell whether a cell still holds the text: programs that saved the file may have changed ends of lines."""
    return any(_lines(one) == _lines(text) for one in (decoded(cell), cell))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
