"""Who may see and change what: profiles, and the permission sets that have been assigned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import psycopg

from connectors.salesforce.local_org.person_fields import is_shared_custom, of_contact
from connectors.salesforce.local_org.schema import EVENT, FieldDef, ObjectDef
from connectors.salesforce.local_org.standard.fields import SYSTEM

Action = Literal["create", "read", "edit", "delete", "view_all", "modify_all"]
ACTIONS: tuple[Action, ...] = ("create", "read", "edit", "delete", "view_all", "modify_all")
ADMIN_PROFILE = "System Administrator"
STANDARD_PROFILE = "Standard User"
API_PROFILE = "Minimum Access - API Only Integrations"
PERMISSION_ROWS = frozenset({"PermissionSetAssignment", "User"})
"""Objects whose rows decide what users may do."""
NEVER_CREATED = frozenset({"Organization", "Profile", "RecordType"})
"""Objects whose rows nobody creates or deletes as records."""


@dataclass(frozen=True)
class ObjectPermission:
    """What a permission set allows on an object's records."""

    object: str
    create: bool = False
    read: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    modify_all: bool = False


@dataclass(frozen=True)
class FieldPermission:
    """What a permission set allows on one field."""

    object: str
    field: str
    readable: bool = False
    editable: bool = False


@dataclass(frozen=True)
class Access:
    """What one user may do. Custom fields need a permission set, whoever asks."""

    user_id: str
    profile: str
    actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    everything: bool = False

    @property
    def admin(self) -> bool:
        """Whether the user has Modify All Data, and may deploy."""
        return self.everything or self.profile == ADMIN_PROFILE

    def can(self, definition: ObjectDef, action: Action) -> bool:
        """Whether the user may do this to the object's records at all."""
        if definition.extra.get("kind") == EVENT and action in ("edit", "delete", "view_all", "modify_all"):
            return False
        if self.admin:
            return True
        if definition.extra.get("setup"):
            return action in ("read", "view_all")
        if (
            self.profile == STANDARD_PROFILE
            and not definition.custom
            and action in ("create", "read", "edit", "delete")
        ):
            return True
        return action in self.actions.get(definition.name.lower(), frozenset())

    def readable(self, definition: ObjectDef, field_def: FieldDef) -> bool:
        """Whether the user sees the field."""
        if not permissionable(definition, field_def) or self._by_profile(field_def):
            return True
        return _granted_as(definition, field_def) in self.fields

    def editable(self, definition: ObjectDef, field_def: FieldDef) -> bool:
        """Whether the user may write the field, as far as permissions go."""
        if not permissionable(definition, field_def) or self._by_profile(field_def):
            return True
        return self.fields.get(_granted_as(definition, field_def), False)

    def sees_all(self, definition: ObjectDef) -> bool:
        """Whether the user sees records that others own."""
        private = definition.extra.get("sharing_model") == "Private"
        return not private or self.can(definition, "view_all") or self.can(definition, "modify_all")

    def _by_profile(self, field_def: FieldDef) -> bool:
        return self.everything or (not field_def.custom and self.profile in (ADMIN_PROFILE, STANDARD_PROFILE))


def _granted_as(definition: ObjectDef, field_def: FieldDef) -> tuple[str, str]:
    """Return under which object and field the permission is kept: a person's custom fields are those of contacts."""
    name = field_def.name.lower()
    if definition.name == "Account" and is_shared_custom(name):
        return "contact", of_contact(definition)[name]
    return definition.name.lower(), name


def record_type_key(object_name: str, name: str) -> tuple[str, str]:
    """Return under which a record type's visibility is kept: as the permission to read a part of RecordTypeId."""
    return object_name.lower(), f"recordtypeid.{name.lower()}"


def permissionable(definition: ObjectDef, field_def: FieldDef) -> bool:
    """Whether field-level security applies: not to system, name and required fields, nor to master-details."""
    if definition.extra.get("setup") or "kind" in definition.extra or field_def.name.lower() in SYSTEM | {"name"}:
        return False
    if field_def.required or field_def.type == "MasterDetail":
        return False
    return bool(field_def.extra.get("fls", True))


def save_permissions(
    conn: psycopg.Connection[Any],
    permission_set: str,
    objects: Iterable[ObjectPermission],
    fields: Iterable[FieldPermission],
) -> None:
    """Add to, or replace in, what a permission set (by API name) allows; what isn't named stays, as in a deployment."""
    for each in objects:
        conn.execute(
            "INSERT INTO org_meta.object_permissions VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (permset, object) DO UPDATE SET"
            " (can_create, can_read, can_edit, can_delete, view_all, modify_all) = (EXCLUDED.can_create,"
            " EXCLUDED.can_read, EXCLUDED.can_edit, EXCLUDED.can_delete, EXCLUDED.view_all, EXCLUDED.modify_all)",
            (permission_set.lower(), each.object.lower(), *(getattr(each, action) for action in ACTIONS)),
        )
    for grant in fields:
        conn.execute(
            "INSERT INTO org_meta.field_permissions VALUES (%s, %s, %s, %s, %s) ON CONFLICT (permset, object, field)"
            " DO UPDATE SET (readable, editable) = (EXCLUDED.readable, EXCLUDED.editable)",
            (permission_set.lower(), grant.object.lower(), grant.field.lower(), grant.readable, grant.editable),
        )


def drop_permissions(conn: psycopg.Connection[Any], permission_set: str) -> None:
    """Forget what a permission set allows."""
    for name in ("object_permissions", "field_permissions"):
        conn.execute(f"DELETE FROM org_meta.{name} WHERE permset = %s", (permission_set.lower(),))


ASSIGNED = """
SELECT lower(p.name) FROM org.permissionsetassignment a JOIN org.permissionset p ON p.id = a.permissionsetid
WHERE a.assigneeid = %s AND NOT a.isdeleted AND NOT p.isdeleted
"""


def load_access(conn: psycopg.Connection[Any], user_id: str) -> Access:
    """Return what a user's profile and assigned permission sets add up to."""
    row = conn.execute(
        'SELECT p.name FROM org."user" u JOIN org.profile p ON p.id = u.profileid WHERE u.id = %s', (user_id,)
    ).fetchone()
    names = [name for (name,) in conn.execute(ASSIGNED, (user_id,)).fetchall()]
    actions: dict[str, frozenset[str]] = {}
    for _, name, *flags in conn.execute(
        "SELECT * FROM org_meta.object_permissions WHERE permset = ANY(%s)", (names,)
    ).fetchall():
        granted = frozenset(action for action, on in zip(ACTIONS, flags, strict=True) if on)
        actions[name] = actions.get(name, frozenset()) | granted
    fields: dict[tuple[str, str], bool] = {}
    for _, name, field_name, readable, editable in conn.execute(
        "SELECT * FROM org_meta.field_permissions WHERE permset = ANY(%s)", (names,)
    ).fetchall():
        if readable or editable:
            fields[name, field_name] = fields.get((name, field_name), False) or editable
    return Access(user_id, row[0] if row else API_PROFILE, actions, fields)
