"""`success-vector capacity`: who has how much to do, and whom to hand over so that it evens out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.coverage import load, members, team
from plugin.coverage.team import ASSUMED
from plugin.coverage.work import Work, work
from plugin.domain.capacity import Capacity, Msm, Team
from plugin.domain.capacity import capacity as capacity_of
from plugin.domain.rebalance import Move, rebalance
from plugin.domain.shares import percent
from plugin.results import told
from plugin.settings import Settings
from plugin.store import results

SHOWN = 20
"""Moves that the screen shows; `--json` has all of them."""


@click.command("capacity")
@click.option(
    "--team",
    "team_file",
    metavar="TEAM.toml",
    type=click.Path(path_type=Path),
    help="Who serves members; default: the file of the settings.",
)
@click.option(
    "--hours", type=click.FloatRange(1, 744), help="Hours a month of everyone, whatever a team file says; 120 without."
)
@click.option(
    "--overhead", type=click.FloatRange(0, 0.95), help="Share of them that members don't get; 0.25 without a team file."
)
@click.option(
    "--rules", metavar="RULES.toml", type=click.Path(path_type=Path), help="Coverage rules: tells what is over."
)
@click.option("--rebalance", "even_out", is_flag=True, help="Propose whom to hand over. Nothing is changed.")
@click.option("--near", type=click.FloatRange(0, 1), default=0.0, help="Loads may differ so much if it saves moves.")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@click.option("--save", is_flag=True, help="Keep the result with its day and its reason.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every move.")
def capacity_command(
    team_file: Path | None,
    hours: float | None,
    overhead: float | None,
    rules: Path | None,
    even_out: bool,
    near: float,
    as_of: str | None,
    **said: bool,
) -> None:
    """Show the load of each person and pool, and the hours that each segment takes."""
    given = _team(team_file, alike=hours is not None or overhead is not None)
    everyone = Msm("", hours or ASSUMED.hours, ASSUMED.overhead if overhead is None else overhead)
    loaded = load.load(rules) if rules else None
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        covered = members.coverage(conn, loaded, day).members if loaded else ()
        called_for = {one.member: one.assignment.segment for one in covered}
        found = work(conn, day, given, everyone, called_for)
        before = capacity_of(found.served, found.team)
        if said["save"]:
            results.replace(conn, "capacity", day, told.of_capacity(before, day, None if given else told.ASSUMED))
    evened = rebalance(found.served, found.team, near) if even_out else None
    moves, after = (evened.moves, evened.after) if evened else ((), None)
    if said["as_json"]:
        print_json(_json(before, after, moves, found, everyone if given is None else None))
        return
    console = Console()
    _show(console, before, after, found)
    _show_moves(console, moves)
    if even_out and not moves:
        console.print("No member needs to be handed over.")
    console.print((after or before).shortage or "There are hours enough.", highlight=False)
    if given is None:
        hours_each = f"{everyone.hours:g} hours a month each, {percent(everyone.overhead)} overhead"
        console.print(f"Assumed: {hours_each}. A team file says better: name it with --team, or in the settings.")


def _team(file: Path | None, *, alike: bool) -> Team | None:
    """Return the team of that file or of the settings' one; None where everyone is taken to be alike."""
    if file and alike:
        raise click.UsageError("--hours and --overhead are for everyone alike: give either them or --team.")
    file = file or (None if alike else Settings.read().team)
    return team.load(file) if file else None


def _json(
    before: Capacity, after: Capacity | None, moves: tuple[Move, ...], found: Work, everyone: Msm | None
) -> dict[str, Any]:
    return {
        "assumed": {"hours": everyone.hours, "overhead": everyone.overhead} if everyone else None,
        "before": _capacity(before),
        "after": _capacity(after) if after else None,
        "moves": [asdict(move) for move in moves],
        "members_of_unknown_hours": dict(found.without_hours),
    }


def _capacity(one: Capacity) -> dict[str, Any]:
    return {
        "loads": [asdict(load_) | {"load": load_.load, "spare": load_.spare} for load_ in one.loads],
        "segments": [asdict(segment) for segment in one.segments],
        "members_of_nobody": len(one.nobody),
        "hours": one.hours,
        "usable": one.usable,
        "shortage": one.shortage,
    }


def _show(console: Console, before: Capacity, after: Capacity | None, found: Work) -> None:
    then = {load_.name: load_ for load_ in after.loads} if after else {}
    table = Table("Who", "Members", "Hours", "Usable", "Load", "Spare", *(("After",) if after else ()), title="Load")
    for one in before.loads:
        usable = "?" if one.usable is None else f"{one.usable:,.0f}"
        row = [f"{one.name} (pool)" if one.pool else one.name, str(one.members), f"{one.hours:,.0f}", usable]
        row += [percent(one.load), f"{one.spare:,.0f}"] + ([percent(then[one.name].load)] if after else [])
        table.add_row(*row, style="red" if (one.load or 0) > 1 else None)
    console.print(table)
    segments = Table("Segment", "Members", "Hours a month", "More than called for", title="Hours by segment")
    for segment in before.segments:
        segments.add_row(segment.segment, str(segment.members), f"{segment.hours:,.1f}", f"{segment.over:,.1f}")
    console.print(segments)
    if before.nobody:
        console.print(f"{len(before.nobody)} members have no owner in the team: give them one.", style="yellow")
    for segment_name, count in found.without_hours.items():
        console.print(
            f"{count} members of {segment_name}: nobody said how many hours they take. Give the segment its hours, or "
            "name them in the team file.",
            style="yellow", highlight=False, markup=False,
        )  # fmt: skip


def _show_moves(console: Console, moves: tuple[Move, ...]) -> None:
    if not moves:
        return
    table = Table("Member", "From", "To", "Hours", title=f"{len(moves)} members to hand over")
    for move in moves[:SHOWN]:
        table.add_row(move.name or move.member, move.giver, move.taker, f"{move.hours:g}")
    console.print(table)
    if len(moves) > SHOWN:
        console.print(f"{len(moves) - SHOWN} more: --json lists them all.", highlight=False)
