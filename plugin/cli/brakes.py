"""`success-vector brakes`: what too large a run holds back, and letting it go."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.errors import UserError
from plugin.store import braked
from plugin.store.braked import KINDS, Kind, Stopped
from plugin.sync.brakes import release as let_go

WORDS = {"overwrite": "would be overwritten there", "delete": "would be deleted here"}


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def brakes(context: click.Context, as_json: bool) -> None:
    """Show which runs were stopped because they would overwrite or delete too much in a day."""
    if context.invoked_subcommand:
        return
    with opened_store() as conn:
        found = braked.stopped(conn)
    if as_json:
        print_json([asdict(one) for one in found])
    elif not found:
        click.echo("No brake is on.")
    _show(found if not as_json else ())


@brakes.command()
@click.argument("system")
@click.option("--only", type=click.Choice(KINDS), help="Only this brake; both if left out.")
@click.option("--because", metavar="TEXT", help="Why; kept for the record.")
@click.option("--yes", is_flag=True, help="Do it. Without, what would go on is shown.")
def release(system: str, only: Kind | None, because: str | None, yes: bool) -> None:
    """Let go on what the brakes of SYSTEM hold back: exactly those records, and no others."""
    with opened_store() as conn:
        kinds = (only,) if only else KINDS
        found = [one for one in braked.stopped(conn, system) if one.kind in kinds]
        if not found:
            raise UserError(f"No brake of {system} is on; `success-vector brakes` shows what is.")
        _show(found)
        if not yes:
            click.echo("Add --yes to let these go on.")
            return
        now = datetime.now(UTC)
        number = sum(let_go(conn, system, kind, getpass.getuser(), because, now) for kind in kinds)
    click.echo(f"{number} go on; a worker takes them up now.")


def _show(found: Sequence[Stopped]) -> None:
    for one in found:
        click.echo(
            f"{one.system}: {one.number} of {one.entity} {WORDS[one.kind]}, since {one.since:%Y-%m-%d %H:%M} UTC."
        )
