"""`success-vector handover`: the note for a member's new owner."""

from __future__ import annotations

from datetime import timedelta

import click

from plugin.bootstrap import mappings_of, now
from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, day, opened_store
from plugin.cli.printed import print_json
from plugin.plans.handovers import kept_handovers, make_handovers
from plugin.plans.marks import StoreMarks
from plugin.settings import Settings

SHOWN = timedelta(days=30)


@click.command("handover")
@click.option("--member", metavar="NAME", help="The notes of one member, by name or id, however old.")
@click.option("--since", metavar="DATE", help="Notes of changes from this day on; default: 30 days back.")
@click.option("--json", "as_json", is_flag=True, help="Print the notes' parts as JSON.")
def handover_command(member: str | None, since: str | None, as_json: bool) -> None:
    """Make the missing notes for members whose owner changed, keep them, and print the latest."""
    marks = StoreMarks(mappings_of(Settings.read()), now)
    with opened_store() as conn:
        today = as_of_day(conn, None)
        make_handovers(conn, marks, today, now())
        one = the_member(conn, member, today).id if member else None
        from_day = day("--since", since) if since else None if member else today - SHOWN
        notes = kept_handovers(conn, one, from_day)
    if as_json:
        print_json([parts for parts, _ in notes])
    elif notes:
        click.echo("\n".join(text for _, text in notes))
    else:
        click.echo("No owner has changed in that time.")
