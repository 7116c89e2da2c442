"""Opening a file that somebody sent: what is no workbook, or is made to harm, is refused with a sentence."""

from __future__ import annotations

import warnings
import zipfile
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from plugin.errors import UserError

LARGEST = 30 * 2**20
LARGEST_UNPACKED = 300 * 2**20
MOST_PARTS = 2_000
_BLOCK = 2**20
_PARTS = ("[Content_Types].xml", "xl/workbook.xml")


def open_book(path: Path) -> Workbook:
    """Return the workbook in a file, formulas as they are written. Raises UserError."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path.name} is larger than {LARGEST // 2**20} MiB. Export fewer members at a time.")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} can't be read: {error}. Name a readable .xlsx file.") from error
    _check(path.name, content)
    try:
        with warnings.catch_warnings():
            # A date that no calendar has becomes an error cell, which is refused by its place.
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(content), rich_text=False)
    except Exception as error:
        raise UserError(f"{path.name} is damaged: {error}. Save it again as .xlsx, or export it anew.") from error


def _check(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            _check_parts(name, parts)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        zipfile.LargeZipFile,
    ) as error:
        raise UserError(f"{name} is no .xlsx workbook ({error}). Save it as 'Excel workbook (.xlsx)'.") from error


def _check_parts(name: str, parts: zipfile.ZipFile) -> None:
    listed = parts.infolist()
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
        raise UserError(f"{name} unpacks to more than a workbook ever is. It was not opened; export it anew.")
    names = {part.filename for part in listed}
    if not names.issuperset(_PARTS):
        raise UserError(f"{name} is no .xlsx workbook. Save it as 'Excel workbook (.xlsx)'.")
    if any("vbaproject" in part.casefold() for part in names):
        raise UserError(f"{name} holds macros. Save it as 'Excel workbook (.xlsx)', without macros.")
    for part in listed:
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(name, parts, part)


def _check_xml(name: str, parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that declares entities: text that grows as it is read, or that names other files."""
    with parts.open(part) as stream:
        before = b""
        while block := stream.read(_BLOCK):
            if b"<!DOCTYPE" in before + block or b"<!ENTITY" in before + block:
                raise UserError(f"{name} declares XML entities, which no workbook needs. It was not opened.")
            before = block[-16:]
