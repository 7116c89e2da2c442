"""The first half of the story: from an empty org to every member scored, and the results read from the org."""

from __future__ import annotations

import time
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from connectors.salesforce.install.activate import ADMIN, INTEGRATION, assign
from connectors.salesforce.install.deploy import Deployed
from connectors.salesforce.install.org import query
from connectors.salesforce.install.run import Order, Prepared, bring, complete, endpoint, prepare
from plugin.bootstrap import SALESFORCE, check_system, engine_of, now
from plugin.demo.association import association
from plugin.demo.load import load
from plugin.demo.stage import Stage
from plugin.errors import UserError
from plugin.plans.apply import apply, without_outcome
from plugin.plans.load import load as load_plan
from plugin.screens import first_sync, show_problems
from plugin.sync.engine import Engine

TEMPLATE = "member_company"
MOST_SHOWN = 8
LOOK_AGAIN_SECONDS = 0.1
"""How soon to ask a local org whether a deployment is done."""


def install_package(on: Stage, console: Console) -> tuple[Prepared, Deployed]:
    """Deploy our package; its flows stay off until the association's data are in, as when any org is filled."""
    settings = on.services.settings
    secret = settings.webhook_secrets[0].get_secret_value()
    order = Order(on.services.mapping, endpoint(settings.webhook_base_url or "", secret), on.org.username)
    prepared = prepare(on.staff, order)
    deployed = bring(on.staff, prepared, wait=shortly)
    require(assign(on.staff, ADMIN, prepared.org.admin_id, prepared.org.admin_name))
    require(assign(on.staff, INTEGRATION, prepared.integration_user, prepared.username))
    console.print(f"{len(deployed.created)} components deployed, permission sets assigned.")
    return prepared, deployed


def load_association(on: Stage, console: Console, members: int, today: date) -> None:
    """Put the made-up association into the org through its API."""
    began, counts = time.monotonic(), dict[str, int]()
    load(on.staff, association(today, members), counts.__setitem__)
    told = ", ".join(f"{count} {name.removesuffix('__c').replace('_', ' ')}" for name, count in counts.items() if count)
    console.print(f"{sum(counts.values())} records in {time.monotonic() - began:.1f} s: {told}.")


def check_it(on: Stage, console: Console, prepared: Prepared, deployed: Deployed) -> Engine:
    """Finish the installation, flows and all, and hold the mapping against the org."""
    for left in complete(on.staff, prepared, deployed, wait=shortly).left:
        require(left)
    console.print(f"{len(prepared.flows)} flows are active; the org remembers what it was given.")
    checked = check_system(on.services)
    show_problems(console, checked.problems)
    return engine_of(on.services, checked.require())


def sync_first(engine: Engine, console: Console) -> None:
    """Read everything once."""
    first_sync(engine, SALESFORCE, console)
    console.print(f"{engine.connected[SALESFORCE].connector.usage().calls} API calls so far.")


def apply_plans(engine: Engine, console: Console) -> None:
    """Give members without a Desired Outcome the template's."""
    template = load_plan(TEMPLATE)
    with engine.database.begin() as conn:
        today = engine.today(conn)
        applied = apply(conn, engine, template, without_outcome(conn, today), today, now())
    expect(applied.members, "no member was without a Desired Outcome")
    expect(not applied.unknown_offers, f"the association lacks the offers {', '.join(applied.unknown_offers)}")
    plan = f"“{template.name}”, {len(applied.plan.milestones)} milestones until {applied.plan.due_on:%d %b %Y}"
    console.print(f"{len(applied.members)} members had no goal; they get {plan}, assumed until they confirm it.")


def write_results(engine: Engine, console: Console) -> None:
    """Score everybody and write scores, flags and the new plans to the org."""
    began = time.monotonic()
    with console.status("Scoring and writing"):
        worked = engine.drain(SALESFORCE)
    usage = engine.connected[SALESFORCE].connector.usage()
    console.print(
        f"{worked} rows scored or written in {time.monotonic() - began:.1f} s; {usage.calls} API calls in all."
    )


def show_results(on: Stage, console: Console, members: int) -> None:
    """Show what stands on the member records now, read from the org."""
    soql = "SELECT Vector_Status__c status, COUNT(Id) members, AVG(Success_Score__c) score FROM Account "
    rows = query(on.staff, soql + "WHERE Is_Member__c = true GROUP BY Vector_Status__c ORDER BY COUNT(Id) DESC")
    scored = sum(row["members"] for row in rows if row["status"])
    expect(scored == members, f"{scored} of {members} members carry a status in the CRM")
    table = Table("Status", "Members", "Mean score", title="Members by status", box=SIMPLE_HEAD)
    for row in rows:
        score = "" if row["score"] is None else f"{row['score']:.0f}"
        table.add_row(row["status"], f"{row['members']} ({row['members'] / members:.0%})", score)
    console.print(table)
    console.print(_signals(on), highlight=False)
    _show_ready(on, console)


def _signals(on: Stage) -> str:
    """Return how many members each other signal asks somebody to look at."""
    asked = {
        "ready to speak for the association": "Advocacy_Flag__c = 'Ready'",
        "with an open Success Gap": "Success_Gap__c = 'Open'",
        "in need of somebody": "Intervention_Flag__c != 'None'",
    }
    soql = "SELECT COUNT(Id) members FROM Account WHERE Is_Member__c = true AND "
    counts = [f"{query(on.staff, soql + where)[0]['members']} {words}" for words, where in asked.items()]
    return f"Among them: {', '.join(counts)}."


def _show_ready(on: Stage, console: Console) -> None:
    rows = query(
        on.staff,
        "SELECT Name, Success_Score__c, Expansion_Offer_Name__c, Expansion_Value__c, Expansion_Reason__c FROM Account "
        "WHERE Expansion_Flag__c = 'Ready' ORDER BY Expansion_Since__c DESC, Name",
    )
    expect(rows, "no member is ready for an offer")
    value = sum(row["Expansion_Value__c"] or 0 for row in rows)
    columns = (Column("Member", no_wrap=True), "Score", "Offer", "A year", "Why now")
    table = Table(*columns, title=f"Expansion ready: {len(rows)} members", box=SIMPLE_HEAD)
    for row in rows[:MOST_SHOWN]:
        offer, yearly = row["Expansion_Offer_Name__c"], f"${row['Expansion_Value__c'] or 0:,.0f}"
        table.add_row(row["Name"], f"{row['Success_Score__c']:.0f}", offer, yearly, row["Expansion_Reason__c"])
    console.print(table)
    more = f" ({len(rows) - MOST_SHOWN} members are not shown)" if len(rows) > MOST_SHOWN else ""
    console.print(f"The offers that fit now are worth ${value:,.0f} a year{more}.", highlight=False)


def shortly(_: float) -> None:
    """Wait a moment: a local org is asked again sooner than a remote one."""
    time.sleep(LOOK_AGAIN_SECONDS)


def require(left: str | None) -> None:
    """Raise UserError with what the installer left for a person to do."""
    if left:
        raise UserError(left)


def expect(holds: object, otherwise: str) -> None:
    """Raise UserError, which ends the demonstration, where something is not as the story says."""
    if not holds:
        raise UserError(f"The demonstration failed: {otherwise}.")
