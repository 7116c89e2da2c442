"""One value as a cell shows it, and what a person wrote into a cell as one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from math import isclose
from typing import Any
from uuid import UUID

from openpyxl.cell.cell import Cell

from mappings.convert import ValueRefused
from plugin.domain.entities import Field, Kind
from plugin.domain.exchange_values import day_of, nearest
from plugin.sync.written import written_value
from plugin.workbook.text import decoded, fits, put_text, same_text

FIRST_DAY = date(1900, 3, 1)
"""From here on all spreadsheets count days alike; earlier ones are written as text."""
FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.NUMBER: "General", Kind.MONEY: "#,##0.00", Kind.INTEGER: "0"}
OF_FIELDS = {
    "score": "0.0",
    "score_low": "0.0",
    "direction": "+0.00;-0.00;0.00",
    "magnitude": "0.00",
    "pace": "+0.00;-0.00;0.00",
    "progress": "0%",
}
YES, NO = "yes", "no"
CUT = " … (cut: longer than a cell can be)"

Labels = Mapping[UUID, str]
"""What records are called that a field may name."""


class CellRefused(Exception):
    """What a person wrote can't stand in that cell: `what` is wrong, and the `fix`."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(f"{what}. {fix}")


def words(choice: str) -> str:
    """Return a choice as people read it."""
    return choice.replace("_", " ")


def shown(field: Field, value: Any, labels: Labels) -> str | float | int | date | None:
    """Return what the cell of a value holds: text, a number or a day; None for an empty one."""
    if value is None or value == "":
        return None
    if field.kind is Kind.REFERENCE:
        return labels.get(value)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str):
        return _shown_text(field, value)
    if isinstance(value, date):
        return value if value >= FIRST_DAY else value.isoformat()
    return float(value)


def _shown_text(field: Field, value: str) -> str:
    if field.kind is Kind.CHOICE:
        return words(value)
    return value if fits(value) else value[:10_000] + CUT


def put(cell: Cell, field: Field, value: Any, labels: Labels) -> None:
    """Write a value into a cell, as what it is."""
    one = shown(field, value, labels)
    if isinstance(one, str):
        put_text(cell, one)
    else:
        cell.value = one
    usual = "@" if field.kind in {Kind.TEXT, Kind.LONG_TEXT} else FORMATS.get(field.kind, "General")
    cell.number_format = OF_FIELDS.get(field.name, usual)


def unchanged(cell: Cell, field: Field, value: Any, label: str | None) -> bool:
    """Tell whether a cell still shows a value; `label` is what the record that it names was called."""
    before = label if field.kind is Kind.REFERENCE else shown(field, value, {})
    now = cell.value
    if isinstance(before, str):
        return isinstance(now, str) and cell.data_type != "f" and same_text(now, before)
    if isinstance(before, date):
        return _day(now) == before
    if before is None:
        return now is None or (isinstance(now, str) and not now.strip())
    return isinstance(now, int | float) and isclose(now, before, rel_tol=1e-12)


def read(cell: Cell, field: Field, known: Mapping[str, UUID]) -> Any:
    """Return what a cell says as one of ours; `known` are the records that it may name. Raises CellRefused."""
    written = cell.value
    if cell.data_type == "f":
        raise CellRefused(f"{written!r} is a formula", "Write its result, or put ' before it to have it as text.")
    if cell.data_type == "e":
        raise CellRefused(f"{written} is an error of the spreadsheet", "Write the value itself.")
    if isinstance(written, str):
        written = _text(written)
    if written is None or (isinstance(written, str) and not written.strip()):
        return None
    if field.kind is Kind.REFERENCE:
        return _named(str(written), known)
    if field.kind is Kind.CHOICE:
        return _choice(field, str(written))
    if field.kind is Kind.DATE:
        return _date(written)
    return _plain(field, written)


def _text(written: str) -> str:
    text = decoded(written)
    if "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise CellRefused("it holds characters that are no text", "Write the text anew.")
    return text


def _named(written: str, known: Mapping[str, UUID]) -> UUID:
    by_name = {name.casefold(): one for name, one in known.items()}
    found = by_name.get(written.strip().casefold())
    if found is None:
        near = nearest(written, known)
        raise CellRefused(f"there is no {written.strip()!r} in this plan", f"{near}Choose one from the list.")
    return found


def _choice(field: Field, written: str) -> str:
    said = written.strip().casefold()
    for one in field.choices:
        if said in (one, words(one)):
            return one
    listed = ", ".join(words(one) for one in field.choices)
    near = nearest(said, [words(one) for one in field.choices])
    raise CellRefused(f"{written!r} is not known here", f"{near}It is one of {listed}.")


def _date(written: Any) -> date:
    found = day_of(written.strip()) if isinstance(written, str) else _day(written)
    if found is None:
        raise CellRefused(f"{_quoted(written)} is not a date", "Write it like 2026-01-31.")
    return found


def _day(written: Any) -> date | None:
    if isinstance(written, datetime):
        return written.date() if written.time() == time() else None
    return written if isinstance(written, date) else day_of(written) if isinstance(written, str) else None


def _plain(field: Field, written: Any) -> Any:
    if field.kind in {Kind.TEXT, Kind.LONG_TEXT} and not isinstance(written, str):
        written = written.isoformat() if isinstance(written, date | time) else str(written)
    try:
        return written_value(field, written if isinstance(written, str | int | float | bool) else str(written))
    except ValueRefused as refused:
        fix = "Write yes or no." if field.kind is Kind.BOOLEAN else f"Write {refused.allowed}."
        raise CellRefused(f"{_quoted(written)} can't stand there", fix) from refused


def _quoted(written: Any) -> str:
    text = str(written) if not isinstance(written, datetime) else written.isoformat(" ")
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
