"""`success-vector review`: the fields that wait for a person, and settling them."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy.engine import Connection

from plugin.bootstrap import mappings_of
from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.sync.held import Held, held
from plugin.sync.review import Settlement, Stale, find, settle

MOST = 100_000


@click.group(invoke_without_command=True)
@click.option("--system", metavar="NAME", help="Only those of this system.")
@click.option("--field", "which", metavar="ENTITY[.FIELD]", help="Only those of an entity, or of one field of it.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def review(context: click.Context, system: str | None, which: str | None, limit: int, as_json: bool) -> None:
    """List the fields that wait for a person: both values, who and when on each side, and why they wait."""
    if context.invoked_subcommand:
        return
    with opened_store() as conn:
        found = _held(conn, system, which, limit)
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        Console().print(_table(found))
        click.echo("Settle one with: success-vector review settle ID --take theirs (or ours, or a value).")
    else:
        click.echo("No field waits for a person.")


@review.command("settle")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--take", required=True, metavar="ours|theirs|VALUE", help="Whose value is to stand, or which; =VALUE too."
)
@click.option("--because", metavar="TEXT", help="Why; kept for the record.")
@click.option("--field", "which", metavar="ENTITY[.FIELD]", help="All that wait of an entity, or of one field of it.")
@click.option("--system", metavar="NAME", help="With --field: only those of this system.")
@click.option("--yes", is_flag=True, help="With --field: do it. Without, what would be done is shown.")
def settle_(
    ids: tuple[str, ...], take: str, because: str | None, which: str | None, system: str | None, yes: bool
) -> None:
    """Settle fields that wait. What moved since it was listed is refused, with what it is now.

    The value goes to every system that holds the record. `--take =ours` stands for the word "ours" itself.
    """
    if bool(ids) == bool(which):
        raise click.UsageError("Name the ids that `success-vector review` shows, or --field ENTITY[.FIELD].")
    settlement = _settlement(take, because)
    with opened_store() as conn:
        chosen = _held(conn, system, which, MOST) if which else [find(conn, one) for one in ids]
        if not chosen:
            raise UserError(f"Nothing of {which} waits; `success-vector review` lists what does.")
        if which and not yes:
            Console().print(_table(chosen))
            whose = {"ours": "ours", "theirs": "theirs"}.get(take, repr(settlement.value))
            click.echo(f"{len(chosen)} would be settled with {whose}. Add --yes to do it.")
            return
        mappings, now = mappings_of(Settings.read()), datetime.now(UTC)
        for one in chosen:
            value = _settle_one(conn, mappings, one, settlement, now)
            click.echo(f"{one.entity} {one.record or one.record_id}: {one.field} is {value!r}.")


def _settle_one(conn: Connection, mappings: Any, one: Held, settlement: Settlement, now: datetime) -> Any:
    try:
        return settle(conn, mappings, one.id, settlement, now)
    except Stale as stale:
        raise UserError(f"{stale} Nothing was settled.") from stale


def _settlement(take: str, because: str | None) -> Settlement:
    who = getpass.getuser()
    if take == "ours":
        return Settlement("ours", None, who, because)
    if take == "theirs":
        return Settlement("theirs", None, who, because)
    return Settlement("value", take.removeprefix("="), who, because)


def _held(conn: Connection, system: str | None, which: str | None, limit: int) -> list[Held]:
    entity, _, field = (which or "").partition(".")
    return held(conn, system=system, entity=entity or None, field=field or None, limit=limit)[:limit]


def _table(found: Sequence[Held]) -> Table:
    headings = ("Id", "Record", "Field", "Theirs", "Ours", "Why")
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for one in found:
        members = "".join(f"\n{name}" for name in one.members if name != one.record)
        table.add_row(
            one.id,
            f"{one.system} {one.entity}\n{one.record or one.external_id}{members}",
            one.field,
            f"{_shown(one.theirs)}\n{one.theirs_by or ''} {(one.theirs_at or '')[:16]}",
            f"{_shown(one.ours)}\n{one.ours_by or ''} {one.ours_at.isoformat()[:16] if one.ours_at else ''}",
            one.explanation,
        )
    return table


def _shown(value: Any) -> str:
    return "(empty)" if value is None else str(value)
