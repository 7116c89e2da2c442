"""The member that a command's argument means."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from plugin.errors import UserError
from plugin.store.family import Called, called


def the_member(conn: Connection, text: str) -> Called:
    """Return the member with this name, id, or id in the CRM. Raises UserError for none and for several."""
    found = called(conn, text)
    if not found:
        raise UserError(f"No member is called {text!r}. Give its name, or its id from the CRM's address line.")
    if len(found) > 1:
        ids = ", ".join(str(one.id) for one in found)
        raise UserError(f"{len(found)} members are called {text!r}. Say which, by id: {ids}.")
    return found[0]
