"""What people edited: every cell that no longer shows what was exported, as a change or refused by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plugin.domain.entities import ENTITIES
from plugin.errors import Problem
from plugin.workbook.exported import SHEET, Exported, Key
from plugin.workbook.layout import KEYS, SECTIONS
from plugin.workbook.text import cell_at, decoded
from plugin.workbook.values import CellRefused, read, unchanged

FIELD_AT = 3
"""The column of a value that stands beside its label."""


@dataclass(frozen=True)
class Edit:
    """A cell that was edited: where it stands, the record and field, what was exported, and what stands there now."""

    place: str
    entity: str
    record: UUID
    name: str
    cell: Cell
    was: Any
    new: bool = False


@dataclass
class Found:
    """Everything that a file holds: edits in the order of the sheets, what was refused, and rows that are gone."""

    edits: list[Edit] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    removed: list[tuple[str, UUID]] = field(default_factory=list)
    places: dict[UUID, str] = field(default_factory=dict)


def edits_of(book: Workbook, exported: Exported) -> Found:
    """Return what was edited in a workbook since it was exported."""
    found, seen = Found(), set[Key]()
    for sheet in book.worksheets:
        if sheet.title != SHEET:
            _Sheet(sheet, exported, found, seen).read()
    missing = {(entity, record) for entity, record, _ in exported.values} - {key[:2] for key in seen}
    found.removed = sorted(missing)
    return found


def place_of(sheet: Worksheet, cell: Cell) -> str:
    """Return a place as people name it: the sheet and the cell."""
    return f"'{sheet.title}'!{cell.coordinate}"


@dataclass
class _Sheet:
    sheet: Worksheet
    exported: Exported
    found: Found
    seen: set[Key]
    columns: Mapping[str, int] = field(default_factory=dict)

    def read(self) -> None:
        entity = ""
        for row in range(1, self.sheet.max_row + 1):
            match str(self.sheet.cell(row, KEYS).value or "").split("|"):
                case ["head", entity] if entity in SECTIONS:
                    self.columns = self._headings(entity, row)
                case ["field", of, record, name]:
                    self._kept(row, of, record, {name: FIELD_AT})
                case ["record", of, record]:
                    self._kept(row, of, record, self.columns)
                case ["new", of, record]:
                    self._new(row, of, record)
                case ["end", *_]:
                    entity, self.columns = "", {}
                case [""] if entity and self._written(row):
                    self._refuse(
                        self._written(row)[0], "this row was put in by hand",
                        "Write new ones in the empty rows at the end of the section; sort and copy nothing into it.",
                    )  # fmt: skip
                case _:
                    pass

    def _headings(self, entity: str, row: int) -> dict[str, int]:
        section = SECTIONS[entity]
        stand = {
            decoded(cell.value).strip().casefold(): cell.column
            for cell in self.sheet[row][KEYS:]
            if isinstance(cell.value, str)
        }
        wanted = [column for column in section.columns if column.field and not column.fixed]
        for column in wanted:
            if column.heading.casefold() not in stand:
                where = cell_at(self.sheet, row, column.at)
                self._refuse(where, f"the heading {column.heading!r} is gone", "Put it back, or export anew.")
        return {
            one.field: stand[one.heading.casefold()] for one in wanted if one.field and one.heading.casefold() in stand
        }

    def _kept(self, row: int, entity: str, record: str, columns: Mapping[str, int]) -> None:
        key = self._id(record)
        for name, column in columns.items():
            cell = cell_at(self.sheet, row, column)
            was = self.exported.values.get((entity, key, name)) if key and entity in ENTITIES else None
            if was is None or key is None:
                continue
            if (entity, key, name) in self.seen:
                self._refuse(
                    cell, "this record stands there twice", "Remove the copy, and write new ones in empty rows."
                )
                return
            self.seen.add((entity, key, name))
            self.found.places.setdefault(key, place_of(self.sheet, cell))
            if not unchanged(cell, ENTITIES[entity].fields[name], was.value, was.label):
                self.found.edits.append(Edit(place_of(self.sheet, cell), entity, key, name, cell, was.value))

    def _new(self, row: int, entity: str, record: str) -> None:
        key, written = self._id(record), self._written(row)
        if not written:
            return
        if key is None or self.exported.new.get(key, ("",))[0] != entity:
            self._refuse(written[0], "nothing says which goal this row belongs to", "Export anew, and write it there.")
            return
        if (entity, key, "") in self.seen:
            self._refuse(written[0], "this row stands there twice", "Remove the copy, and write it in an empty row.")
            return
        self.seen.add((entity, key, ""))
        self.found.places[key] = place_of(self.sheet, cell_at(self.sheet, row, 2))
        for name, column in self.columns.items():
            cell = cell_at(self.sheet, row, column)
            if cell.value is not None:
                self.found.edits.append(Edit(place_of(self.sheet, cell), entity, key, name, cell, None, new=True))

    def _written(self, row: int) -> list[Cell]:
        cells = [cell_at(self.sheet, row, column) for column in self.columns.values()]
        return [one for one in cells if one.value is not None and str(one.value).strip()]

    def _id(self, text: str) -> UUID | None:
        try:
            return UUID(text)
        except ValueError:
            return None

    def _refuse(self, cell: Cell, what: str, fix: str) -> None:
        self.found.refused.append(Problem(place_of(self.sheet, cell), what, fix))


def value_of(edit: Edit, known: Mapping[str, UUID]) -> Any:
    """Return what an edited cell says as one of ours. Raises CellRefused."""
    definition = ENTITIES[edit.entity].fields[edit.name]
    value = read(edit.cell, definition, known)
    if value is None and definition.required:
        raise CellRefused("it is empty", f"A {edit.entity.replace('_', ' ')} needs it. Put it back.")
    return value


Checked = Iterator[tuple[Edit, Any]]
Known = Callable[[Edit], Mapping[str, UUID]]


def values_of(found: Found, known: Known) -> Checked:
    """Yield each edit with its value; what can't stand there is added to what was refused."""
    for edit in found.edits:
        try:
            yield edit, value_of(edit, known(edit))
        except CellRefused as refused:
            found.refused.append(Problem(edit.place, refused.what, refused.fix))
