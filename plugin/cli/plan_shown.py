"""A plan laid out from a day, on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from plugin.domain.plan import DatedPlan, PlannedAction, Step

PARTIES = {
    "member_outside": "the member, on their own",
    "member_inside": "the member, with our offering",
    "together": "together",
    "us_behind_the_scenes": "we, behind the scenes",
}


def show_plan(console: Console, plan: DatedPlan, chosen: Mapping[UUID, str] | None = None) -> None:
    """Print the plan day by day, what to be warned of, and whom it is for, if that is known."""
    table = Table("Due", "What", "By whom", title=f"{plan.template.name}, by {plan.due_on:%d %b %Y}")
    for step in plan.steps:
        style = None if isinstance(step.what, PlannedAction) else "bold"
        table.add_row(f"{step.due_on:%d %b %Y}", step.what.name, _by(step), style=style)
    console.print(table)
    for warning in plan.warnings:
        console.print(f"Warning: {warning}", style="yellow", highlight=False)
    if chosen is None:
        return
    names = list(chosen.values())
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    said = f"For {members_said(len(names))} without an open Desired Outcome: {', '.join(names[:5])}{more}."
    nobody = "No such member is without an open Desired Outcome."
    console.print(said if names else nobody, markup=False, highlight=False)


def as_json_plan(plan: DatedPlan) -> dict[str, Any]:
    """Return the plan's days and its warnings."""
    return {
        "starts_on": plan.starts_on.isoformat(),
        "due_on": plan.due_on.isoformat(),
        "steps": [{"due_on": step.due_on.isoformat(), "name": step.what.name, "by": _by(step)} for step in plan.steps],
        "warnings": list(plan.warnings),
    }


def members_said(count: int) -> str:
    """Return a count of members in words."""
    return "1 member" if count == 1 else f"{count} members"


def _by(step: Step) -> str:
    return PARTIES[step.what.party] if isinstance(step.what, PlannedAction) else f"{step.what.type} milestone"
