"""The second half of the story: changes travel both ways, and what is told twice changes nothing."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from rich.console import Console

from connectors.salesforce.install.org import query, quoted
from plugin.bootstrap import SALESFORCE, now
from plugin.demo.stage import Stage, wait_until
from plugin.demo.story import expect
from plugin.store import due, links, records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from plugin.sync.engine import Engine

REPEATS = 5
SHOWN = "Name, Vector_Status__c, Success_Score__c, Vector_Explanation__c, Next_Milestone__c"


class Late(NamedTuple):
    """An overdue milestone and its member, by Salesforce's ids."""

    milestone: str
    name: str
    account: str


def quiet(on: Stage) -> None:
    """Return when nothing waits any more, here or in the org."""
    sender = on.org.automation.sender

    def nothing_waits() -> bool:
        with on.services.database.connect() as conn:
            return not due.counts(conn) and not sender.report()["pending"] and not due.counts(conn)

    wait_until(nothing_waits, "The work did not come to rest")


def achieve_in_crm(on: Stage, console: Console, engine: Engine) -> None:
    """Tick off a late milestone in the CRM, and wait for the member's new score there."""
    late, before = _late(on)
    with on.services.database.connect() as conn:
        today = engine.today(conn)
    on.staff.json("PATCH", f"sobjects/Success_Milestone__c/{late.milestone}", json={"Achieved_On__c": str(today)})
    after: dict[str, Any] = {}

    def scored() -> bool:
        after.update(_account(on, late.account))
        return bool(after["Success_Score__c"] != before["Success_Score__c"])

    seconds = wait_until(scored, f"The score of {before['Name']} did not change in the CRM")
    expect(after["Success_Score__c"] > before["Success_Score__c"], f"the score of {before['Name']} fell")
    console.print(f"“{late.name}” of {before['Name']} ticked off in the CRM.", highlight=False)
    for word, row in (("before", before), ("after", after)):
        console.print(f"  {word:<7}{_standing(row)}", highlight=False, markup=False)
    console.print(f"Outbound message, webhook, worker, new score in the CRM: [bold]{seconds:.1f} s[/bold].")


def confirm_here(on: Stage, console: Console, engine: Engine) -> None:
    """Confirm an assumed goal on our side, and wait until the CRM shows it."""
    with engine.database.begin() as conn:
        outcome, name = _assumed(conn)
        link = links.by_record(conn, SALESFORCE, "desired_outcome", [outcome])[outcome][0]
        moment, today = now(), engine.today(conn)
        origin = Origin(who="demo", source="demo", happened_at=moment, known_at=moment)
        values = {"confirmed_on": today, "confirmed_by": "Sample Contact"}
        records.save(conn, "desired_outcome", outcome, values, origin)
        engine.mark_push(conn, "desired_outcome", {outcome}, "interactive")
        engine.mark_score(conn, "desired_outcome", {outcome}, "interactive")
    on.services.wake()
    path = f"sobjects/Desired_Outcome__c/{link.external_id}"

    def shown() -> bool:
        return bool(on.staff.json("GET", path)["Confirmed_On__c"] == str(today))

    seconds = wait_until(shown, f"The CRM did not show the goal of {name} as confirmed")
    console.print(f"The goal of {name} was confirmed on our side.", highlight=False)
    console.print(f"Confirmed On in the CRM: {today:%d %b %Y}, after [bold]{seconds:.1f} s[/bold].", highlight=False)


def repeat_notification(on: Stage, console: Console) -> None:
    """Have the org send its last notification again and again: values and the count of saved rows stay the same."""
    quiet(on)
    before, written, calls = _everything(on), on.written, on.org.calls.used
    statuses = on.org.automation.sender.resend(REPEATS)
    expect(statuses == [200] * REPEATS, f"the webhook answered {statuses}")
    quiet(on)
    reads = on.org.calls.used - calls
    expect(on.written == written, f"{on.written - written} rows were written in the CRM")
    expect(_everything(on) == before, "values in the CRM changed")
    console.print(f"{REPEATS} times acknowledged; {reads} API calls to read back; rows written in the CRM: 0.")
    console.print("Every member's values and time stamp in the CRM are the same as before.")


def _late(on: Stage) -> tuple[Late, dict[str, Any]]:
    rows = query(
        on.staff,
        "SELECT Id, Name, Desired_Outcome__r.Account__c FROM Success_Milestone__c WHERE Achieved_On__c = null AND "
        "Due__c < TODAY AND Type__c != 'Strategic' AND Desired_Outcome__r.Closed_On__c = null AND "
        "Desired_Outcome__r.Account__r.Vector_Status__c = 'Drifting' ORDER BY Due__c DESC, Name LIMIT 1",
    )
    expect(rows, "no member is drifting with a late milestone")
    late = Late(rows[0]["Id"], rows[0]["Name"], rows[0]["Desired_Outcome__r"]["Account__c"])
    return late, _account(on, late.account)


def _account(on: Stage, account: str) -> dict[str, Any]:
    return query(on.staff, quoted(f"SELECT {SHOWN} FROM Account WHERE Id = {{}}", account))[0]


def _standing(row: dict[str, Any]) -> str:
    return (
        f"{row['Vector_Status__c']}, score {row['Success_Score__c']:.0f}. {row['Vector_Explanation__c'] or ''}".strip()
    )


def _assumed(conn: sa.Connection) -> tuple[UUID, str]:
    """Return an open goal that nobody has confirmed, and its member's name."""
    outcome, member = TABLES["desired_outcome"], TABLES["member"]
    query = (
        sa.select(outcome.c.id, member.c.name)
        .join(member, member.c.id == outcome.c.member)
        .where(outcome.c.confirmed_on.is_(None), outcome.c.closed_on.is_(None), outcome.c.template.is_not(None))
    )
    row = conn.execute(query.order_by(member.c.name).limit(1)).one()
    return row.id, row.name


def _everything(on: Stage) -> list[tuple[str, Any]]:
    """Return every member's status, score and time stamp as the CRM has them."""
    soql = "SELECT Id, Vector_Status__c, Success_Score__c, Scored_As_Of__c, SystemModstamp FROM Account ORDER BY Id"
    return [(row.pop("Id"), sorted(row.items(), key=lambda item: item[0])) for row in query(on.staff, soql)]
