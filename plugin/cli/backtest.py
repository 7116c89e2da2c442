"""`success-vector backtest`: whether the success vector told on past days what came, and what may be claimed of it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown

from plugin.backtest.charts import draw
from plugin.backtest.markdown import markdown
from plugin.backtest.report import Report, as_json, as_results
from plugin.backtest.sources import cdnow_report, oulad_report, own_report
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.calibration import SEED
from plugin.domain.calibration_auc import DRAWS
from plugin.domain.success_vector import VERSION
from plugin.errors import UserError
from plugin.scoring.rows import time_zone
from plugin.store import results, verdicts
from plugin.store.verdicts import Judged

PUBLIC = {"oulad": oulad_report, "cdnow": cdnow_report}
FEWEST_DRAWS = 100


@click.command("backtest")
@click.option(
    "--source",
    type=(click.Choice(list(PUBLIC)), click.Path(path_type=Path)),
    metavar="NAME PATH",
    help="Public data instead of the own history: `oulad FOLDER` or `cdnow FILE`.",
)
@click.option("--as-of", "as_of", metavar="DATE", help="The last day of the own history; default: today.")
@click.option(
    "--report", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Write it here, with charts."
)
@click.option("--png", is_flag=True, help="Draw the charts as PNG instead of SVG.")
@click.option("--seed", type=int, default=SEED, help="Seed of the bootstrap.")
@click.option("--draws", type=click.IntRange(FEWEST_DRAWS), default=DRAWS, help="Bootstrap draws.")
@click.option("--json", "as_json_", is_flag=True, help="Print JSON, with every number.")
def backtest_command(
    source: tuple[str, Path] | None,
    as_of: str | None,
    folder: Path | None,
    png: bool,
    seed: int,
    draws: int,
    as_json_: bool,
) -> None:
    """Hold past success vectors against what came, without hindsight; say skill, descriptive only or too few to say."""
    if source is not None and as_of is not None:
        raise UserError("--as-of is for the own history: a public source has its own days. Leave it out.")
    found = own(as_of, seed, draws) if source is None else PUBLIC[source[0]](source[1], seed, draws)
    if folder is not None:
        write(found, folder, "png" if png else "svg")
    if as_json_:
        print_json(as_json(found))
    else:
        Console().print(Markdown(markdown(found)))


def own(as_of: str | None, seed: int, draws: int) -> Report:
    """Back-test the own history, and keep verdicts and curves: for sentences about the future, and for charts."""
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        found = own_report(conn, day, time_zone(conn), seed, draws)
        kept = {
            one.question: Judged(one.verdict, one.evidence.good, one.evidence.bad, day, VERSION)
            for one in found.backtests
        }
        verdicts.save(conn, kept)
        results.replace(conn, "calibration", day, as_results(found, day))
    return found


def write(found: Report, folder: Path, form: str) -> None:
    """Write report.md, report.json and the charts into a folder. Raises UserError if that can't be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        charts = draw(found, folder, form)
        (folder / "report.md").write_text(markdown(found, charts), encoding="utf-8")
        told = json.dumps(as_json(found), indent=2, ensure_ascii=False)
        (folder / "report.json").write_text(f"{told}\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} can't be written: {error.strerror}. Name a folder that you may write to.") from error
