"""A member's sheet: where it stands and why, its goals with milestones and accountabilities, and how it went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.legend import Legend
from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet

from plugin.charts.arrow import arrow
from plugin.charts.saved import as_png
from plugin.domain.entities import ENTITIES, Field
from plugin.workbook import looks
from plugin.workbook.contents import Goal, Profile
from plugin.workbook.layout import ACCOUNTABILITIES, GOAL, MILESTONES, REQUIREMENTS, Section
from plugin.workbook.rows import Writer
from plugin.workbook.text import cell_at, put_text
from plugin.workbook.values import put, words

CALCULATED = ENTITIES["member"].calculated
FACTS = (
    ("Status", "vector_status"),
    ("Score", "score"),
    ("Cautious score", "score_low"),
    ("Direction", "direction"),
    ("Magnitude", "magnitude"),
    ("Pace", "pace"),
    ("Progress", "progress"),
    ("Needs attention", "intervention_flag"),
    ("Next step", "next_step"),
    ("Expansion", "expansion_flag"),
    ("Advocacy", "advocacy_flag"),
    ("Scored as of", "scored_as_of"),
)
LEGEND = (
    "White cells can be edited and imported again; grey ones are calculated or come from elsewhere. New milestones and "
    "accountabilities go into the empty rows."
)
MOST_TERMS = 12


def write_profile(writer: Writer, profile: Profile, as_of: date) -> None:
    """Write a member's sheet from top to bottom."""
    sheet = writer.sheet
    writer.width()
    writer.text(2, profile.name or "(no name)", looks.title)
    sheet.row_dimensions[writer.row].height = 27
    writer.row += 1
    owner = f"looked after by {profile.owner}" if profile.owner else "nobody looks after it"
    writer.text(2, f"{profile.segment or 'No segment'}, {owner}. As of {as_of.isoformat()}. {LEGEND}", looks.hint)
    writer.row += 1
    sheet.freeze_panes = f"C{writer.row}"
    _vector(writer, profile)
    for goal in profile.goals:
        _goal(writer, goal, as_of)
    if not profile.goals:
        writer.row += 1
        writer.text(2, "There is no open Desired Outcome. Apply a plan template, or write one in the CRM.", looks.hint)
    _trend(writer, profile)
    looks.printed(sheet, titles="1:2")
    looks.locked(sheet)


def _vector(writer: Writer, profile: Profile) -> None:
    writer.row += 1
    writer.text(2, "Success Vector", looks.subtitle)
    writer.row += 1
    first, known = writer.row, profile.calculated
    for label, name in FACTS:
        writer.text(2, label, looks.label)
        _fixed(writer, 3, 3, CALCULATED[name], known.get(name))
        writer.tall(writer.lines(known.get(name), 3, 3))
        writer.row += 1
    _picture(writer.sheet, profile, f"G{first}")
    writer.text(2, "In words", looks.label)
    _fixed(writer, 3, 9, CALCULATED["explanation"], known.get("explanation"))
    writer.tall(writer.lines(known.get("explanation"), 3, 9))
    writer.row += 1
    _why(writer, known)


def _fixed(writer: Writer, column: int, span: int, shows: Field, value: Any) -> None:
    cell = writer.cell(column, span)
    put(cell, shows, value, {})
    looks.body(cell, fixed=True)
    if shows.name == "vector_status":
        looks.coloured(cell, value)


def _picture(sheet: Worksheet, profile: Profile, at: str) -> None:
    known = profile.calculated
    drawn = arrow(
        profile.name, known.get("vector_status") or "no_goal", known.get("direction"), known.get("magnitude"),
        known.get("score"),
    )  # fmt: skip
    picture = Image(BytesIO(as_png(drawn, dpi=200)))
    picture.width, picture.height = 478, 280
    sheet.add_image(picture, at)


def _why(writer: Writer, known: Any) -> None:
    """List the terms behind the vector: what moved it, and by how much."""
    terms = json.loads(known.get("vector_terms") or '{"terms": []}')["terms"][:MOST_TERMS]
    if not terms:
        return
    writer.row += 1
    writer.text(2, "What moved it", looks.heading, 8)
    writer.text(10, "By", looks.heading)
    writer.row += 1
    for term in terms:
        said = f"{words(term['kind'])}: {term['why'] or term['what']}"
        writer.text(2, said, lambda cell: looks.body(cell, fixed=True), 8)
        cell = writer.cell(10)
        cell.value, cell.number_format = term["value"], "+0.000;-0.000"
        looks.body(cell, fixed=True)
        writer.tall(writer.lines(said, 2, 8))
        writer.row += 1


