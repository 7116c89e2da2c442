"""`success-vector coverage`: which segment each member belongs to by the rules, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.bootstrap import marks_of, now, open_services
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.coverage.load import SHIPPED, load
from plugin.coverage.members import Covered, assign_segments, coverage
from plugin.domain.coverage_rules import Coverage, CoverageRule
from plugin.results import told
from plugin.settings import Settings
from plugin.store import migrate, results

SHOWN = 20
"""Members that the screen shows of each kind; `--json` has all of them."""


@click.command("coverage")
@click.argument("rules", metavar="[RULES.toml]", type=click.Path(path_type=Path), required=False)
@click.option("--apply", "apply_", is_flag=True, help="Write the rules' segments, where no person decided.")
@click.option("--save", is_flag=True, help="Keep the result with its day and its reason; --apply does so too.")
@click.option("--json", "as_json", is_flag=True, help="Print every member's segment as JSON.")
def coverage_command(rules: Path | None, apply_: bool, save: bool, as_json: bool) -> None:
    """Show the coverage segment that the rules give each member, and why; people's decisions are kept."""
    loaded = load(rules or Settings.read().coverage_rules or SHIPPED)
    covered, changed = _applied(loaded) if apply_ else (_looked_at(loaded, save=save), None)
    if as_json:
        print_json(_json(covered, changed))
    else:
        _show(Console(), covered, changed)


def _looked_at(rules: Sequence[CoverageRule], *, save: bool) -> Covered:
    with opened_store() as conn:
        day = as_of_day(conn, None)
        covered = coverage(conn, rules, day)
        if save:
            results.replace(conn, "coverage", day, told.of_coverage(covered.members, day))
    return covered


def _applied(rules: Sequence[CoverageRule]) -> tuple[Covered, int]:
    services = open_services(Settings.read())
    try:
        migrate.upgrade(services.database)
        with services.database.begin() as conn:
            day = as_of_day(conn, None)
            covered = coverage(conn, rules, day)
            results.replace(conn, "coverage", day, told.of_coverage(covered.members, day))
            changed = assign_segments(conn, marks_of(services.mappings), covered, now())
        services.wake()
    finally:
        services.close()
    return covered, len(changed)


def _json(covered: Covered, changed: int | None) -> dict[str, Any]:
    return {
        "members": [
            {
                "id": one.member,
                "name": one.name,
                "segment": one.segment,
                "why": one.why,
                "rule": one.assignment.rule,
                "rule_segment": one.assignment.segment,
                "decided_by_a_person": one.override is not None,
                "disagrees": one.disagrees,
                "unknown": list(one.assignment.unknown),
            }
            for one in covered.members
        ],
        "unknown_segments": list(covered.unknown_segments),
        "changed": changed,
    }


def _show(console: Console, covered: Covered, changed: int | None) -> None:
    by_rules = Counter(one.assignment.segment or "no rule applies" for one in covered.members)
    in_force = Counter(one.segment or "none" for one in covered.members)
    table = Table("Segment", "By the rules", "In force", title=f"Coverage of {len(covered.members)} members")
    for segment in dict.fromkeys((*by_rules, *in_force)):
        table.add_row(segment, str(by_rules[segment]), str(in_force[segment]))
    console.print(table)
    _list(console, "A person decided otherwise", [one for one in covered.members if one.disagrees])
    _list(console, "By the rules", [one for one in covered.members if one.override is None])
    unknown = Counter(name for one in covered.members for name in one.assignment.unknown)
    for name, count in unknown.most_common():
        console.print(f"{name.replace('_', ' ')} is not known of {count} members: map it, or ask.", highlight=False)
    for segment in covered.unknown_segments:
        console.print(f"There is no coverage segment {segment!r}: add it, or change the rule.", style="yellow")
    if changed is not None:
        console.print(f"{changed} members got a segment or a new reason; a worker writes them to the CRM.")


def _list(console: Console, title: str, members: Sequence[Coverage]) -> None:
    if not members:
        return
    table = Table("Member", "Segment", "Why", title=title)
    for one in members[:SHOWN]:
        table.add_row(one.name, one.segment or "-", one.why)
    console.print(table)
    if len(members) > SHOWN:
        console.print(f"{len(members) - SHOWN} more: --json lists them all.", highlight=False)
