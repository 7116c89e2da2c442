"""`success-vector decisions`: what people decided about the sync, who and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import click
from rich.console import Console
from rich.table import Column, Table

from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.store import decisions
from plugin.store.decisions import Decision

MOST = 100_000


@click.command("decisions")
@click.option("--record", type=click.UUID, metavar="ID", help="Only those on this record of ours.")
@click.option("--what", type=click.Choice(decisions.KINDS), help="Only those of this kind.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def decisions_command(record: UUID | None, what: decisions.What | None, limit: int, as_json: bool) -> None:
    """List what people decided, the newest first: fields settled, links, brakes released, letters dropped, erasures."""
    with opened_store() as conn:
        found = decisions.newest(conn, limit, record, what)
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        Console().print(_table(found))
    else:
        click.echo("Nobody has decided anything like that.")


def _table(found: Sequence[Decision]) -> Table:
    table = Table(*(Column(name, overflow="fold") for name in ("When", "What", "On", "From", "To", "Who", "Because")))
    for one in found:
        about = [one.system, one.entity, one.field, one.external_id, str(one.record_id) if one.record_id else None]
        table.add_row(
            f"{one.decided_at:%Y-%m-%d %H:%M:%S}",
            one.what,
            "\n".join(part for part in about if part),
            _said(one.before),
            _said(one.after),
            one.who,
            one.because or "",
        )
    return table


def _said(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
