"""`success-vector charts`: where members stand, what is reached when, what to count on, who has too much to do."""

from __future__ import annotations

from pathlib import Path

import click

from plugin.charts.drawn import Drawn
from plugin.charts.kept import read_curves
from plugin.charts.saved import save
from plugin.charts.stored import Asked, drawn
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.coverage.team import load
from plugin.errors import UserError
from plugin.settings import Settings

NAMES = ("portfolio", "cohorts", "forecast", "capacity", "calibration")


@click.command("charts")
@click.option("--into", metavar="DIR", type=click.Path(path_type=Path), default=".", help="Write them there.")
@click.option("--format", "form", type=click.Choice(["svg", "png"]), default="svg", help="What kind of file.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Only this one; more than one goes.")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@click.option(
    "--team",
    metavar="TEAM.toml",
    type=click.Path(path_type=Path),
    help="Who serves members; default: the file of the settings.",
)
@click.option(
    "--backtest",
    "report",
    metavar="report.json",
    type=click.Path(path_type=Path),
    help="Of `backtest --report`, instead of the stored one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: each file, and what it shows.")
def charts_command(
    into: Path,
    form: str,
    only: tuple[str, ...],
    as_of: str | None,
    team: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Draw charts of what the store holds: portfolio, cohorts, forecast, capacity, calibration."""
    file = team or Settings.read().team
    given, curves = load(file) if file else None, read_curves(report) if report else None
    with opened_store() as conn:
        asked = Asked(as_of_day(conn, as_of), given, curves)
        _folder(into)
        told = []
        for name in only or NAMES:
            file, chart = into / f"charts-{name}.{form}", drawn(conn, name, asked)
            _save(chart, file)
            told.append({"name": name, "file": str(file), "title": chart.title, "description": chart.description})
            if not as_json:
                click.echo(f"{file}: {chart.description}")
    if as_json:
        print_json(told)


def _save(chart: Drawn, file: Path) -> None:
    try:
        save(chart, file)
    except OSError as error:
        raise UserError(f"{file} can't be written: {error}. Name another folder with --into.") from error


def _folder(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{into} can't be made: {error}. Name another folder with --into.") from error
