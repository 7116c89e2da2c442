"""`success-vector status`: how far behind each system is, and what needs a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import Connection

from plugin.bootstrap import budget_of, systems_of
from plugin.cli.calibrated import said, sentences
from plugin.cli.opened import opened_store
from plugin.cli.printed import print_json
from plugin.cli.systems import chosen, for_one_or_all
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.store import braked, dead_letters, due, links, resting, systems, unmatched, walks
from plugin.sync import held
from plugin.sync.budget import DEFAULT, Budget
from plugin.sync.reconcile import FOUND

WAITING = {
    "review": "Fields wait for a person: see `success-vector review`.",
    "unmatched": "Records may be one of several of ours: see `success-vector unmatched`.",
    "resting": "Fields rest, as they are gone or read-only: restore them, grant access, or change the mapping.",
    "braked": "A run was stopped because it would overwrite or delete too much: see `success-vector brakes`.",
}

POLLS_MISSED = 3
A_LONG_POLL = timedelta(minutes=15)


@click.command()
@for_one_or_all
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(only: str | None, as_json: bool) -> None:
    """Show what is due, what was given up on and what rests, by system; exit code 1 if something needs a person."""
    settings = Settings.read()
    names = chosen(systems_of(settings), only)
    with opened_store() as conn:
        found = look(conn, datetime.now(UTC), budget_of(settings))
    seen = {system["name"] for system in found["systems"]}
    found["never_synced"] = [name for name in names if name not in seen]
    if only:
        found["systems"] = [system for system in found["systems"] if system["name"] == only]
    if as_json:
        print_json(found)
    else:
        _show(Console(), found)
    wrong = needs(found, settings.oldest_due_seconds)
    wrong += unpolled(found, timedelta(seconds=settings.poll_seconds), datetime.now(UTC))
    if wrong:
        raise UserError(" ".join(wrong))


def look(conn: Connection, now: datetime, budget: Budget = DEFAULT) -> dict[str, Any]:
    """Return the systems as they were pinned, with their due rows, dead letters and links by state, and the lag.

    With each stands what the last reconcile found, how far a backfill has come, and which lanes wait for API calls.
    """
    waiting = budget.everywhere(conn, now)
    known = [asdict(system) for system in systems.all_systems(conn)]
    counts, letters, states = due.counts(conn), dead_letters.counts(conn), links.counts(conn)
    review, alike = held.counts(conn), unmatched.counts(conn)
    for system in known:
        name = system["name"]
        system["lag_seconds"] = _age(due.oldest(conn, waiting, name), now)
        system["due"] = {f"{stage}/{lane}": n for (stage, of, lane), n in sorted(counts.items()) if of in {name, ""}}
        system["dead_letters"] = {stage: n for (stage, of), n in sorted(letters.items()) if of in {name, ""}}
        system["waits"] = {lane: until.isoformat() for lane, until in waiting[name].items()}
        system["reconcile"] = found_by(conn, name)
        system["backfill"] = {one.object: [one.read, one.total] for one in walks.under_way(conn, name, "backfill")}
        system["links"] = {state: n for (of, state), n in sorted(states.items()) if of == name}
        system["review"] = review.get(name, 0)
        system["unmatched"] = alike.get(name, 0)
        system["resting"] = {f"{one.object}.{one.field}": one.why for one in resting.of(conn, name)}
        system["braked"] = {f"{one.kind} {one.entity}": one.number for one in braked.stopped(conn, name)}
    return {
        "lag_seconds": _age(due.oldest(conn, waiting), now),
        "systems": known,
        "calibration": said(conn),
    }


def _age(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def found_by(conn: Connection, system: str) -> dict[str, Any]:
    """Return what the last reconcile of each object found, added up, and when the last of them ended."""
    last = walks.of(conn, system, "reconcile")
    ended = [one.finished_at for one in last if one.finished_at]
    found = {name: sum(one.found.get(name, 0) for one in last) for name in FOUND}
    return {"finished_at": max(ended), **found} if ended else {}


def needs(found: dict[str, Any], longest_lag: int) -> list[str]:
    """Return a sentence, with the next step, for each thing that needs a person."""
    wrong = []
    if not found["systems"]:
        wrong.append("No system was ever synced: run `success-vector sync`.")
    elif never := found.get("never_synced"):
        wrong.append(f"{' and '.join(never)} never synced: run `success-vector sync --system {never[0]}`.")
    if found["lag_seconds"] > longest_lag:
        wrong.append(f"The oldest record is due for {found['lag_seconds']:.0f} s: is a worker running?")
    for key, what in WAITING.items():
        if any(system[key] for system in found["systems"]):
            wrong.append(what)
    if any(system["dead_letters"] for system in found["systems"]):
        wrong.append("There are dead letters: see `success-vector letters`.")
    return wrong


def unpolled(found: dict[str, Any], every: timedelta, now: datetime) -> list[str]:
    """Return a sentence for each system that nobody has polled for long: where nothing is due, no lag tells of that.

    A poll that waits for the org's calls isn't late.
    """
    wrong = []
    for system in found["systems"]:
        name, polled = system["name"], system["polled_at"]
        if system["first_sync_completed_at"] is None:
            wrong.append(f"The first sync of {name} isn't complete, so nothing is written: run `success-vector sync`.")
        elif polled and now - polled > POLLS_MISSED * every + A_LONG_POLL and "sync" not in system["waits"]:
            minutes = (now - polled) // timedelta(minutes=1)
            wrong.append(f"{name} was polled {minutes} minutes ago: is a worker running?")
    return wrong


def _show(console: Console, found: dict[str, Any]) -> None:
    for system in found["systems"]:
        table = Table(title=f"{system['name']}: {system['org_name']} ({system['org_id']})", show_header=False)
        table.add_row("First sync", _when(system["first_sync_completed_at"]))
        table.add_row("Last poll", _when(system["polled_at"]))
        table.add_row("Lag", f"{system['lag_seconds']:.0f} s")
        used = f"{system['calls_used']} of {system['calls_limit']} at {_when(system['usage_at'])}"
        table.add_row("API calls", used if system["usage_at"] else "not told yet")
        for lane, until in system["waits"].items():
            table.add_row(
                "Waits for API calls", f"{lane} until {_when(datetime.fromisoformat(until))}, then looks again"
            )
        table.add_row("Last reconcile", _when(system["reconcile"].get("finished_at")))
        table.add_row("It found", ", ".join(f"{name} {system['reconcile'].get(name, 0)}" for name in FOUND))
        for name, (read, total) in system["backfill"].items():
            table.add_row("Backfill", f"{name}: {read} of {'unknown' if total is None else total} read")
        table.add_row("For a person", f"{system['review']} fields to review, {system['unmatched']} records to link")
        for field, why in system["resting"].items():
            table.add_row("Rests", f"{field}: {why}")
        for title, key in (
            ("Due", "due"),
            ("Dead letters", "dead_letters"),
            ("Links", "links"),
            ("Held back", "braked"),
        ):
            table.add_row(title, ", ".join(f"{name} {n}" for name, n in system[key].items()) or "none")
        console.print(table)
    console.print(f"Lag: {found['lag_seconds']:.0f} s.")
    console.print("What the success vector foretells, by the last back-test:")
    for sentence in sentences(found["calibration"]):
        console.print(f"  {sentence}")


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"
