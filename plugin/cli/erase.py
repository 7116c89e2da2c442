"""`success-vector erase`: forget a person, or an organisation, that asked for it."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import click

from plugin.cli.member import the_member
from plugin.cli.opened import opened_store, require_reason
from plugin.store.erasure import erase as carry_out
from plugin.store.family import family


@click.command()
@click.argument("member")
@click.option("--because", required=True, metavar="TEXT", help="Why, for the record; no personal data.")
@click.option("--yes", is_flag=True, help="Don't ask before erasing.")
def erase(member: str, because: str, yes: bool) -> None:
    """Remove a member and all that is kept about it, history and dead letters too. There is no way back.

    MEMBER is its name, its id, or its id in the CRM. Delete it in the CRM first: what is still there would come back.
    """
    require_reason(because)
    with opened_store() as conn:
        found = the_member(conn, member)
        count = sum(map(len, family(conn, found.id).values()))
        if not yes:
            click.confirm(f"Erase {found.name} ({found.id}), {count} records and all their history?", abort=True)
        gone = carry_out(conn, found.id, getpass.getuser(), because, datetime.now(UTC))
    click.echo(f"Erased: {', '.join(f'{number} from {table}' for table, number in gone.items())}.")
    click.echo("Backups still hold it until they are gone; see docs/security-review.md.")
