"""Reads objects.toml into object definitions."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.standard.fields import complete

FLAGS = "required|readonly|createonly|never-null|no-fls|id-lookup|name-field|unique|int|restricted|cascade"
OPTION = re.compile(rf"(values|default|as|children|type|format)=(.*?)(?=\s+(?:[a-z-]+=|{FLAGS})|$)")


def standard_objects() -> list[ObjectDef]:
    """Return every standard object, with its system fields."""
    document = tomllib.loads((files(__package__) / "objects.toml").read_text(encoding="utf-8"))
    return [_object(name, body) for name, body in document.items()]


def _object(name: str, body: dict[str, Any]) -> ObjectDef:
    """Return one object of the document."""
    fields = [_field(field, text) for field, text in body["fields"].items()]
    definition = ObjectDef(
        name, body["label"], body["plural"], body["prefix"],
        fields={field.name.lower(): field for field in fields},
        extra={"setup": body.get("setup", False)},
    )  # fmt: skip
    complete(definition, owned=body.get("owned", False), queues=body.get("queues", False))
    return definition


def _field(name: str, text: str) -> FieldDef:
    """Return the field that a line of the document describes."""
    label, kind, rest = (part.strip() for part in text.split("|"))
    options = dict(OPTION.findall(rest))
    flags = set(OPTION.sub("", rest).split())
    field = FieldDef(name, label, kind.split()[0])
    _sized(field, kind.split()[1:])
    field.required = "required" in flags
    field.nillable = not flags & {"required", "never-null"} and field.type != "Checkbox"
    field.createable = "readonly" not in flags
    field.updateable = not flags & {"readonly", "createonly"}
    field.unique = "unique" in flags
    field.restricted = "restricted" in flags
    field.picklist = options["values"].split(";") if "values" in options else []
    field.default = options.get("default")
    field.relationship_name = options.get("as")
    field.child_relationship_name = options.get("children")
    field.delete_constraint = "Cascade" if "cascade" in flags else "SetNull"
    field.extra = {"fls": "no-fls" not in flags, **({"id_lookup": True} if "id-lookup" in flags else {})}
    if "name-field" in flags:
        field.extra["name_field"] = True
    if "int" in flags:
        field.extra["described"] = "int"
    if "format" in options:
        field.extra["format"] = options["format"]
    if "type" in options:
        field.extra["described"] = options["type"]
    return field


def _sized(field: FieldDef, sizes: list[str]) -> None:
    """Set a field's length, digits or targets from what follows its type."""
    if field.type == "Lookup":
        field.reference_to, field.length = sizes, 18
    elif field.type in ("Number", "Currency", "Percent"):
        before, after = sizes[0].split(".")
        field.scale = int(after)
        field.precision = int(before) + field.scale
    elif sizes:
        field.length = int(sizes[0])
    elif field.type == "Picklist":
        field.length = 255
