"""Reading the files of a public data set."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from plugin.errors import UserError

GZIP = b"\x1f\x8b"


def text_of(file: Path) -> io.StringIO:
    """Return what stands in a text file, packed with gzip or not. Raises UserError if it can't be read."""
    try:
        content = file.read_bytes()
        return io.StringIO((gzip.decompress(content) if content[:2] == GZIP else content).decode("utf-8-sig"))
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror or error}. Check its name and permissions.") from error
    except (EOFError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is damaged: {error}. Download it again.") from error


def table(folder: Path, name: str, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of `name`.csv or `name`.csv.gz in a folder. Raises UserError if it or a column is not there."""
    found = [folder / f"{name}{end}" for end in (".csv", ".csv.gz") if (folder / f"{name}{end}").is_file()]
    if not found:
        raise UserError(f"{folder} holds no {name}.csv or {name}.csv.gz. Name the folder with the data set's files.")
    reader = csv.DictReader(text_of(found[0]))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise UserError(f"{found[0]} has no column {', '.join(missing)}: is it another file?")
    yield from reader
