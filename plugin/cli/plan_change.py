"""`success-vector plans change`: a member's new destination, or the same one again after a return."""

from __future__ import annotations

import click
from rich.console import Console

from plugin.bootstrap import mappings_of, marks_of, now
from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.plan_shown import as_json_plan, show_plan
from plugin.cli.printed import print_json
from plugin.errors import UserError
from plugin.plans.change import Agreed, change_destination
from plugin.plans.load import load
from plugin.settings import Settings


@click.command("change")
@click.argument("template")
@click.option("--member", metavar="NAME", required=True, help="The member, by name or id.")
@click.option("--reason", metavar="TEXT", required=True, help="Why the destination changed; kept on the old goal.")
@click.option("--confirmed-by", metavar="NAME", help="Who confirmed the new goal; without it, it is assumed.")
@click.option("--carry", multiple=True, metavar="MILESTONE=CREDIT", help="Credit from 0 to 1 that carries over.")
@click.option("--baseline", metavar="TEXT", help="Where the member stands today; default: what was reached before.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def change_command(
    template: str,
    member: str,
    reason: str,
    confirmed_by: str | None,
    carry: tuple[str, ...],
    baseline: str | None,
    as_json: bool,
) -> None:
    """Close a member's goal today and start a new version from TEMPLATE; follows a lapsed goal after a return."""
    settings = Settings.read()
    plan = load(template, settings.plans)
    agreed = Agreed(reason, confirmed_by, dict(_credit(word) for word in carry), baseline)
    marks = marks_of(mappings_of(settings))
    with opened_store() as conn:
        today = as_of_day(conn, None)
        changed = change_destination(conn, marks, the_member(conn, member, today).id, plan, agreed, today, now())
    if as_json:
        answer = {
            "before": str(changed.before),
            "returned": changed.returned,
            "template": plan.key,
            "unknown_offers": list(changed.unknown_offers),
            **as_json_plan(changed.plan),
        }
        print_json(answer)
        return
    show_plan(Console(), changed.plan)
    for name in changed.unknown_offers:
        click.echo(f"There is no expansion offer {name!r}: its milestone stands without one.")
    before = "The lapsed goal is followed by" if changed.returned else "The old goal is closed and followed by"
    click.echo(f"{before} this one; a worker scores the member and writes to the CRM.")


def _credit(word: str) -> tuple[str, float]:
    name, _, text = word.rpartition("=")
    try:
        return name.strip(), float(text)
    except ValueError as error:
        fix = "Write the milestone's name and a number, like 'Audit=0.5'."
        raise UserError(f"--carry {word}: that is no credit. {fix}") from error
