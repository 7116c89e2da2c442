"""Writing rows of a section: headings, values, the hidden key of each row, lists to choose from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from uuid import UUID

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from plugin.domain.entities import Field, Kind
from plugin.workbook import looks
from plugin.workbook.exported import Exported, Was
from plugin.workbook.layout import KEYS, Column, Section
from plugin.workbook.text import cell_at, fits, put_text
from plugin.workbook.values import NO, YES, put, words

LINE = 13.5
"""Points that a line of text takes."""
TALLEST = 160.0


@dataclass
class Writer:
    """A sheet that is being written from top to bottom; `row` is the next free one."""

    sheet: Worksheet
    exported: Exported
    editable: Mapping[str, Collection[str]]
    widths: Mapping[int, float]
    row: int = 1
    lists: dict[tuple[str, ...], DataValidation] = field(default_factory=dict)

    def key(self, *parts: str) -> None:
        """Say in the hidden column what the row is."""
        self.sheet.cell(self.row, KEYS, "|".join(parts))

    def cell(self, column: int, span: int = 1) -> Cell:
        """Return the cell of the row at a column, as wide as so many."""
        if span > 1:
            for beside in range(column + 1, column + span):
                self.sheet.cell(self.row, beside).border = looks.BOX
            self.sheet.merge_cells(
                start_row=self.row, start_column=column, end_row=self.row, end_column=column + span - 1
            )
        return cell_at(self.sheet, self.row, column)

    def text(self, column: int, text: str, look: Callable[[Cell], None], span: int = 1) -> None:
        """Write a text of ours."""
        cell = self.cell(column, span)
        put_text(cell, text)
        look(cell)

    def headings(self, section: Section) -> None:
        """Write the headings of a section's columns."""
        self.key("head", section.entity)
        for column in section.columns:
            self.text(column.at, column.heading, looks.heading, column.span)
        self.sheet.row_dimensions[self.row].height = 30
        self.row += 1

    def record(self, section: Section, record: Any, labels: Mapping[UUID, str], calculated: Mapping[str, Any]) -> None:
        """Write a record's row; `calculated` are the texts of columns that show no field, by heading."""
        self.key("record", section.entity, str(record["id"]))
        tallest = 1.0
        for column in section.columns:
            value = record[column.field] if column.field else calculated[column.heading]
            tallest = max(tallest, self._put(section, column, record["id"], value, labels))
        self.tall(tallest)
        self.row += 1

    def blanks(self, section: Section, goal: UUID, ids: Collection[UUID], labels: Collection[str]) -> None:
        """Write empty rows, each with the id that a new record written there gets, however often it is imported."""
        for one in ids:
            self.key("new", section.entity, str(one))
            self.exported.new[one] = (section.entity, goal)
            for column in section.columns:
                cell, shows = self.cell(column.at, column.span), section.field(column)
                fixed = shows is None or column.fixed or not self._open(section.entity, shows.name)
                looks.body(cell, fixed=fixed)
                if shows is not None and not fixed:
                    cell.number_format = "yyyy-mm-dd" if shows.kind is Kind.DATE else cell.number_format
                    self.choose(cell, shows, labels)
            self.tall(1)
            self.row += 1
        self.key("end", section.entity)

    def value(
        self, cell: Cell, entity: str, record: UUID, shows: Field, value: Any, labels: Mapping[UUID, str]
    ) -> bool:
        """Write a field's value and keep what it was; return whether it may be edited."""
        put(cell, shows, value, labels)
        fixed = not self._open(entity, shows.name) or (isinstance(value, str) and not fits(value))
        looks.body(cell, fixed=fixed)
        if not fixed:
            self.exported.values[entity, record, shows.name] = Was(
                value, labels.get(value) if shows.refers_to else None
            )
            self.choose(cell, shows, list(labels.values()))
        return not fixed

    def choose(self, cell: Cell, shows: Field, labels: Collection[str]) -> None:
        """Let a cell be filled from a list, where its field has one, or only with a date."""
        options = tuple(words(one) for one in shows.choices)
        if shows.kind is Kind.BOOLEAN:
            options = (YES, NO)
        if shows.kind is Kind.DATE:
            self._validated(("date",), cell)
        elif options and len(",".join(options)) <= 255:
            self._validated(options, cell)

    def tall(self, lines: float) -> None:
        """Make the row as high as so many lines."""
        self.sheet.row_dimensions[self.row].height = min(lines * LINE + 5, TALLEST)

    def lines(self, text: Any, column: int, span: int = 1) -> float:
        """Return about how many lines a text takes in a column."""
        width = sum(self.widths.get(one, 12) for one in range(column, column + span))
        return float(sum(max(1, ceil(len(line) * 1.1 / width)) for line in str(text or "").split("\n")))

    def _open(self, entity: str, name: str) -> bool:
        return name in self.editable.get(entity, ())

    def _put(self, section: Section, column: Column, record: UUID, value: Any, labels: Mapping[UUID, str]) -> float:
        cell, shows = self.cell(column.at, column.span), section.field(column)
        if shows is None:
            put_text(cell, value)
            looks.body(cell, fixed=True)
            looks.coloured(cell, str(value).split(" ", maxsplit=1)[0])
        elif column.fixed:
            put(cell, shows, value, labels)
            looks.body(cell, fixed=True)
            if shows.choices and shows.name == "vector_status":
                looks.coloured(cell, value)
        else:
            self.value(cell, section.entity, record, shows, value, labels)
        return self.lines(cell.value, column.at, column.span)

    def _validated(self, options: tuple[str, ...], cell: Cell) -> None:
        if options not in self.lists:
            made = _dates() if options == ("date",) else _list(options)
            self.sheet.add_data_validation(made)
            self.lists[options] = made
        self.lists[options].add(cell)

    def width(self) -> None:
        """Set the columns' widths and hide the keys."""
        for column, width in self.widths.items():
            self.sheet.column_dimensions[get_column_letter(column)].width = width
        self.sheet.column_dimensions[get_column_letter(KEYS)].hidden = True


def _list(options: tuple[str, ...]) -> DataValidation:
    made = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
    made.error, made.errorTitle = "Choose one from the list.", "Not in the list"
    return made


def _dates() -> DataValidation:
    # Programs hold a date as its number of days; 1 is the first of January 1900.
    made = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
    made.error, made.errorTitle = "Write a date like 2026-01-31.", "Not a date"
    return made
