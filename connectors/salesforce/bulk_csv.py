"""The CSV that Bulk API 2.0 takes and gives: an empty cell leaves a value as it is, and #N/A empties it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.base import ObjectSchema, Outcome, Scalar, Write, WriteResult
from connectors.salesforce.failures import Fault, row_result
from connectors.salesforce.forms import full_id

NOTHING = "#N/A"
_ERROR = re.compile(r"(?P<code>[A-Z_0-9]+):(?P<message>.*?)(?::(?P<fields>[\w ,.]*))?\s*--\s*", re.DOTALL)


def fits(write: Write) -> bool:
    """Return whether a job can carry the row: #N/A in a text would empty it, \\r would end its line."""
    return not any(isinstance(one, str) and (one == NOTHING or "\r" in one) for one in write.values.values())


def key_of(writes: Sequence[Write], schema: ObjectSchema) -> str | None:
    """Return the unique external id that every row has and no two share, by which their results are told apart."""
    for name, field in schema.fields.items():
        if field.external_id and field.unique:
            values = {write.values.get(name) for write in writes}
            if None not in values and len(values) == len(writes):
                return name
    return None


def as_csv(key: str, writes: Sequence[Write]) -> bytes:
    """Return the rows in UTF-8, lines ending in \\n; the columns are all fields that some row has."""
    names = list(dict.fromkeys(name for write in writes for name in write.values))
    columns = [key, *names] if key == "Id" else names
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    lines.writerow(columns)
    for write in writes:
        given = {**write.values, "Id": write.id} if key == "Id" else write.values
        lines.writerow([_cell(given[name]) if name in given else "" for name in columns])
    return text.getvalue().encode()


def _cell(value: Scalar) -> str:
    if value is None or value == "":
        return NOTHING
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def rows_of(content: bytes, key: str, places: Mapping[str, int]) -> Iterator[int]:
    """Yield the places of the rows in a list of rows."""
    for line in _lines(content):
        if line.get(key) in places:
            yield places[line[key]]


def read_results(
    content: bytes, key: str, places: Mapping[str, int], writes: Sequence[Write]
) -> dict[int, WriteResult]:
    """Return what a list of successful or failed results says, by the places of the rows."""
    found = {}
    for line in _lines(content):
        row = places.get(line.get(key) or line.get("sf__Id") or "")
        if row is None:
            continue
        if "sf__Error" in line:
            found[row] = _refused(line["sf__Error"], writes[row].id)
        else:
            found[row] = WriteResult(Outcome.WRITTEN, full_id(line["sf__Id"]) or line["sf__Id"])
    return found


def _lines(content: bytes) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _refused(text: str, row_id: str | None) -> WriteResult:
    """`CODE:message:Field__c,Other__c --`, as Salesforce writes it."""
    said = _ERROR.fullmatch(text)
    if said is None:
        return replace(row_result([Fault("BULK_ERROR", text)], row_id), id=row_id)
    fields = tuple(name.strip() for name in (said["fields"] or "").split(",") if name.strip())
    return row_result([Fault(said["code"], said["message"], fields)], row_id)
