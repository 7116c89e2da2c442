"""What people edited: every cell that no longer shows what was exported, as a change or refused by its place.

Nothing is passed over: an edit of a cell that is only shown, or that is none of ours, is refused by its place too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plugin.domain.entities import ENTITIES
from plugin.errors import Problem
from plugin.workbook.exported import SHEET, Exported, Key
from plugin.workbook.fixed import Refusal, fixed_edits, heading_edits, headings, unknown_cells
from plugin.workbook.layout import FIRST, KEYS, SECTIONS, Section
from plugin.workbook.text import cell_at
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
    section: Section | None = None
    columns: Mapping[int, int] = field(default_factory=dict)
    """Where each column of the section stands now, by where it stood."""

    def read(self) -> None:
        if not any(self.sheet.cell(row, KEYS).value for row in range(1, self.sheet.max_row + 1)):
            self._strange(1, "nothing is read from this sheet: it was not exported", "Remove the sheet.")
            return
        for row in range(1, self.sheet.max_row + 1):
            key = str(self.sheet.cell(row, KEYS).value or "")
            match key.split("|"):
                case ["head", entity] if entity in SECTIONS:
                    self._headings(SECTIONS[entity], row)
                case ["field", of, record, name]:
                    self._kept(row, key, of, record, {name: FIELD_AT})
                case ["record", of, record]:
                    self._kept(row, key, of, record, self._read_columns())
                case ["new", of, record]:
                    self._new(row, of, record)
                case ["end", *_]:
                    self.section, self.columns = None, {}
                    self._all(unknown_cells(self.sheet, row))
                case _ if key in self.exported.shown:
                    self._all(fixed_edits(self.sheet, row, self.exported.shown[key], (), {}))
                case _ if self.section and self._written(row):
                    self._refuse(
                        self._written(row)[0], "this row was put in by hand",
                        "Write new ones in the empty rows at the end of the section; sort and copy nothing into it.",
                    )  # fmt: skip
                case _:
                    self._all(unknown_cells(self.sheet, row))

    def _headings(self, section: Section, row: int) -> None:
        stand = headings(self.sheet, row)
        self.section = section
        self.columns = {
            one.at: stand[one.heading.casefold()] for one in section.columns if one.heading.casefold() in stand
        }
        self._all(heading_edits(self.sheet, row, section))

    def _read_columns(self) -> dict[str, int]:
        """Return where the fields stand that are read, by name."""
        columns = self.section.columns if self.section else ()
        return {
            one.field: self.columns[one.at] for one in columns if one.field and not one.fixed and one.at in self.columns
        }

    def _kept(self, row: int, text: str, entity: str, record: str, columns: Mapping[str, int]) -> None:
        key, read = self._id(record), set[int]()
        if key is None or entity not in ENTITIES or not self.exported.knows(key):
            self._strange(row, "this row is none of this workbook's", "Remove it; export its member to edit it.")
            return
        if text.startswith("record|") and (self.section is None or self.section.entity != entity):
            self._strange(row, "the row doesn't stand below its own headings", "Put it back, or export anew.")
            return
        for name, column in columns.items():
            cell = cell_at(self.sheet, row, column)
            was = self.exported.values.get((entity, key, name))
            if was is None:
                continue
            if (entity, key, name) in self.seen:
                self._refuse(
                    cell, "this record stands there twice", "Remove the copy, and write new ones in empty rows."
                )
                return
            read.add(column)
            self.seen.add((entity, key, name))
            self.found.places.setdefault(key, place_of(self.sheet, cell))
            if not unchanged(cell, ENTITIES[entity].fields[name], was.value, was.label):
                self.found.edits.append(Edit(place_of(self.sheet, cell), entity, key, name, cell, was.value))
        self._fixed(row, text, read)

    def _new(self, row: int, entity: str, record: str) -> None:
        key, written = self._id(record), self._written(row)
        self._fixed(row, "", {*self._read_columns().values()})
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
        for name, column in self._read_columns().items():
            cell = cell_at(self.sheet, row, column)
            if cell.value is not None:
                self.found.edits.append(Edit(place_of(self.sheet, cell), entity, key, name, cell, None, new=True))

    def _fixed(self, row: int, text: str, read: Collection[int]) -> None:
        """Refuse what was edited in the fixed cells of a row of a section, or of a goal."""
        moved, was = self.columns, self.exported.shown.get(text, {})
        now = {moved.get(at, at): value for at, value in was.items() if not self.section or at in moved}
        listed = self.section.columns if self.section else ()
        stand = {moved[one.at]: one for one in listed if one.at in moved}
        # What stands below a heading that is gone is told by the heading.
        untold = {one.at for one in listed if one.at not in moved and one.at not in stand}
        self._all(fixed_edits(self.sheet, row, now, {*read, *untold}, stand))

    def _strange(self, row: int, what: str, fix: str) -> None:
        """Refuse a row as a whole, by its first cell."""
        self._refuse(cell_at(self.sheet, row, FIRST), what, fix)

    def _written(self, row: int) -> list[Cell]:
        cells = [cell_at(self.sheet, row, column) for column in self._read_columns().values()]
        return [one for one in cells if one.value is not None and str(one.value).strip()]

    def _id(self, text: str) -> UUID | None:
        try:
            return UUID(text)
        except ValueError:
            return None

    def _all(self, refusals: Iterable[Refusal]) -> None:
        for cell, what, fix in refusals:
            self._refuse(cell, what, fix)

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
