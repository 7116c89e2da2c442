"""Text in cells: it comes back byte for byte and is never a formula, and hostile files are refused."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from association import NAME, back, cell, exported, member, milestone, rows, save
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy.engine import Connection

from mappings.convert import OUTER_SPACE
from plugin.domain.entities import ENTITIES
from plugin.errors import UserError
from plugin.workbook.opened import open_book
from plugin.workbook.text import cell_at, decoded, encoded, put_text
from plugin.workbook.values import put, read, unchanged

DANGEROUS = (
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "#N/A",
    "'quoted",
    "_x0041_",
    "TRUE",
)
TEXT = ENTITIES["accountability"].fields["consequence"]
STORED = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=80)


def through_a_file(texts: list[str]) -> list[object]:
    """Write texts into cells, save, open, and return what is read from them."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row, text in enumerate(texts, 1):
        put(cell_at(sheet, row, 1), TEXT, text, {})
    stream = BytesIO()
    book.save(stream)
    opened = load_workbook(BytesIO(stream.getvalue())).worksheets[0]
    cells = [cell_at(opened, row, 1) for row in range(1, len(texts) + 1)]
    assert {one.data_type for one in cells} <= {"s", "n"}
    assert all(unchanged(one, TEXT, text, None) for one, text in zip(cells, texts, strict=True))
    return [read(one, TEXT, {}) for one in cells]


def kept(text: str) -> str | None:
    return text if text.strip(OUTER_SPACE) else None


@given(STORED)
def test_any_text_survives_the_encoding(text: str) -> None:
    assert decoded(encoded(text)) == text


@settings(max_examples=40)
@given(st.lists(STORED, min_size=1, max_size=20))
def test_any_text_comes_back_as_it_went(texts: list[str]) -> None:
    assert through_a_file(texts) == [kept(text) for text in texts]


def test_naughty_strings_come_back_as_they_went(shared_data: Path) -> None:
    texts = json.loads((shared_data / "text" / "blns.json").read_text(encoding="utf-8"))
    assert through_a_file(texts) == [kept(text) for text in texts]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_looks_like_a_formula_is_text_in_the_file(text: str) -> None:
    book = Workbook()
    one = cell_at(book.worksheets[0], 1, 1)
    put_text(one, text)
    stream = BytesIO()
    book.save(stream)
    xml = zipfile.ZipFile(BytesIO(stream.getvalue())).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"inlineStr" in xml
    if text[0] in "=+-@\t\r'":
        assert load_workbook(BytesIO(stream.getvalue())).worksheets[0]["A1"].quotePrefix


def test_dangerous_text_in_the_store_makes_the_round_trip_without_a_change(conn: Connection, tmp_path: Path) -> None:
    made = member(conn, NAME)
    for row, text in zip(rows(conn, "milestone"), DANGEROUS, strict=False):
        save(conn, "milestone", row.id, name=text, evidence_source=text)
    for row, text in zip(rows(conn, "accountability"), DANGEROUS[5:], strict=False):
        save(conn, "accountability", row.id, consequence=text, name=f"{text}\r\nand more")
    (goal,) = rows(conn, "desired_outcome")
    save(conn, "desired_outcome", goal.id, objective="=" * 40_000, baseline=" \n", name="=HYPERLINK(1)")
    file = exported(conn, tmp_path, [made])
    done = back(conn, load_workbook(file), file)
    assert (done.changed, done.created, done.held, done.refused, done.removed) == ([], [], [], (), [])


def test_text_that_begins_like_a_formula_can_be_written_by_people(conn: Connection, tmp_path: Path) -> None:
    file = exported(conn, tmp_path, [member(conn)])
    book = load_workbook(file)
    put_text(cell(book, "Self-assessment handed in", "Evidence"), "=see the portal")
    back(conn, book, file)
    assert milestone(conn, "Self-assessment handed in").evidence_source == "=see the portal"


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


PARTS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
BOMB = b"<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>"
HOSTILE = {
    "no file of ours": (b"name,score\n", "no .xlsx workbook"),
    "another zip": (zipped({"a.txt": b"a"}), "no .xlsx workbook"),
    "a bomb": (zipped({**PARTS, **{f"{place}.xml": bytes(31 * 2**20) for place in range(10)}}), "unpacks to more"),
    "thousands of parts": (zipped({**PARTS, **{f"{place}.xml": b"" for place in range(2_001)}}), "unpacks to more"),
    "entities": (zipped({**PARTS, "xl/sharedStrings.xml": BOMB}), "declares XML entities"),
    "macros": (zipped({**PARTS, "xl/vbaProject.bin": b""}), "holds macros"),
    "damaged": (zipped(PARTS), "is damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    content, said = HOSTILE[name]
    file = tmp_path / "sent.xlsx"
    file.write_bytes(content)
    with pytest.raises(UserError, match=said):
        open_book(file)


def test_a_file_that_is_too_large_or_absent_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "large.xlsx"
    with file.open("wb") as stream:
        stream.truncate(31 * 2**20)
    with pytest.raises(UserError, match="larger than 30 MiB"):
        open_book(file)
    with pytest.raises(UserError, match="can't be read"):
        open_book(tmp_path / "none.xlsx")
