"""The custom permissions that a user has, which rules and flows ask for as $Permission.Name."""

from __future__ import annotations

from connectors.salesforce.local_org.work import Work

_GRANTED = """
SELECT c.name FROM org_meta.custom_permissions c JOIN org.permissionset p ON lower(p.name) = c.permset
JOIN org.permissionsetassignment a ON a.permissionsetid = p.id
WHERE a.assigneeid = %s AND NOT a.isdeleted AND NOT p.isdeleted
"""


class CustomPermissions:
    """The custom permissions of the user who saves, asked for once, and only where a rule wants to know."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._granted: set[str] | None = None

    def __contains__(self, name: object) -> bool:
        if self._granted is None:
            rows = self._work.conn.execute(_GRANTED, (self._work.user_id,)).fetchall()
            self._granted = {granted for (granted,) in rows}
        return str(name).lower() in self._granted
