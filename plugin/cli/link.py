"""`success-vector unmatched`, `link`, `unlink` and `relink`: which record over there is which of ours."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import click
from rich.console import Console
from rich.table import Column, Table

from plugin.bootstrap import mappings_of
from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.settings import Settings
from plugin.store import unmatched as waiting
from plugin.sync.linking import Linking

because_option = click.option("--because", metavar="TEXT", help="Why; kept for the record.")


@contextmanager
def _linking(because: str | None) -> Iterator[Linking]:
    with opened_store() as conn:
        yield Linking(conn, mappings_of(Settings.read()), getpass.getuser(), because, datetime.now(UTC))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def unmatched(as_json: bool) -> None:
    """List the records that may be one of several of ours: nobody guesses, they wait to be linked."""
    with opened_store() as conn:
        found = waiting.waiting(conn)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if not found:
        click.echo("No record waits to be linked.")
        return
    table = Table(*(Column(name, overflow="fold") for name in ("System", "Record", "By", "May be", "Why")))
    for one in found:
        by = "\n".join(f"{name}: {value}" for name, value in one.keys.items())
        table.add_row(one.system, f"{one.object}\n{one.external_id}", by, "\n".join(map(str, one.candidates)), one.why)
    Console().print(table)
    click.echo("Link one with: success-vector link SYSTEM ID RECORD, or make it a record of its own: --new.")


@click.command()
@click.argument("system")
@click.argument("external_id")
@click.argument("record", required=False, type=click.UUID)
@click.option("--new", is_flag=True, help="It is none of ours: make a new record of it.")
@click.option("--object", "object_name", metavar="NAME", help="Their object, where the record was never seen.")
@because_option
def link(
    system: str, external_id: str, record: UUID | None, new: bool, object_name: str | None, because: str | None
) -> None:
    """Say that EXTERNAL_ID of SYSTEM is RECORD of ours. Values that differ then wait in `success-vector review`."""
    if new == (record is not None):
        raise click.UsageError("Name the RECORD of ours that it is, or --new.")
    with _linking(because) as linking:
        if record is None:
            linking.as_new(system, external_id)
        else:
            linking.link(system, external_id, record, object_name)
    click.echo(f"{external_id} of {system} is {'a new record' if new else record}; a worker reads it now.")


@click.command()
@click.argument("system")
@click.argument("external_id")
@because_option
def unlink(system: str, external_id: str, because: str | None) -> None:
    """Keep EXTERNAL_ID of SYSTEM and our record apart: nothing is read, written or created because of either."""
    with _linking(because) as linking:
        linking.unlink(system, external_id)
    click.echo(f"{external_id} of {system} is left alone from now on. `success-vector link` undoes it.")


@click.command()
@click.argument("system")
@click.argument("external_id")
@click.argument("record", type=click.UUID)
@because_option
def relink(system: str, external_id: str, record: UUID, because: str | None) -> None:
    """Say that EXTERNAL_ID of SYSTEM is RECORD of ours, and not the one it is linked with."""
    with _linking(because) as linking:
        gone = linking.relink(system, external_id, record)
    rest = "The record it was is deleted: no other system has it." if gone else "The record it was stays as it is."
    click.echo(f"{external_id} of {system} is {record} now; a worker reads it. {rest}")
