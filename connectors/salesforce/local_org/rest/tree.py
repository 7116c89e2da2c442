"""composite/tree: records and the records that belong to them, created in one call, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.deletes import children_of
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import json_object, work
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.children import child_relationship_name
from connectors.salesforce.local_org.work import Work

MOST_ROWS = 200
MOST_TYPES = 5
MOST_LEVELS = 5
blueprint = Blueprint("tree", __name__)
Json = dict[str, Any]


@dataclass
class Leaf:
    """One record of a tree: its values, and by which field it belongs to which other; `id` once it is created."""

    type: str
    reference: str
    values: Json
    parent: Leaf | None = None
    lookup: str = ""
    level: int = 1
    id: str | None = None


class _Refused(Exception):
    """Records of the tree were refused: carries each one's reference and error."""

    def __init__(self, errors: list[tuple[str, OrgError]]) -> None:
        self.errors = errors
        super().__init__()


@blueprint.post("/composite/tree/<name>", strict_slashes=False)
def tree(name: str) -> tuple[Response, int]:
    """Create the trees of records, level by level; one that is refused undoes all."""
    given = json_object().get("records")
    try:
        with work() as at:
            leaves = _leaves(at, dml.object_named(at, name), given)
            _create(at, leaves)
    except _Refused as refused:
        told = [{"referenceId": reference, "errors": [error.row_body()]} for reference, error in refused.errors]
        return jsonify({"hasErrors": True, "results": told}), 400
    results = [{"referenceId": leaf.reference, "id": leaf.id} for leaf in leaves]
    return jsonify({"hasErrors": False, "results": results}), 201


def _leaves(at: Work, definition: ObjectDef, given: Any) -> list[Leaf]:
    """Return all records, a level after the other, when they are within the limits."""
    level = list(_records(given, definition.name))
    leaves: list[Leaf] = []
    while level:
        leaves += level
        level = [child for leaf in level for child in _children(at, leaf)]
        if len(leaves) + len(level) > MOST_ROWS:
            raise OrgError("INVALID_INPUT", f"The request can't have more than {MOST_ROWS} records")
        if level and level[0].level > MOST_LEVELS:
            raise OrgError("INVALID_INPUT", f"The request can't have more than {MOST_LEVELS} levels of records")
    if len({leaf.type for leaf in leaves}) > MOST_TYPES:
        raise OrgError("INVALID_INPUT", f"The request can't have more than {MOST_TYPES} types of records")
    seen: set[str] = set()
    for leaf in leaves:
        if leaf.reference in seen:
            duplicate = OrgError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
            raise _Refused([(leaf.reference, duplicate)])
        seen.add(leaf.reference)
    return leaves


def _records(given: Any, expected: str) -> Iterator[Leaf]:
    """Yield the records of a list; each names its type, which is the list's, and a reference."""
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise OrgError("JSON_PARSER_ERROR", "records: a list of objects is expected at [line:1, column:1]")
    for each in given:
        attributes = each.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        reference, type_name = attributes.get("referenceId"), attributes.get("type")
        if not isinstance(reference, str) or not reference:
            raise _Refused([("", OrgError("INVALID_INPUT", "Include a reference ID for each record in the request."))])
        if not isinstance(type_name, str) or type_name.lower() != expected.lower():
            words = f"The type of this record is {expected}, not {type_name}"
            raise _Refused([(reference, OrgError("INVALID_INPUT", words))])
        yield Leaf(expected, reference, {name: value for name, value in each.items() if name != "attributes"})


def _children(at: Work, leaf: Leaf) -> Iterator[Leaf]:
    """Take the child records out of a record's values, and yield them."""
    relations = _relations(at, at.schema.objects[leaf.type.lower()])
    for name in [name for name, value in leaf.values.items() if isinstance(value, dict) and "records" in value]:
        value: Json = leaf.values.pop(name)
        if name.lower() not in relations:
            words = f"No such column '{name}' on sobject of type {leaf.type}"
            raise _Refused([(leaf.reference, OrgError("INVALID_FIELD", words))])
        child, lookup = relations[name.lower()]
        for each in _records(value["records"], child.name):
            each.parent, each.lookup, each.level = leaf, lookup.name, leaf.level + 1
            yield each


def _relations(at: Work, definition: ObjectDef) -> Mapping[str, tuple[ObjectDef, FieldDef]]:
    """Return the objects below an object, with the field by which they belong to it, by relationship."""
    return {
        name.lower(): (child, field)
        for child, field in children_of(at, definition)
        if (name := child_relationship_name(field)) and at.access.can(child, "read")
    }


def _create(at: Work, leaves: list[Leaf]) -> None:
    """Create the records, parents first."""
    refused: list[tuple[str, OrgError]] = []
    for _, group in groupby(leaves, key=lambda leaf: (leaf.level, leaf.type)):
        some = list(group)
        rows = [{**leaf.values, leaf.lookup: leaf.parent.id} if leaf.parent else leaf.values for leaf in some]
        for leaf, result in zip(some, dml.create(at, some[0].type, rows), strict=True):
            leaf.id = result.id
            if result.error:
                refused.append((leaf.reference, result.error))
        if refused:
            raise _Refused(refused)
