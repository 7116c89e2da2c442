"""`success-vector score`: score members from a file, without any database or system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.printed import print_json
from plugin.domain.exchange import read_members, write_vectors
from plugin.domain.exchange_values import day_of
from plugin.domain.success_vector import score as score_members
from plugin.domain.vector import SuccessVector
from plugin.errors import UserError


@click.command()
@click.argument("file", metavar="FILE.json", type=click.Path(path_type=Path))
@click.option("--as-of", "as_of", metavar="DATE", required=True, help="The day to score, as year-month-day.")
@click.option("--json", "as_json", is_flag=True, help="Print the exchange format instead of a table.")
def score(file: Path, as_of: str, as_json: bool) -> None:
    """Score the members in FILE.json as of DATE, from the facts dated on or before it."""
    day = parse_day(as_of)
    vectors = score_members(read_members(read(file), str(file)), day)
    if as_json:
        print_json(write_vectors(vectors, day))
    else:
        Console().print(table(vectors, day))


def parse_day(text: str) -> date:
    """Return the date that `text` names. Raises UserError."""
    day = day_of(text)
    if day is None:
        raise UserError(f"--as-of {text}: that is not a date. Write it as year-month-day, like 2026-01-31.")
    return day


def read(file: Path) -> str:
    """Return what stands in the file. Raises UserError when it can't be read as text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}. Check its name and its permissions.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not text in UTF-8 (byte {error.start}). Save it as UTF-8.") from error


def table(vectors: Sequence[SuccessVector], as_of: date) -> Table:
    """Return a row a member, rounded as people read it."""
    shown = Table(title=f"Success vectors as of {as_of:%d %b %Y}")
    shown.add_column("Member")
    shown.add_column("Status", no_wrap=True)
    # Direction, magnitude and pace stand under the definition's letters, so that a row fits a narrow screen.
    for name in ("Score", "Low", "D", "M", "V", "p"):
        shown.add_column(name, justify="right")
    shown.add_column("Remarks")
    for vector in vectors:
        shown.add_row(
            vector.id,
            vector.status.replace("_", " "),
            *(_printed(value, ".0f") for value in (vector.score, vector.score_low)),
            *(_printed(value, ".2f") for value in (vector.direction, vector.magnitude, vector.pace)),
            _printed(vector.progress, ".0%"),
            remarks(vector),
        )
    return shown


def remarks(vector: SuccessVector) -> str:
    """Return what else there is to know: why there is no goal, a Success Gap, stale facts."""
    gap = f"Success Gap {vector.success_gap} since {vector.success_gap_since:%d %b %Y}" if vector.success_gap else ""
    return "; ".join(filter(None, (vector.reason, gap, "stale" if vector.stale else "")))


def _printed(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
