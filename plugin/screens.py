"""What several commands show: a check's problems, a first sync's progress."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table

from plugin.bootstrap import SALESFORCE
from plugin.errors import Problem, UserError
from plugin.sync import poll
from plugin.sync.engine import Engine


def show_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Print the problems, errors first, each with its fix."""
    if not problems:
        console.print("The mapping fits the org.")
        return
    table = Table(*(Column(heading, overflow="fold") for heading in ("", "Where", "What is wrong", "What to do")))
    for problem in problems:
        table.add_row(problem.severity, problem.where, problem.what, problem.fix)
    console.print(table)


def first_sync(engine: Engine, console: Console) -> None:
    """Read everything once, with a progress bar an object. Raises UserError where a worker is at it already."""
    bars: dict[str, TaskID] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:

        def advance(step: poll.Progress) -> None:
            if step.object not in bars:
                bars[step.object] = progress.add_task(step.object)
            progress.update(bars[step.object], completed=step.read, total=step.total or step.read)

        if not poll.first_sync(engine, SALESFORCE, advance):
            raise UserError("A worker of this database is syncing already: wait for it, or stop it first.")
