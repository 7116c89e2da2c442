"""`success-vector results`: what was computed on past days, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import Connection

from plugin.cli.member import the_member
from plugin.cli.opened import day, opened_store
from plugin.cli.printed import print_json
from plugin.store.results import KINDS, Result, kept

SHOWN = 40
"""Results that the screen shows; `--json` has all of them."""


@click.command("results")
@click.option("--kind", type=click.Choice(KINDS), multiple=True, help="Only this; may be given several times.")
@click.option("--member", metavar="NAME", help="Only what was found of one member, by name or id.")
@click.option("--as-of", "as_of", metavar="DATE", help="The results of one day; default: the newest of each kind.")
@click.option("--since", metavar="DATE", help="The results of every day from this one on.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all that was found.")
def results_command(
    kind: tuple[str, ...], member: str | None, as_of: str | None, since: str | None, as_json: bool
) -> None:
    """Show the results that were kept each night or with --save: of whom or what, as of which day, and why."""
    on, first = _day("--as-of", as_of), _day("--since", since)
    with opened_store() as conn:
        found = _found(conn, kind or KINDS, member, on, first)
    if as_json:
        print_json([_json(one) for one in found])
    else:
        _show(Console(), found)


def _day(option: str, text: str | None) -> date | None:
    return None if text is None else day(option, text)


def _found(
    conn: Connection, kinds: tuple[str, ...], member: str | None, as_of: date | None, since: date | None
) -> list[Result]:
    whose = the_member(conn, member, as_of or date.max).id if member else None
    return kept(conn, kinds, as_of, whose, since)


def _json(one: Result) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "as_of": one.as_of.isoformat(),
        "subject": one.subject,
        "member": str(one.member) if one.member else None,
        "reason": one.reason,
        "found": dict(one.found),
    }


def _show(console: Console, found: list[Result]) -> None:
    if not found:
        console.print("Nothing was kept. A worker keeps results each night; --save of a command keeps them at once.")
        return
    table = Table("Day", "What", "Of", "Why", title=f"{len(found)} results")
    for one in found[:SHOWN]:
        table.add_row(
            f"{one.as_of:%d %b %Y}", one.kind.replace("_", " "), one.found.get("name", one.subject), one.reason
        )
    console.print(table)
    if len(found) > SHOWN:
        console.print(f"{len(found) - SHOWN} more: --json lists them all.", highlight=False)
