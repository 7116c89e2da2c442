"""The kinds of CSV that a bulk job may speak."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.salesforce.local_org.errors import OrgError

DELIMITERS = {"COMMA": ",", "TAB": "\t", "SEMICOLON": ";", "PIPE": "|", "CARET": "^", "BACKQUOTE": "`"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


class BadCsv(Exception):
    """The uploaded text can't be read at all; the message says why."""


@dataclass(frozen=True)
class Dialect:
    """Names of a column delimiter and a line ending, as the API has them."""

    column_delimiter: str = "COMMA"
    line_ending: str = "LF"

    @classmethod
    def named(cls, delimiter: object, ending: object) -> Dialect:
        """Return the dialect of these names; None stands for the default."""
        made = cls(str(delimiter or "COMMA"), str(ending or "LF"))
        for name, known in ((made.column_delimiter, DELIMITERS), (made.line_ending, LINE_ENDINGS)):
            if name not in known:
                raise OrgError("API_ERROR", f"{name} is none of {', '.join(known)}")
        return made

    def read(self, content: bytes) -> tuple[list[str], Iterator[list[str]]]:
        """Return the header and the rows of a text. Raises BadCsv, also while the rows are read."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadCsv(f"InvalidBatch : The data is not encoded in UTF-8: {error}") from error
        first = text.partition("\n")[0]
        if first.endswith("\r") is not (self.line_ending == "CRLF") and "\n" in text:
            words = "InvalidBatch : LineEnding is invalid on user data. Current LineEnding setting is"
            raise BadCsv(f"{words} {self.line_ending}")
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[self.column_delimiter], strict=True)
        rows = self._rows(lines)
        header = next(rows, None)
        if not header:
            raise BadCsv("InvalidBatch : The batch has no header row")
        return header, rows

    def write(self, rows: Iterable[Sequence[object]]) -> str:
        """Return rows as CSV, every value in quotes."""
        text = io.StringIO(newline="")
        writer = csv.writer(
            text,
            delimiter=DELIMITERS[self.column_delimiter],
            lineterminator=LINE_ENDINGS[self.line_ending],
            quoting=csv.QUOTE_ALL,
        )
        writer.writerows(rows)
        return text.getvalue()

    def _rows(self, lines: Iterable[list[str]]) -> Iterator[list[str]]:
        """Yield the rows that aren't empty."""
        try:
            yield from (line for line in lines if line)
        except csv.Error as error:
            raise BadCsv(f"InvalidBatch : Failed to parse CSV: {error}") from error
