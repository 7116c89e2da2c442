"""`success-vector history`: who or what changed which field of a member, from what to what, and when we knew."""

from __future__ import annotations

from dataclasses import asdict

import click

from plugin.cli.member import the_member
from plugin.cli.opened import day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.entities import ENTITIES
from plugin.domain.exchange_values import nearest
from plugin.errors import UserError
from plugin.store.family import family
from plugin.store.history import Change, of_records

FIELDS = {name for entity in ENTITIES.values() for name in entity.shared} | {"deleted_at"}


@click.command()
@click.argument("member")
@click.option("--field", metavar="NAME", help="This field only, such as achieved_on.")
@click.option("--since", metavar="DATE", help="What happened on this day or later.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def history(member: str, field: str | None, since: str | None, as_json: bool) -> None:
    """Show what changed on a member and all that belongs to it, in the order in which it happened.

    MEMBER is its name, its id, or its id in the CRM.
    """
    first = day("--since", since) if since else None
    if field and field not in FIELDS:
        raise UserError(f"Nothing has a field {field!r}. {nearest(field, FIELDS)}`--json` shows their names.")
    with opened_store() as conn:
        changes = of_records(conn, family(conn, the_member(conn, member).id))
    wanted = [
        one for one in changes if field in {None, one.field} and (first is None or one.happened_at.date() >= first)
    ]
    if as_json:
        print_json([asdict(one) for one in wanted])
    else:
        click.echo("\n".join(map(_lines, wanted)) or "Nothing like that has changed.")


def _lines(one: Change) -> str:
    happened, known = (f"{at:%Y-%m-%d %H:%M:%S}" for at in (one.happened_at, one.known_at))
    return (
        f"{happened}  {one.entity} {str(one.record_id)[:8]}  {one.field}: {_said(one.old)} -> {_said(one.new)}\n"
        f"{'':{len(happened)}}  by {one.who} through {one.source}, known {known}"
    )


def _said(value: object) -> str:
    return "(nothing)" if value is None else str(value)
