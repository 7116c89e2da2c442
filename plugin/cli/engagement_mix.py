"""`success-vector engagement-mix`: how people and members meet, and whether anything is known of those we meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.beside_context import Against
from plugin.domain.engagement_mix import INBOUND, PROACTIVE, REACTIVE, Mix, mix_by
from plugin.domain.shares import percent
from plugin.results import told
from plugin.scoring.engagements import Relationships, relationships
from plugin.store import results


@click.command("engagement-mix")
@click.option("--days", type=click.IntRange(1), default=90, help="How many days to look back.")
@click.option("--as-of", "as_of", metavar="DATE", help="The last day; default: today.")
@click.option("--save", is_flag=True, help="Keep the result with its day and its reason.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every member's relationship.")
def engagement_mix_command(days: int, as_of: str | None, save: bool, as_json: bool) -> None:
    """Show shares of proactive, reactive and inbound engagements, by MSM and by segment. A view, never credit."""
    with opened_store() as conn:
        until = as_of_day(conn, as_of)
        found = relationships(conn, until - timedelta(days=days), until)
        by_msm = mix_by(found.interactions, lambda one: one.msm)
        by_segment = mix_by(found.interactions, lambda one: one.segment)
        if save:
            results.replace(conn, "engagement_mix", until, told.of_relationships(found, days, until))
    if as_json:
        print_json(_json(found, by_msm, by_segment))
        return
    console = Console()
    console.print(_table(f"Engagements of {days} days by MSM", by_msm))
    console.print(_table("By segment", by_segment))
    console.print(_against("Engagement against context, by MSM", told.against(found)["by_msm"]))
    console.print(_against("By segment", told.against(found)["by_segment"]))
    counted = Counter(kind for _, _, kind in found.members)
    table = Table("Engagement and context", "Members", title="What relationships are made of")
    for kind, count in counted.most_common():
        table.add_row(kind, str(count))
    console.print(table)


def _against(title: str, rows: Sequence[Against]) -> Table:
    table = Table("", "Members", "Engagements", "Learned", "Met and known", "Remark", title=title)
    for one in rows:
        learned = str(sum(one.learned.values()))
        table.add_row(one.name, str(one.members), str(one.engagements), learned, percent(one.known), one.remark)
    return table


def _json(found: Relationships, by_msm: Sequence[Mix], by_segment: Sequence[Mix]) -> dict[str, Any]:
    return {
        "by_msm": [told.mixed(one) for one in by_msm],
        "by_segment": [told.mixed(one) for one in by_segment],
        "against_context": {name: [told.beside(one) for one in rows] for name, rows in told.against(found).items()},
        "relationships": [{"id": key, "name": name, "relationship": kind} for key, name, kind in found.members],
    }


def _table(title: str, mixes: Sequence[Mix]) -> Table:
    headings = ("", "Count", "Proactive", "Reactive", "Inbound", "On a milestone", "As covered", "Remark")
    table = Table(*headings, title=title)
    for one in mixes:
        shares = (one.share(PROACTIVE), one.share(REACTIVE), one.share(INBOUND), one.tied, one.covered)
        table.add_row(one.name, str(one.engagements), *map(percent, shares), one.remark)
    return table
