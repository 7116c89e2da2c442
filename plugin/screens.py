"""What several commands show: a check's problems, how far a walk over all records has come, what it found."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table

from plugin.errors import Problem, UserError
from plugin.store import systems, walks
from plugin.store.walks import Kind, Walk
from plugin.sync import poll, walking
from plugin.sync import reconcile as reconciling
from plugin.sync.engine import Engine
from plugin.sync.walking import Step


def show_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Print the problems, errors first, each with its fix."""
    if not problems:
        console.print("The mapping fits the org.")
        return
    table = Table(*(Column(heading, overflow="fold") for heading in ("", "Where", "What is wrong", "What to do")))
    for problem in problems:
        table.add_row(problem.severity, problem.where, problem.what, problem.fix)
    console.print(table)


def first_sync(engine: Engine, name: str, console: Console) -> None:
    """Read everything of a system once, with a progress bar an object. Raises UserError where a worker is at it."""
    bars: dict[str, TaskID] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:

        def advance(step: poll.Progress) -> None:
            if step.object not in bars:
                bars[step.object] = progress.add_task(step.object)
            progress.update(bars[step.object], completed=step.read, total=step.total or step.read)

        if not poll.first_sync(engine, name, advance):
            raise UserError("A worker of this database is syncing already: wait for it, or stop it first.")


def walk(engine: Engine, name: str, console: Console, kind: Kind, step: Step, objects: Sequence[str]) -> None:
    """Walk over objects (all that are read if none is named), with a progress bar each; go on with one cut off.

    A worker that has the system in between is waited for. Raises UserError for an object that isn't read, and where
    the org's calls are short.
    """
    known = [source.object for source in engine.connected[name].read_sources]
    for each in objects:
        if each not in known:
            raise UserError(f"The mapping reads no object {each!r}. It reads {', '.join(known)}.")
    walking.begin(engine, name, kind, objects)
    bars: dict[str, TaskID] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:

        def advance(at: Walk) -> None:
            if at.object not in bars:
                bars[at.object] = progress.add_task(at.object)
            progress.update(bars[at.object], completed=at.read, total=at.total or at.read)

        ended = walking.walk_on(engine, name, kind, step, advance, wait_a_little)
    if ended is walking.Ended.SHORT:
        with engine.database.connect() as conn:
            until = engine.waits(conn, name)["backfill"]
        raise UserError(
            f"The org's API calls are short, so the {kind} waits until {until:%H:%M} UTC and then looks again. A "
            "worker goes on with it, or run the command again. How many calls it may use: "
            "SUCCESS_VECTOR_CALLS_BACKFILL_PERCENT."
        )


def reconcile(engine: Engine, name: str, console: Console, objects: Sequence[str]) -> list[Walk]:
    """Hold ids and stamps of these objects, or of all, against ours; return what was found, by object."""
    walk(engine, name, console, "reconcile", reconciling.step, objects)
    with engine.database.begin() as conn:
        if not objects:
            systems.note_reconcile(conn, name, engine.today(conn))
        return [one for one in walks.of(conn, name, "reconcile") if not objects or one.object in objects]


def show_found(console: Console, found: Sequence[Walk]) -> None:
    """Print what a reconcile found."""
    names = reconciling.FOUND
    table = Table(*(Column(heading, overflow="fold") for heading in ("Object", "Held against ours", *names)))
    for one in found:
        table.add_row(one.object, str(one.read), *(str(one.found.get(name, 0)) for name in names))
    console.print(table)


def wait_a_little() -> bool:
    """Wait until another worker may have let go; return True."""
    time.sleep(0.2)
    return True
