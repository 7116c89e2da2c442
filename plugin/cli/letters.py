"""`success-vector letters`, `replay` and `drop`: what was given up on, another try, or none."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Column, Table

from plugin.cli.opened import opened_store, require_reason
from plugin.cli.printed import print_json
from plugin.domain.exchange_values import nearest
from plugin.errors import UserError
from plugin.store import dead_letters
from plugin.store.dead_letters import DeadLetter

MOST = 100_000
LETTER = click.IntRange(1, 2**63 - 1)


@click.command()
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def letters(limit: int, as_json: bool) -> None:
    """List the records that were given up on: in the system's words and in ours, with the fix."""
    with opened_store() as conn:
        found = dead_letters.newest(conn, limit)
    if as_json:
        print_json([asdict(letter) for letter in found])
    elif found:
        Console().print(_table(found))
    else:
        click.echo("There are no dead letters.")


def _table(found: Sequence[DeadLetter]) -> Table:
    headings = ("Id", "Record", "Stage", "Tries", "Last", "Their words", "What to do")
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for letter in found:
        record = f"{letter.system} {letter.object} {letter.record_id}"
        last = f"{letter.last_at:%Y-%m-%d %H:%M}"
        theirs = letter.their_words or letter.code or ""
        table.add_row(str(letter.id), record, letter.stage, str(letter.count), last, theirs, letter.our_words)
    return table


@click.command()
@click.option("--id", "letter", type=LETTER, required=True, metavar="ID", help="The dead letter.")
@click.option("--because", required=True, metavar="TEXT", help="Why it needs no other try; kept for the record.")
def drop(letter: int, because: str) -> None:
    """Take a dead letter away without another try. The record is tried again when it changes."""
    require_reason(because)
    with opened_store() as conn:
        dropped = dead_letters.drop(conn, letter, getpass.getuser(), because, datetime.now(UTC))
    if dropped is None:
        raise UserError(f"There is no dead letter {letter}; `success-vector letters` lists them.")
    click.echo(f"Dropped: {dropped.system} {dropped.object} {dropped.record_id}.")


@click.command()
@click.option(
    "--id", "ids", type=LETTER, multiple=True, metavar="ID", help="This dead letter; may be given several times."
)
@click.option("--reason", metavar="CODE", help="All that failed with this code, such as REQUIRED_FIELD_MISSING.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
def replay(ids: tuple[int, ...], reason: str | None, everything: bool) -> None:
    """Try records again that were given up on; a worker takes them up. A letter goes when its record succeeds."""
    if sum((bool(ids), reason is not None, everything)) != 1:
        raise click.UsageError("Say which: --id ID, --reason CODE or --all.")
    with opened_store() as conn:
        known = dead_letters.newest(conn, MOST)
        if unknown := sorted({*ids} - {one.id for one in known}):
            which = ", ".join(map(str, unknown))
            raise UserError(f"There is no dead letter {which}; `success-vector letters` lists them. Nothing is due.")
        chosen = [one.id for one in known if everything or one.id in ids or (reason and one.code == reason)]
        if not chosen:
            codes = nearest((reason or "").upper(), {one.code or "" for one in known} - {""})
            raise UserError(f"There is no such dead letter. {codes}`success-vector letters` lists them.")
        revived = dead_letters.revive(conn, chosen)
    click.echo(f"{revived} due again; a worker tries them now.")
