"""The member that a command's argument means."""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from plugin.domain.exchange_values import nearest
from plugin.errors import UserError
from plugin.store.members import Called, called, current_members


def the_member(conn: Connection, text: str, as_of: date | None = None) -> Called:
    """Return the member with this name (whatever its case), id, or id in the CRM.

    With `as_of`, only those count that were not deleted and are members on that day; else all, deleted ones too.
    Raises UserError for none, with the nearest name of a current one, and for several, with their ids.
    """
    found = [one for one in called(conn, text) if as_of is None or one.is_current(as_of)]
    if not found:
        near = nearest(text, current_members(conn, as_of).values()) if as_of else ""
        which = "No member" if as_of is None else "No current member"
        raise UserError(f"{which} is called {text!r}. {near}Give its name, or its id from the CRM's address line.")
    if len(found) > 1:
        ids = ", ".join(str(one.id) for one in found)
        raise UserError(f"{len(found)} members are called {text!r}. Say which, by id: {ids}.")
    return found[0]
