"""Salesforce's describe as our `ObjectSchema`."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.base import FieldSchema, ObjectSchema
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.composite import Part, send
from connectors.salesforce.failures import Refused, call_error
from connectors.salesforce.limits import PARTS_PER_CALL

_TYPES = {
    "string": "text",
    "email": "text",
    "phone": "text",
    "url": "text",
    "combobox": "text",
    "encryptedstring": "text",
    "textarea": "text",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "int": "integer",
    "long": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "picklist": "choice",
    "multipicklist": "multi_choice",
    "reference": "reference",
    "id": "id",
}
SHORT_TEXT = 255
_MISSING = frozenset({"NOT_FOUND", "INVALID_TYPE"})


@dataclass(frozen=True)
class Described:
    """A schema with what only reading needs: the ids' first three characters, and where relationships lead."""

    schema: ObjectSchema
    key_prefix: str | None
    relationships: Mapping[str, tuple[str, ...]]

    def has(self, field_name: str) -> bool:
        """Return whether we may read the field."""
        return field_name in self.schema.fields


class Catalogue:
    """The schemas of one org, asked for once and kept; threads may share it."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, Described] = {}

    def ask(self, names: Sequence[str]) -> dict[str, Described]:
        """Describe the objects now, up to 25 in one call; those that don't exist are not in the answer."""
        found: dict[str, Described] = {}
        wanted = list(dict.fromkeys(names))
        for start in range(0, len(wanted), PARTS_PER_CALL):
            found.update(self._ask(wanted[start : start + PARTS_PER_CALL]))
        with self._lock:
            for name in wanted:
                self._known.pop(name, None)
            self._known.update(found)
        return found

    def get(self, name: str) -> Described:
        """Return one object's schema, asked for at most once; raises Refused if there is no such object."""
        with self._lock:
            known = self._known.get(name)
        found = known or self.ask([name]).get(name)
        if found is None:
            raise Refused(
                f"Salesforce has no object {name!r}, or hides it from the integration user. "
                "Run `success-vector check` to see the nearest name, and assign our integration permission set.",
                "INVALID_TYPE",
            )
        return found

    def forget(self, name: str) -> None:
        """Ask again next time: a field has vanished."""
        with self._lock:
            self._known.pop(name, None)

    def _ask(self, names: Sequence[str]) -> dict[str, Described]:
        parts = [Part("GET", f"sobjects/{name}/describe") for name in names]
        answers, _ = send(self._client, parts, kind="describe", safe=True)
        found = {}
        for name, answer in zip(names, answers, strict=True):
            if answer.status < 300:
                found[name] = read_describe(answer.body)
            elif not any(fault.code in _MISSING for fault in answer.faults):
                raise call_error(answer.faults, answer.status, f"GET sobjects/{name}/describe", writing=False)
        return found


def read_describe(body: Mapping[str, Any]) -> Described:
    """Return the schema that a describe answer holds."""
    fields = {entry["name"]: _field(entry) for entry in body["fields"] if not entry.get("deprecatedAndHidden")}
    schema = ObjectSchema(
        name=body["name"],
        label=body.get("label") or body["name"],
        fields=fields,
        createable=bool(body.get("createable")),
        updateable=bool(body.get("updateable")),
        deletable=bool(body.get("deletable")),
    )
    relationships = {
        entry["relationshipName"]: tuple(entry.get("referenceTo") or ())
        for entry in body["fields"]
        if entry.get("relationshipName")
    }
    return Described(schema, body.get("keyPrefix"), relationships)


def _field(entry: Mapping[str, Any]) -> FieldSchema:
    length = entry.get("length") or None
    theirs = entry["type"]
    ours = _TYPES.get(theirs, "other")
    if theirs == "textarea" and (length or 0) > SHORT_TEXT:
        ours = "long_text"
    numeric = ours in {"number", "integer"}
    return FieldSchema(
        name=entry["name"],
        label=entry.get("label") or entry["name"],
        type=ours,
        createable=bool(entry.get("createable")),
        updateable=bool(entry.get("updateable")),
        required_on_create=_required(entry, ours),
        max_length=length,
        precision=(entry.get("digits") if ours == "integer" else entry.get("precision")) if numeric else None,
        scale=entry.get("scale", 0) if numeric else None,
        choices=tuple(each["value"] for each in entry.get("picklistValues") or () if each.get("active", True)),
        choices_restricted=bool(entry.get("restrictedPicklist")),
        references=tuple(entry.get("referenceTo") or ()),
        formula=bool(entry.get("calculated")),
        external_id=bool(entry.get("externalId")),
        unique=bool(entry.get("unique")),
        case_sensitive=bool(entry.get("caseSensitive")),
    )


def _required(entry: Mapping[str, Any], ours: str) -> bool:
    # A checkbox is never null, so it counts as not nillable and yet may be left out.
    optional = entry.get("nillable", True) or entry.get("defaultedOnCreate") or ours == "boolean"
    return bool(entry.get("createable")) and not optional