def _goal(writer: Writer, goal: Goal, as_of: date) -> None:
    fields = ENTITIES["desired_outcome"].fields
    writer.row += 1
    writer.text(2, f"Desired Outcome: {goal.row.name or 'without a name'}", looks.subtitle)
    writer.row += 1
    for label, name in GOAL:
        writer.key("field", "desired_outcome", str(goal.row.id), name)
        writer.text(2, label, looks.label)
        value = getattr(goal.row, name)
        cell = writer.cell(3, 9)
        writer.value(cell, "desired_outcome", goal.row.id, fields[name], value, {})
        writer.tall(writer.lines(value, 3, 9))
        writer.row += 1
    _sections(writer, goal, as_of)


def _sections(writer: Writer, goal: Goal, as_of: date) -> None:
    labels = goal.labels
    told: tuple[tuple[Section, Sequence[Any], Callable[[Any], dict[str, str]]], ...] = (
        (REQUIREMENTS, goal.requirements, lambda row: {"Last assessed": _assessed(goal, row)}),
        (MILESTONES, goal.milestones, lambda row: {"Standing": _standing(row.achieved_on, row, as_of)}),
        (ACCOUNTABILITIES, goal.accountabilities, lambda row: {"Standing": _action(row, as_of)}),
    )
    for section, rows, calculated in told:
        writer.row += 1
        writer.text(2, section.title, looks.subtitle)
        writer.row += 1
        writer.headings(section)
        for row in rows:
            writer.record(section, row._mapping, labels, calculated(row))
        writer.blanks(section, goal.row.id, [uuid4() for _ in range(section.blank)], list(labels.values()))


def _assessed(goal: Goal, row: Any) -> str:
    day, state = goal.assessed.get(row.id, (None, "not yet"))
    return f"{state}, {day.isoformat()}" if day else state


def _standing(done_on: date | None, row: Any, as_of: date) -> str:
    undone = row.reversed_on is not None and done_on is not None and row.reversed_on >= done_on
    if done_on is not None and not undone:
        return "achieved"
    return _open_or_late(row.due_on, as_of)


def _action(row: Any, as_of: date) -> str:
    if row.done_on is not None:
        return "done"
    said = _open_or_late(row.due_on, as_of)
    return said if row.agreed_on else f"{said}, not agreed yet"


def _open_or_late(due_on: date | None, as_of: date) -> str:
    return f"late by {(as_of - due_on).days} days" if due_on is not None and due_on < as_of else "open"


def _trend(writer: Writer, profile: Profile) -> None:
    if not profile.snapshots:
        return
    writer.row += 2
    writer.text(2, "How it went", looks.subtitle)
    writer.row += 1
    head = writer.row
    for column, text in enumerate(("Day", "Score", "Cautious score", "Status"), 2):
        writer.text(column, text, looks.heading)
    writer.row += 1
    for column, values in _history(profile.snapshots):
        for row, value in enumerate(values, writer.row):
            cell = cell_at(writer.sheet, row, column)
            if isinstance(value, str):
                put_text(cell, words(value))
            else:
                cell.value = value
            looks.body(cell, fixed=True)
            cell.number_format = "yyyy-mm-dd" if column == 2 else "0.0"
            looks.coloured(cell, value if column == 5 else None)
    last = writer.row + len(profile.snapshots) - 1
    writer.sheet.add_chart(_chart(writer.sheet, head, last), f"G{head}")
    writer.row = max(last + 1, head + 15)


def _history(snapshots: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
    for column, name in enumerate(("taken_on", "score", "score_low", "status"), 2):
        yield column, [getattr(one, name) for one in snapshots]


def _chart(sheet: Worksheet, head: int, last: int) -> LineChart:
    chart = LineChart()
    chart.title, chart.height, chart.width = "Score, and the cautious score", 7, 17
    chart.add_data(Reference(sheet, min_col=3, max_col=4, min_row=head, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=head + 1, max_row=last))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 100
    chart.x_axis.number_format, chart.y_axis.number_format = "yyyy-mm-dd", "0"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend = Legend(legendPos="b")
    for series, colour, dash in zip(chart.series, (looks.BLUE, "D55E00"), ("solid", "dash"), strict=True):
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.prstDash = dash
        series.graphicalProperties.line.width = 25_000
        series.smooth = False
        series.marker.symbol = "circle"
        series.marker.graphicalProperties.solidFill = colour
        series.marker.graphicalProperties.line.solidFill = colour
    return chart
