"""What was exported, kept in the file on a hidden sheet: without it nobody could tell an edit from a change of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plugin.domain.entities import ENTITIES, Field, Kind
from plugin.errors import UserError
from plugin.sync.held import as_json
from plugin.workbook.fixed import Shown, note_fixed

SHEET = "_exported"
SHAPE = "success-vector workbook 2"
PIECE = 30_000
"""Characters of a long value that one cell takes."""

Key = tuple[str, UUID, str]
"""An entity, a record's id and a field."""


@dataclass(frozen=True)
class Was:
    """A value as it was exported; `label` is what the record that it names was called."""

    value: Any
    label: str | None = None


@dataclass
class Exported:
    """The values that were exported, as of when, the goal that each new row would belong to, and the fixed cells."""

    at: datetime
    values: dict[Key, Was] = field(default_factory=dict)
    new: dict[UUID, tuple[str, UUID]] = field(default_factory=dict)
    shown: Shown = field(default_factory=dict)

    def write(self, book: Workbook) -> None:
        """Write everything on a sheet that programs don't show, with what the book's fixed cells say."""
        self.shown = note_fixed(book)
        sheet = book.create_sheet(SHEET)
        sheet.sheet_state = "veryHidden"
        sheet.append([SHAPE, self.at.isoformat()])
        for (entity, record, name), was in self.values.items():
            sheet.append(["value", entity, str(record), name, *_pieces([as_json(was.value), was.label])])
        for record, (entity, goal) in self.new.items():
            sheet.append(["new", entity, str(record), str(goal)])
        for key, cells in self.shown.items():
            sheet.append(["shown", key, None, None, *_pieces(cells)])

    def knows(self, record: UUID) -> bool:
        """Tell whether a record was exported."""
        return record in self._records

    @cached_property
    def _records(self) -> frozenset[UUID]:
        rows = (key.split("|") for key in self.shown)
        fixed = (UUID(record) for kind, _, record, *_ in rows if kind in ("record", "field"))
        return frozenset([*(record for _, record, _ in self.values), *fixed])


def read_exported(book: Workbook) -> Exported:
    """Return what the file says was exported. Raises UserError for a file that isn't an export of ours."""
    try:
        return _read(book[SHEET])
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise UserError(
            "This workbook can't be imported: it doesn't say what was exported. Export it anew with `success-vector "
            "workbook export`, and edit that file; a copy of single sheets or another program's format won't do."
        ) from error


def _pieces(value: Any) -> list[str]:
    text = json.dumps(value)
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _read(sheet: Worksheet) -> Exported:
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    shape, at, *_ = next(rows)
    if shape != SHAPE:
        raise ValueError(shape)
    found = Exported(datetime.fromisoformat(at))
    for kind, entity, record, name, *pieces in rows:
        if kind == "new":
            found.new[UUID(record)] = (str(entity), UUID(name))
        elif kind == "shown":
            cells = json.loads("".join(piece for piece in pieces if piece))
            found.shown[str(entity)] = {int(column): value for column, value in cells.items()}
        elif kind == "value":
            value, label = json.loads("".join(piece for piece in pieces if piece))
            found.values[entity, UUID(record), name] = Was(_typed(ENTITIES[entity].fields[name], value), label)
    return found


def _typed(one: Field, value: Any) -> Any:
    if value is None or one.kind in {Kind.BOOLEAN, Kind.NUMBER, Kind.INTEGER}:
        return value
    if one.kind is Kind.DATE:
        return date.fromisoformat(value)
    return {Kind.MONEY: Decimal, Kind.REFERENCE: UUID}.get(one.kind, str)(value)
