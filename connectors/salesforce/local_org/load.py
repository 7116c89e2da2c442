"""Putting many records into an org at once, from a CSV file, past its flows and rules."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import psycopg
from psycopg import sql

from connectors.salesforce.local_org import dml, rows
from connectors.salesforce.local_org.bulk.ingest import values_of
from connectors.salesforce.local_org.checks import missing
from connectors.salesforce.local_org.defaults import defaults_of
from connectors.salesforce.local_org.derived import derive
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.org import Org
from connectors.salesforce.local_org.records import draft
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import REFERENCES
from connectors.salesforce.local_org.work import Work
from plugin.errors import UserError

CHUNK = 5000
Line = Sequence[str]


def load(org: Org, object_name: str, lines: Iterable[str]) -> int:
    """Create a record of every row of a CSV text whose header names fields; returns how many.

    Values are written as in a bulk job: `#N/A` is null. Types, lengths, required fields, uniqueness and lookups are
    checked. Flows, validation and duplicate rules are not run, and no messages are sent. UserError says what is
    wrong and in which row; nothing is kept then.
    """
    reader = csv.reader(lines, strict=True)
    try:
        with org.work() as work:
            definition = _loadable(work, object_name)
            header = _header(definition, reader)
            count = 0
            while chunk := list(islice(reader, CHUNK)):
                _put(work, definition, header, chunk, first=count + 1)
                count += len(chunk)
            _check_lookups(work, definition, header)
    except csv.Error as error:
        raise UserError(f"Line {reader.line_num} is no CSV: {error}. Mend the file and load it again.") from error
    except psycopg.errors.UniqueViolation as error:
        told = error.diag.message_detail or "a unique value comes twice"
        raise UserError(f"{object_name}: {told}. Nothing was loaded.") from error
    return count


def _loadable(work: Work, name: str) -> ObjectDef:
    definition = work.schema.object(name)
    if definition is None or definition.extra.get("kind") or definition.extra.get("setup"):
        raise UserError(f"There is no object {name} whose records could be loaded.")
    if any(field.type == "MasterDetail" for field in definition.fields.values()):
        raise UserError(f"{definition.name} belongs to a master, whose sums would be wrong: use a bulk job.")
    return definition


def _header(definition: ObjectDef, reader: Iterator[list[str]]) -> list[str]:
    header = next(reader, [])
    unknown = [name for name in header if definition.field(name) is None]
    if not header or unknown:
        words = f"{unknown[0]!r} is no field of {definition.name}" if unknown else "the file is empty"
        raise UserError(f"The first line names the fields: {words}.")
    return header


def _put(work: Work, definition: ObjectDef, header: Line, chunk: Sequence[Line], *, first: int) -> None:
    """Write a chunk of rows; `first` is the number of its first row, for messages."""
    defaults = defaults_of(definition)
    changes = []
    for at, (line, record_id) in enumerate(zip(chunk, rows.new_ids(work, definition, len(chunk)), strict=True), first):
        if len(line) != len(header):
            raise UserError(f"Row {at} has {len(line)} values, the header {len(header)}. Nothing was loaded.")
        made = draft(work, definition, values_of(definition, header, line), creating=True)
        if made.error is not None:
            raise _refused(at, made.error)
        made.id = record_id
        changes.append(Change(definition, None, dml.new_row(work, defaults, made)))
    dml.number(work, definition, changes)
    derive(work, changes)
    for at, change in enumerate(changes, first):
        if error := change.error or missing(definition, change.new):
            raise _refused(at, error)
    rows.insert(work, definition, [change.new for change in changes])


def _refused(row: int, error: OrgError) -> UserError:
    return UserError(f"Row {row}: {error.code}: {error.message}. Nothing was loaded.")


def _check_lookups(work: Work, definition: ObjectDef, header: Line) -> None:
    """Refuse the load if a lookup leads nowhere."""
    for name in header:
        field = definition.field(name)
        if field is None or field.type not in REFERENCES:
            continue
        targets = [work.schema.objects[each.lower()] for each in field.reference_to if work.schema.object(each)]
        known = [
            sql.SQL("EXISTS (SELECT 1 FROM {} p WHERE p.id = c.{} AND NOT p.isdeleted)").format(
                table(target.name), sql.Identifier(field.name.lower())
            )
            for target in targets
        ]
        statement = sql.SQL("SELECT c.{0} FROM {1} c WHERE c.{0} IS NOT NULL AND NOT c.isdeleted AND NOT ({2}) LIMIT 1")
        lost = work.conn.execute(
            statement.format(sql.Identifier(field.name.lower()), table(definition.name), sql.SQL(" OR ").join(known))
        ).fetchone()
        if lost:
            raise UserError(f"{field.name}: no record has the id {lost[0]}. Nothing was loaded.")
