"""The systems that members live in: their pinned identity, how far each object was read, and calls used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from connectors.base import Cursor, OrgIdentity, Usage
from plugin.errors import WrongOrg
from plugin.store.schema import cursors, systems


@dataclass(frozen=True)
class System:
    """A system as it was pinned at the first sync; `calls_used` of `calls_limit` as it told us at `usage_at`."""

    name: str
    org_id: str
    org_name: str
    time_zone: str
    pinned_at: datetime
    first_sync_completed_at: datetime | None
    polled_at: datetime | None
    rescored_on: date | None
    reconciled_on: date | None
    calls_used: int | None
    calls_limit: int | None
    usage_at: datetime | None


_SYSTEM = sa.select(systems.c.system.label("name"), *(column for column in systems.c if column.name != "system"))


def get(conn: Connection, system: str) -> System | None:
    """Return what is known of the system; None before it was pinned."""
    row = conn.execute(_SYSTEM.where(systems.c.system == system)).one_or_none()
    return System(**row._mapping) if row else None


def org_id(conn: Connection, system: str) -> str | None:
    """Return the id of the org that the system is pinned to; None before the first sync."""
    pinned: str | None = conn.scalar(sa.select(systems.c.org_id).where(systems.c.system == system))
    return pinned


def pin(conn: Connection, system: str, identity: OrgIdentity) -> System:
    """Remember whom the system is, the first time; afterwards raise WrongOrg if it is somebody else.

    An org is one system: also raises WrongOrg where another system is this one already.
    """
    same = sa.select(systems.c.system).where(systems.c.org_id == identity.org_id, systems.c.system != system)
    if (other := conn.scalar(same)) is not None:
        raise WrongOrg(
            f"{system} answers as {identity.name} ({identity.org_id}), which this database knows as {other}. Name it "
            f"{other}, or sign {system} in to another org."
        )
    values = {"org_id": identity.org_id, "org_name": identity.name, "time_zone": identity.time_zone}
    conn.execute(insert(systems).values(system=system, **values).on_conflict_do_nothing())
    pinned = get(conn, system)
    if pinned is None or pinned.org_id != identity.org_id:
        known = f"{pinned.org_name} ({pinned.org_id})" if pinned else "another one"
        raise WrongOrg(
            f"{system} answers as {identity.name} ({identity.org_id}), but this database belongs to {known}. "
            "Sign in to that org, or use a new database for this one."
        )
    if (pinned.org_name, pinned.time_zone) != (identity.name, identity.time_zone):
        conn.execute(sa.update(systems).where(systems.c.system == system).values(**values))
        pinned = get(conn, system) or pinned
    return pinned


def complete_first_sync(conn: Connection, system: str, at: datetime) -> None:
    """Note that everything was read once; only the first time counts."""
    unset = systems.c.first_sync_completed_at.is_(None)
    conn.execute(sa.update(systems).where(systems.c.system == system, unset).values(first_sync_completed_at=at))


def note_poll(conn: Connection, system: str, at: datetime) -> None:
    """Note when the system was last polled."""
    conn.execute(sa.update(systems).where(systems.c.system == system).values(polled_at=at))


def note_rescore(conn: Connection, system: str, on: date) -> None:
    """Note for which day every member was last made due for scoring."""
    conn.execute(sa.update(systems).where(systems.c.system == system).values(rescored_on=on))


def note_reconcile(conn: Connection, system: str, on: date) -> None:
    """Note for which day every record was last held against its link."""
    conn.execute(sa.update(systems).where(systems.c.system == system).values(reconciled_on=on))


def all_systems(conn: Connection) -> list[System]:
    """Return all systems that were ever pinned, by name."""
    return [System(**row._mapping) for row in conn.execute(_SYSTEM.order_by(systems.c.system))]


def cursor(conn: Connection, system: str, object: str) -> Cursor | None:
    """Return where the poll of that object stands; None if it never ran."""
    where = (cursors.c.system == system, cursors.c.object == object)
    row = conn.execute(sa.select(cursors.c.stamp, cursors.c.last_id).where(*where)).one_or_none()
    return Cursor(row.stamp, row.last_id) if row else None


def move_cursor(conn: Connection, system: str, object: str, to: Cursor) -> None:
    """Note that everything up to that point was read. A cursor never moves back."""
    statement = insert(cursors).values(system=system, object=object, stamp=to.stamp, last_id=to.id)
    new = statement.excluded
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["system", "object"],
            set_={"stamp": new.stamp, "last_id": new.last_id, "moved_at": sa.func.now()},
            where=sa.tuple_(cursors.c.stamp, cursors.c.last_id) < sa.tuple_(new.stamp, new.last_id),
        )
    )


def settle_cursor(conn: Connection, system: str, object: str, at: datetime) -> None:
    """Note that a walk that began then, by their clock, came to its end: what came during it is read once more."""
    where = (cursors.c.system == system, cursors.c.object == object)
    conn.execute(sa.update(cursors).where(*where).values(stamp=at, last_id="", moved_at=sa.func.now()))


def record_usage(conn: Connection, system: str, usage: Usage, at: datetime) -> None:
    """Keep the system's own count of calls, if it told one."""
    if usage.used is not None and usage.limit is not None:
        values = {"calls_used": usage.used, "calls_limit": usage.limit, "usage_at": at}
        conn.execute(sa.update(systems).where(systems.c.system == system).values(**values))
