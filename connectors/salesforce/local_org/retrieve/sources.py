"""What was deployed, kept as it was written: a row a component, so that any of them can be retrieved by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.salesforce.local_org.metadata import registry
from connectors.salesforce.local_org.metadata.archive import Archive, File
from connectors.salesforce.local_org.retrieve.xml import xml_of
from connectors.salesforce.local_org.work import Connection, Work

TABLES = """
CREATE TABLE IF NOT EXISTS org_meta.sources (
    type text, key text, path text, name text NOT NULL, whole text NOT NULL, content bytea NOT NULL, id text NOT NULL,
    created_by text NOT NULL, created_at timestamptz NOT NULL, modified_by text NOT NULL,
    modified_at timestamptz NOT NULL, PRIMARY KEY (type, key, path));
"""
_PUT = """
INSERT INTO org_meta.sources VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (type, key, path)
DO UPDATE SET (name, content, modified_by, modified_at) =
    (EXCLUDED.name, EXCLUDED.content, EXCLUDED.modified_by, EXCLUDED.modified_at)
"""
_ID = """
SELECT id FROM org_meta.components WHERE type = %(type)s AND key = %(key)s
UNION ALL SELECT id FROM org_meta.flows WHERE 'Flow' = %(type)s AND key = %(key)s
"""


@dataclass(frozen=True)
class Source:
    """One component's file, or its part of a file of several: then `whole` is the type of the file's own component.

    `path` is below the package's root.
    """

    type: str
    name: str
    path: str
    whole: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """A source as the org keeps it: the component's 18-character `id`, and the users by whom and when."""

    source: Source
    id: str
    created_by: str
    created_at: datetime
    modified_by: str
    modified_at: datetime


def keep(work: Work, archive: Archive) -> None:
    """Keep what a deployment brought, and forget what it destroyed."""
    for destroyed in (archive.destroyed_before, archive.destroyed_after):
        for type_name, names in destroyed.items():
            for name in names:
                _forget(work.conn, type_name, name.lower())
    for file in archive.files:
        for source in _parts(replace(file, path=file.path.removeprefix(archive.prefix))):
            key = source.name.lower()
            values = (source.type, key, source.path, source.name, source.whole, source.content)
            who_and_when = (work.user_id, work.now)
            work.conn.execute(_PUT, (*values, _id(work.conn, source.type, key), *who_and_when, *who_and_when))


def kept(conn: Connection, type_name: str | None = None) -> list[Kept]:
    """Return what the org keeps, of one type or all, in the order of types and names."""
    rows = conn.execute(
        "SELECT type, name, path, whole, content, id, created_by, created_at, modified_by, modified_at"
        " FROM org_meta.sources WHERE type = coalesce(%s, type) ORDER BY type, key, path",
        (type_name,),
    ).fetchall()
    return [
        Kept(Source(of_type, name, path, whole, bytes(content)), *rest)
        for of_type, name, path, whole, content, *rest in rows
    ]


def _parts(file: File) -> Iterator[Source]:
    """Yield what a file holds: by itself, or the components inside it and what is left of it without them."""
    whole = file.kind.type
    if not file.kind.children or file.root is None:
        yield Source(whole, file.name, file.path, whole, file.content)
        return
    tags = dict(file.kind.children)
    inside = [child for child in file.root.children if child.tag in tags]
    _, *names = file.kind.holds(file.name, file.root)
    for child, (type_name, name) in zip(inside, names, strict=True):
        yield Source(type_name, name, file.path, whole, xml_of(child).encode())
    own = [child for child in file.root.children if child.tag not in tags]
    if own:
        yield Source(whole, file.name, file.path, whole, "".join(map(xml_of, own)).encode())


def _forget(conn: Connection, type_name: str, key: str) -> None:
    """Forget a component; an object takes its parts along."""
    conn.execute("DELETE FROM org_meta.sources WHERE type = %s AND key = %s", (type_name, key))
    conn.execute("DELETE FROM org_meta.sources WHERE whole = %s AND split_part(key, '.', 1) = %s", (type_name, key))


def _id(conn: Connection, type_name: str, key: str) -> str:
    row = conn.execute(_ID, {"type": type_name, "key": key}).fetchone()
    return str(row[0]) if row else registry.new_id(conn, type_name)
