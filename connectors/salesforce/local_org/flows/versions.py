"""The versions of flows: each deployment of a changed flow is a new one, and one of them at most is active."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.flows.definition import Flow, flow_from_text
from connectors.salesforce.local_org.metadata.outcome import Component, Success
from connectors.salesforce.local_org.metadata.registry import fingerprint, new_id
from connectors.salesforce.local_org.work import Connection

MOST = 50


@dataclass(frozen=True)
class ActiveFlow:
    """The active version of a flow."""

    name: str
    number: int
    id: str
    flow: Flow


def put(conn: Connection, component: Component, body: bytes, *, production: bool) -> Success:
    """Keep a deployed flow: as a new version when it differs from the latest. A production org leaves it inactive."""
    text = body.decode("utf-8-sig")
    flow, key = flow_from_text(text), component.name.lower()
    row = conn.execute("SELECT id FROM org_meta.flows WHERE key = %s", (key,)).fetchone()
    if row is None:
        conn.execute(
            "INSERT INTO org_meta.flows VALUES (%s, %s, %s, %s, NULL)",
            (key, component.name, new_id(conn, "FlowDefinition"), flow.label),
        )
    latest = conn.execute(
        "SELECT number, hash, id FROM org_meta.flow_versions WHERE flow = %s ORDER BY number DESC LIMIT 1", (key,)
    ).fetchone()
    mark = fingerprint(text)
    changed = latest is None or latest[1] != mark
    number, version_id = (latest[0], latest[2]) if latest else (0, "")
    if changed:
        number, version_id = number + 1, new_id(conn, "Flow")
        _add_version(conn, key, number, version_id, (mark, text))
    conn.execute("UPDATE org_meta.flows SET label = %s WHERE key = %s", (flow.label, key))
    if flow.status == "Active" and not production:
        activate(conn, component.name, number)
    return Success(component, created=row is None, changed=changed, id=version_id)


def _add_version(conn: Connection, key: str, number: int, version_id: str, content: tuple[str, str]) -> None:
    row = conn.execute("SELECT count(*) FROM org_meta.flow_versions WHERE flow = %s", (key,)).fetchone()
    if row and row[0] >= MOST:
        raise OrgError(
            "LIMIT_EXCEEDED",
            f"You have reached the maximum number of {MOST} versions for this flow. Delete versions that aren't active "
            "and have no paused interviews, then deploy again",
        )
    conn.execute(
        "INSERT INTO org_meta.flow_versions VALUES (%s, %s, %s, 'Draft', %s, %s)", (key, number, version_id, *content)
    )


def activate(conn: Connection, name: str, number: int) -> None:
    """Make one version the active one; 0 leaves the flow without any. Refused where there is no such version."""
    key = name.lower()
    known = conn.execute(
        "SELECT 1 FROM org_meta.flow_versions WHERE flow = %s AND number = %s", (key, number)
    ).fetchone()
    if number and known is None:
        raise OrgError("INVALID_INPUT", f"The flow {name} has no version {number}", ["activeVersionNumber"])
    conn.execute(
        "UPDATE org_meta.flow_versions SET status = CASE WHEN number = %(number)s THEN 'Active' ELSE 'Obsolete' END"
        " WHERE flow = %(key)s AND (number = %(number)s OR status = 'Active')",
        {"key": key, "number": number},
    )
    conn.execute("UPDATE org_meta.flows SET active = %s WHERE key = %s", (number or None, key))


def delete_version(conn: Connection, version_id: str) -> None:
    """Delete a version that isn't active; with its last version the flow is gone."""
    row = conn.execute("SELECT flow, status FROM org_meta.flow_versions WHERE id = %s", (version_id,)).fetchone()
    if row is None:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    if row[1] == "Active":
        raise OrgError("DELETE_FAILED", "You can't delete the active version of a flow: deactivate it first")
    conn.execute("DELETE FROM org_meta.flow_versions WHERE id = %s", (version_id,))
    conn.execute(
        "DELETE FROM org_meta.flows f WHERE key = %s AND NOT EXISTS"
        " (SELECT 1 FROM org_meta.flow_versions v WHERE v.flow = f.key)",
        (row[0],),
    )


def version_id_of(conn: Connection, name: str) -> str | None:
    """Return the id of a version named as destructive changes name it, "Flow_Name-3", or of a flow's only version."""
    flow, _, number = name.rpartition("-") if "-" in name else (name, "", "")
    rows = conn.execute(
        "SELECT id FROM org_meta.flow_versions WHERE flow = %s AND (%s = '' OR number::text = %s)",
        (flow.lower(), number, number),
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else None


def active_flows(conn: Connection) -> list[ActiveFlow]:
    """Return the active versions in the order in which they run."""
    rows = conn.execute(
        "SELECT f.name, v.number, v.id, v.body FROM org_meta.flows f JOIN org_meta.flow_versions v"
        " ON v.flow = f.key AND v.number = f.active"
    ).fetchall()
    flows = [ActiveFlow(name, number, version_id, flow_from_text(body)) for name, number, version_id, body in rows]
    return sorted(flows, key=lambda active: (active.flow.order, active.name.lower()))
