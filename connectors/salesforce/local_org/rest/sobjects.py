"""Single records and describes: /sobjects and what lies below."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org import dml, rows
from connectors.salesforce.local_org.deletes import delete
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.records import external_id_field, find_by_field
from connectors.salesforce.local_org.rest.context import json_object, version, work
from connectors.salesforce.local_org.rest.describe import describe_short, describe_whole
from connectors.salesforce.local_org.rest.records import whole_record
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.work import Work

blueprint = Blueprint("sobjects", __name__)
Answer = Response | tuple[Response, int]


@blueprint.get("/sobjects", strict_slashes=False)
def everything() -> Answer:
    """Return the global describe: every object that the user may see; 304 when it hasn't changed since."""
    with work() as at:
        if _described_before(at):
            return Response(status=304), 304
        visible = [each for each in at.schema.objects.values() if at.access.can(each, "read")]
        told = [describe_short(at, each, version()) for each in sorted(visible, key=lambda each: each.name)]
    return _dated(jsonify({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": told}), at)


@blueprint.get("/sobjects/<name>", strict_slashes=False)
def basics(name: str) -> Answer:
    """Return the short describe of one object; the recently used records that go with it aren't kept."""
    with work() as at:
        return jsonify({"objectDescribe": describe_short(at, dml.object_named(at, name), version()), "recentItems": []})


@blueprint.get("/sobjects/<name>/describe", strict_slashes=False)
def describe(name: str) -> Answer:
    """Return the whole describe of an object; 304 when it hasn't changed since."""
    with work() as at:
        definition = dml.object_named(at, name)
        if _described_before(at):
            return Response(status=304), 304
        return _dated(jsonify(describe_whole(at, definition, version())), at)


def _described_before(at: Work) -> bool:
    """Whether the caller has what a describe tells now: neither metadata nor permissions have changed since."""
    since = _moment("If-Modified-Since")
    return since is not None and at.org.described_since <= since


def _dated(response: Response, at: Work) -> Response:
    response.headers["Last-Modified"] = format_datetime(at.org.described_since, usegmt=True)
    return response


@blueprint.post("/sobjects/<name>", strict_slashes=False)
def create(name: str) -> Answer:
    """Create a record."""
    body = json_object()
    with work() as at:
        made = _sole(dml.create(at, name, [body]))
    return jsonify({"id": made.id, "success": True, "errors": []}), 201


@blueprint.get("/sobjects/<name>/<record_id>")
def read(name: str, record_id: str) -> Answer:
    """Return a record: the fields asked for, or all that the user may see; 304 when it hasn't changed since."""
    with work() as at:
        definition, row = _row(at, name, record_id)
        _no_tags()
        since = _moment("If-Modified-Since")
        if since is not None and row["lastmodifieddate"] <= since:
            return Response(status=304), 304
        wanted = request.args.get("fields")
        return jsonify(whole_record(at, definition, row, wanted.split(",") if wanted else None, version()))


@blueprint.patch("/sobjects/<name>/<record_id>")
def change(name: str, record_id: str) -> Answer:
    """Change a record; 412 when it has changed since the moment that the caller names."""
    body = json_object()
    with work() as at:
        definition, row = _row(at, name, record_id, lock=True)
        _unmodified(row)
        _sole(dml.update(at, definition.name, [(row["id"], body)]))
    return Response(status=204), 204


@blueprint.delete("/sobjects/<name>/<record_id>")
def remove(name: str, record_id: str) -> Answer:
    """Delete a record; Salesforce heeds no condition in the headers of a DELETE, so neither does this."""
    with work() as at:
        _, row = _row(at, name, record_id, lock=True)
        _sole(delete(at, [row["id"]]))
    return Response(status=204), 204


@blueprint.get("/sobjects/<name>/<field>/<path:value>")
def read_by_field(name: str, field: str, value: str) -> Answer:
    """Return the record whose external id has the value; 300 with all their addresses when several have."""
    with work() as at:
        definition = dml.object_named(at, name)
        ids = _found(at, definition, field, value)
        if len(ids) > 1:
            return _choices(definition, ids)
        row = rows.read(at, definition, ids)[ids[0]]
        return jsonify(whole_record(at, definition, row, None, version()))


@blueprint.delete("/sobjects/<name>/<field>/<path:value>")
def remove_by_field(name: str, field: str, value: str) -> Answer:
    """Delete the record whose external id has the value; 300 with all their addresses when several have."""
    with work() as at:
        definition = dml.object_named(at, name)
        ids = _found(at, definition, field, value)
        if len(ids) > 1:
            return _choices(definition, ids)
        _sole(delete(at, ids))
    return Response(status=204), 204


@blueprint.patch("/sobjects/<name>/<field>/<path:value>")
def upsert(name: str, field: str, value: str) -> Answer:
    """Change the record whose external id has the value, or create it; 300 when several have."""
    body = json_object()
    with work() as at:
        definition = dml.object_named(at, name)
        ids = _ids(at, definition, field, value)
        if len(ids) > 1:
            return _choices(definition, ids)
        if ids:
            _unmodified(rows.read(at, definition, ids, lock=True)[ids[0]])
        made = _sole(dml.upsert(at, definition.name, field, [(value, body)]))
    return jsonify(
        {"id": made.id, "success": True, "errors": [], "created": made.created}
    ), 201 if made.created else 200


def _ids(at: Work, definition: ObjectDef, field: str, value: str) -> list[str]:
    found = find_by_field(at, definition, external_id_field(at, definition, field), [value])
    return next(iter(found.values()), [])


def _found(at: Work, definition: ObjectDef, field: str, value: str) -> list[str]:
    ids = _ids(at, definition, field, value)
    if not ids:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return ids


def _choices(definition: ObjectDef, ids: list[str]) -> Answer:
    return jsonify([f"/services/data/v{version()}/sobjects/{definition.name}/{each}" for each in ids]), 300


def _row(at: Work, name: str, record_id: str, *, lock: bool = False) -> tuple[ObjectDef, dict[str, Any]]:
    """Return an existing, living record; one that isn't there is NOT_FOUND."""
    definition = dml.object_named(at, name)
    normal = normal_id(record_id)
    if normal is None or not normal.startswith(definition.key_prefix):
        words = f"Provided external ID field does not exist or is not accessible: {record_id}"
        raise OrgError("NOT_FOUND", words)
    row = rows.read(at, definition, [normal], lock=lock).get(normal)
    if row is None or not seen(at, definition, [normal]):
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    if row["isdeleted"]:
        raise OrgError("ENTITY_IS_DELETED", "entity is deleted")
    return definition, row


def _no_tags() -> None:
    """Refuse conditions by ETag, which Salesforce has of accounts."""
    for header in ("If-Match", "If-None-Match"):
        if header in request.headers:
            raise not_modelled(f"the header {header}")


def _unmodified(row: dict[str, Any]) -> None:
    """Refuse to go on when the record has changed since the caller's `If-Unmodified-Since`."""
    _no_tags()
    since = _moment("If-Unmodified-Since")
    if since is not None and row["lastmodifieddate"] > since:
        words = "One or more conditions given in the request header fields evaluated to false when tested on the server"
        raise OrgError("PRECONDITION_FAILED", words)


def _moment(header: str) -> datetime | None:
    given = request.headers.get(header)
    if not given:
        return None
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        raise OrgError("INVALID_DATE_FORMAT", f"{header} is not an HTTP date: {given}") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _sole(results: list[Result]) -> Result:
    """Return the one row's result; its refusal rolls the request back."""
    if results[0].error is not None:
        raise results[0].error
    return results[0]
