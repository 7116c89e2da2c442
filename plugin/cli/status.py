"""`success-vector status`: how far behind each system is, and what needs a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import Connection

from plugin.cli.opened import opened_store
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.store import due, links, systems


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show what is due, what was given up on and what rests, by system; exit code 1 if something needs a person."""
    with opened_store() as conn:
        found = look(conn, datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(found, default=str, indent=2))
    else:
        _show(Console(), found)
    if wrong := needs(found, Settings.read().oldest_due_seconds):
        raise UserError(" ".join(wrong))


def look(conn: Connection, now: datetime) -> dict[str, Any]:
    """Return the systems as they were pinned, with their due rows, dead letters and links by state, and the lag."""
    oldest = due.oldest(conn)
    known = [asdict(system) for system in systems.all_systems(conn)]
    counts, letters, states = due.counts(conn), due.dead_letter_counts(conn), links.counts(conn)
    for system in known:
        name = system["name"]
        system["due"] = {f"{stage}/{lane}": n for (stage, of, lane), n in sorted(counts.items()) if of in {name, ""}}
        system["dead_letters"] = {stage: n for (stage, of), n in sorted(letters.items()) if of in {name, ""}}
        system["links"] = {state: n for (of, state), n in sorted(states.items()) if of == name}
    return {"lag_seconds": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0, "systems": known}


def needs(found: dict[str, Any], longest_lag: int) -> list[str]:
    """Return a sentence, with the next step, for each thing that needs a person."""
    wrong = []
    if not found["systems"]:
        wrong.append("No system was ever synced: run `success-vector sync`.")
    if found["lag_seconds"] > longest_lag:
        wrong.append(f"The oldest record is due for {found['lag_seconds']:.0f} s: is a worker running?")
    if any(system["dead_letters"] for system in found["systems"]):
        wrong.append("There are dead letters: see `success-vector letters`.")
    return wrong


def _show(console: Console, found: dict[str, Any]) -> None:
    for system in found["systems"]:
        table = Table(title=f"{system['name']}: {system['org_name']} ({system['org_id']})", show_header=False)
        table.add_row("First sync", _when(system["first_sync_completed_at"]))
        table.add_row("Last poll", _when(system["polled_at"]))
        table.add_row("API calls", f"{system['calls_used']} of {system['calls_limit']} at {_when(system['usage_at'])}")
        for title, key in (("Due", "due"), ("Dead letters", "dead_letters"), ("Links", "links")):
            table.add_row(title, ", ".join(f"{name} {n}" for name, n in system[key].items()) or "none")
        console.print(table)
    console.print(f"Lag: {found['lag_seconds']:.0f} s.")


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"
