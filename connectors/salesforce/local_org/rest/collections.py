"""Collections: up to 200 records in one call, 2,000 when reading by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org import dml, rows
from connectors.salesforce.local_org.calculated import fill
from connectors.salesforce.local_org.deletes import delete
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faulty.rows import spared
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.rest.context import all_or_none, json_object, version, work
from connectors.salesforce.local_org.rest.records import readable_fields, shown_record
from connectors.salesforce.local_org.results import Result, finish
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.work import Work

ROWS = 200
READ_ROWS = 2000
CHUNKS = 10
blueprint = Blueprint("collections", __name__)
Given = dict[str, Any]
Save = Callable[[Work, str, Sequence[Given]], list[Result]]


@blueprint.post("/composite/sobjects")
def create() -> Response:
    """Create up to 200 records."""
    return _save(dml.create)


@blueprint.patch("/composite/sobjects")
def change() -> Response:
    """Change up to 200 records by their ids."""
    return _save(lambda at, name, group: dml.update(at, name, [(_own_id(row), row) for row in group]))


@blueprint.patch("/composite/sobjects/<name>/<field>")
def upsert(name: str, field: str) -> Response:
    """Upsert up to 200 records of one object by an external id."""

    def run(at: Work, _: str, group: Sequence[Given]) -> list[Result]:
        return dml.upsert(at, name, field, [(_key(row, field), row) for row in group])

    return _save(run, created=True)


@blueprint.delete("/composite/sobjects")
def remove() -> Response:
    """Delete up to 200 records."""
    ids = [each for each in request.args.get("ids", "").split(",") if each]
    _check_size(len(ids), ROWS)
    with work() as at:
        wanted = request.args.get("allOrNone", "false").lower() == "true"
        results = finish(at, lambda: spared(ids, lambda some: delete(at, some)), wanted)
    return jsonify([result.body() for result in results])


@blueprint.get("/composite/sobjects/<name>")
def read_few(name: str) -> Response:
    """Return records by ids and fields in the address."""
    return _read(name, request.args.get("ids", "").split(","), request.args.get("fields", "").split(","))


@blueprint.post("/composite/sobjects/<name>")
def read_many(name: str) -> Response:
    """Return up to 2,000 records by ids; null for each that isn't there or that the user may not see."""
    body = json_object()
    ids, fields = body.get("ids"), body.get("fields")
    if not (isinstance(ids, list) and isinstance(fields, list) and all(isinstance(each, str) for each in fields)):
        raise OrgError("JSON_PARSER_ERROR", "ids and fields: two lists of text are expected at [line:1, column:1]")
    return _read(name, ids, fields)


def _read(name: str, ids: Sequence[str], fields: Sequence[str]) -> Response:
    _check_size(len(ids), READ_ROWS)
    with work() as at:
        definition = dml.object_named(at, name)
        asked = readable_fields(at, definition, fields)
        wanted = [_well_formed(each) for each in ids]
        known = rows.read(at, definition, wanted)
        fill(at, definition, known.values(), asked)
        visible = {key for key in seen(at, definition, wanted) if not known[key]["isdeleted"]}
        told = [
            shown_record(at, definition, known[each], fields, version()) if each in visible else None for each in wanted
        ]
    return jsonify(told)


def _well_formed(given: object) -> str:
    normal = normal_id(given) if isinstance(given, str) else None
    if normal is None:
        raise OrgError("MALFORMED_ID", f"malformed id {given}")
    return normal


def _check_size(count: int, most: int) -> None:
    if count > most:
        words = f"record limit reached. cannot submit more than {most} records into this call"
        raise OrgError("EXCEEDED_ID_LIMIT", words)
    if not count:
        raise OrgError("REQUIRED_FIELD_MISSING", "at least one record is expected")


def _save(run: Save, *, created: bool = False) -> Response:
    """Save the request's records, run by run of the same object, with one result a record in order."""
    given = json_object().get("records")
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise OrgError("JSON_PARSER_ERROR", "records: a list of objects is expected at [line:1, column:1]")
    _check_size(len(given), ROWS)
    groups = [(name, list(group)) for name, group in groupby(given, key=_type_of)]
    if len(groups) > CHUNKS:
        raise OrgError(
            "INVALID_INPUT", f"Cannot have more than {CHUNKS} chunks of different object types in one request"
        )
    with work() as at:

        def every() -> list[Result]:
            return [result for name, group in groups for result in _group(run, at, name, group)]

        results = finish(at, every, all_or_none())
    return jsonify([result.body() | ({"created": result.created} if created else {}) for result in results])


def _group(run: Save, at: Work, name: str, group: Sequence[Given]) -> list[Result]:
    try:
        return spared(group, lambda some: run(at, name, some))
    except OrgError as error:
        if error.code not in ("NOT_FOUND", "INVALID_TYPE_FOR_OPERATION"):
            raise
        return [Result(error=error) for _ in group]


def _type_of(row: Given) -> str:
    attributes = row.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise OrgError("INVALID_INPUT", "attributes.type is missing in a record")
    return name


def _own_id(row: Given) -> str:
    return next((str(value) for name, value in row.items() if name.lower() == "id"), "")


def _key(row: Given, field: str) -> Any:
    return next((value for name, value in row.items() if name.lower() == field.lower()), None)
