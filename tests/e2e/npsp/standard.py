"""What real orgs' describes say of standard objects, as the local org's own definitions: fields that it lacks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from connectors.salesforce.local_org.org import Org
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema

TYPES = {
    "string": "Text",
    "textarea": "LongTextArea",
    "phone": "Phone",
    "email": "Email",
    "url": "Url",
    "picklist": "Picklist",
    "multipicklist": "MultiselectPicklist",
    "reference": "Lookup",
    "boolean": "Checkbox",
    "date": "Date",
    "datetime": "DateTime",
    "double": "Number",
    "int": "Number",
    "currency": "Currency",
    "percent": "Percent",
}


def described(recorded: Path, object_name: str) -> dict[str, Any]:
    """Return an object as Salesforce once described it."""
    with gzip.open(recorded / f"GET_sobjects_{object_name}_describe.yaml.gz", "rt", encoding="utf-8") as opened:
        answer = yaml.safe_load(opened)["response"]["body"]["string"]
    found: dict[str, Any] = json.loads(answer)
    return found


def add_missing(org: Org, objects: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Give the org the described standard objects and fields that it lacks; return the fields' names by object."""
    added: dict[str, list[str]] = {}
    with org.change_schema() as change:
        for described in objects:
            name = described["name"]
            if change.schema.object(name) is None:
                empty = ObjectDef(name, described["label"], described["labelPlural"], described["keyPrefix"])
                change.create_object(empty)
            for definition in _missing(change.schema, name, described["fields"]):
                change.put_field(name, definition)
                added.setdefault(name, []).append(definition.name)
    return added


def _missing(schema: OrgSchema, object_name: str, fields: list[dict[str, Any]]) -> Iterator[FieldDef]:
    known = schema.objects[object_name.lower()]
    for field in fields:
        there = [name for name in field["referenceTo"] if schema.object(name)]
        lost = field["custom"] or field["type"] not in TYPES or (field["referenceTo"] and not there)
        if lost or known.field(field["name"]):
            continue
        yield FieldDef(
            field["name"],
            field["label"],
            TYPES[field["type"]],
            length=field["length"] or None,
            precision=field["precision"] or field["digits"] or None,
            scale=field["scale"],
            picklist=[choice["value"] for choice in field["picklistValues"]],
            reference_to=there,
            relationship_name=field["relationshipName"],
            createable=field["createable"],
            updateable=field["updateable"],
            nillable=field["nillable"],
            required=field["createable"] and not (field["nillable"] or field["defaultedOnCreate"]),
            extra={"fls": field["permissionable"], "described": field["type"]},
        )
