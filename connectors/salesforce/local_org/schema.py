"""The org's schema: what has been deployed to it, standard objects included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

METADATA, EVENT = "metadata", "event"
"""What `extra["kind"]` of a custom metadata type and of a platform event is; other objects have none."""


@dataclass
class FieldDef:
    """One field. `type` is a Salesforce field type of the Metadata API (`Text`, `Picklist`, `MasterDetail`, ...), with
    `Id` for ids, `Reference` left out: lookups are `Lookup` or `MasterDetail` with `reference_to`.
    """

    name: str
    label: str
    type: str
    custom: bool = False
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    required: bool = False
    unique: bool = False
    external_id: bool = False
    case_sensitive: bool = False
    restricted: bool = False
    picklist: list[str] = field(default_factory=list)
    default: str | None = None
    reference_to: list[str] = field(default_factory=list)
    relationship_name: str | None = None
    child_relationship_name: str | None = None
    delete_constraint: str = "SetNull"
    formula: str | None = None
    createable: bool = True
    updateable: bool = True
    nillable: bool = True
    help_text: str | None = None
    track_history: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def calculated(self) -> bool:
        """Whether the field has no value of its own: a formula, or a compound of others."""
        return self.formula is not None or self.type == "Address"


@dataclass
class ObjectDef:
    """One object; `fields` by lower-case name, in order. `key_prefix` starts the ids of its records."""

    name: str
    label: str
    plural_label: str
    key_prefix: str
    custom: bool = False
    fields: dict[str, FieldDef] = field(default_factory=dict)
    validation_rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    name_autonumber: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def field(self, name: str) -> FieldDef | None:
        """Return the field of that name, whatever its case."""
        return self.fields.get(name.lower())


@dataclass
class OrgSchema:
    """All objects by lower-case name."""

    objects: dict[str, ObjectDef] = field(default_factory=dict)

    def object(self, name: str) -> ObjectDef | None:
        """Return the object of that name, whatever its case."""
        return self.objects.get(name.lower())

    def by_prefix(self, record_id: str) -> ObjectDef | None:
        """Return the object whose records' ids start like this one."""
        return next((o for o in self.objects.values() if o.key_prefix == record_id[:3]), None)
