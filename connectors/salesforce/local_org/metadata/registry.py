"""Which components the org has, outside its schema: a row each in `org_meta`, so that a restart finds them again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.metadata.outcome import Component, Success
from connectors.salesforce.local_org.metadata.workflows import OutboundMessage
from connectors.salesforce.local_org.work import Connection

TABLES = """
CREATE SEQUENCE IF NOT EXISTS org_meta.metadata_ids;
CREATE TABLE IF NOT EXISTS org_meta.components (
    type text, key text, name text NOT NULL, id text NOT NULL, hash text NOT NULL, body jsonb, PRIMARY KEY (type, key));
CREATE TABLE IF NOT EXISTS org_meta.custom_permissions (permset text, name text, PRIMARY KEY (permset, name));
CREATE TABLE IF NOT EXISTS org_meta.flows (
    key text PRIMARY KEY, name text NOT NULL, id text NOT NULL, label text NOT NULL, active integer);
CREATE TABLE IF NOT EXISTS org_meta.flow_versions (
    flow text REFERENCES org_meta.flows ON DELETE CASCADE, number integer, id text NOT NULL UNIQUE,
    status text NOT NULL, hash text NOT NULL, body text NOT NULL, PRIMARY KEY (flow, number));
CREATE TABLE IF NOT EXISTS org_meta.deployments (id text PRIMARY KEY, result jsonb NOT NULL);
"""
_PREFIXES = {"CustomField": "00N", "WorkflowOutboundMessage": "04k", "Flow": "301", "FlowDefinition": "300",
             "ValidationRule": "03d", "CustomPermission": "0CP", "PermissionSet": "0PS", "CustomObject": "01I",
             "Deployment": "0Af", "Retrieval": "09S", "BulkJob": "750", "BulkBatch": "751",
             "Notification": "04l", "Layout": "00h"}  # fmt: skip


def new_id(conn: Connection, type_name: str) -> str:
    """Return the id of a new component of that type."""
    row = conn.execute("SELECT nextval('org_meta.metadata_ids')").fetchone()
    return record_id(_PREFIXES.get(type_name, "0zz"), row[0] if row else 0)


def fingerprint(content: Any) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def put(conn: Connection, component: Component, content: Any, body: Any = None) -> Success:
    """Keep a component; returns whether it is new, or not as it was."""
    key, mark = component.name.lower(), fingerprint(content)
    row = conn.execute(
        "SELECT id, hash FROM org_meta.components WHERE type = %s AND key = %s", (component.type, key)
    ).fetchone()
    component_id = row[0] if row else new_id(conn, component.type)
    conn.execute(
        "INSERT INTO org_meta.components VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (type, key) DO UPDATE SET"
        " (name, hash, body) = (EXCLUDED.name, EXCLUDED.hash, EXCLUDED.body)",
        (component.type, key, component.name, component_id, mark, Jsonb(body)),
    )
    return Success(component, created=row is None, changed=row is None or row[1] != mark, id=component_id)


def forget(conn: Connection, type_name: str, name: str) -> bool:
    """Remove a component; False where there is none."""
    done = conn.execute(
        "DELETE FROM org_meta.components WHERE type = %s AND key = %s", (type_name, name.lower())
    ).rowcount
    return bool(done)


def names(conn: Connection) -> dict[str, set[str]]:
    """Return the lower-case names of all components, by type."""
    found: dict[str, set[str]] = {}
    for type_name, key in conn.execute(
        "SELECT type, key FROM org_meta.components UNION ALL SELECT 'Flow', key FROM org_meta.flows"
    ).fetchall():
        found.setdefault(type_name, set()).add(key)
    return found


def outbound_messages(conn: Connection) -> dict[str, tuple[str, OutboundMessage]]:
    """Return id and definition of every outbound message, by lower-case full name."""
    rows = conn.execute(
        "SELECT key, id, body FROM org_meta.components WHERE type = 'WorkflowOutboundMessage' ORDER BY key"
    ).fetchall()
    return {key: (message_id, OutboundMessage.from_json(body)) for key, message_id, body in rows}


def active_usernames(conn: Connection) -> set[str]:
    """Return the names that the org's active users sign in with, in lower case."""
    return {name.lower() for (name,) in conn.execute('SELECT username FROM org."user" WHERE isactive').fetchall()}
