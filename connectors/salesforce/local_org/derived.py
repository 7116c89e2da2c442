"""Fields of standard objects that the org works out itself from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from psycopg import sql

from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.soql.calculated import ARCHIVED_AFTER
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work


def derive(work: Work, changes: Sequence[Change]) -> None:
    """Fill in what follows from the other values."""
    rule = RULES.get(changes[0].object.name) if changes else None
    if rule:
        rule(work, changes)


def _person(_: Work, changes: Sequence[Change]) -> None:
    for change in changes:
        parts = (change.new.get("firstname"), change.new.get("lastname"))
        change.new["name"] = " ".join(part for part in parts if part) or None


def _case(work: Work, changes: Sequence[Change]) -> None:
    """Close cases by their status, and take the account from the contact where none is named."""
    ids = [change.new["contactid"] for change in changes if change.new.get("contactid")]
    statement = sql.SQL("SELECT id, accountid FROM {} WHERE id = ANY(%s)").format(table("Contact"))
    accounts = dict(work.conn.execute(statement, (ids,)).fetchall())
    for change in changes:
        row = change.new
        row["accountid"] = row.get("accountid") or accounts.get(row.get("contactid"))
        row["isclosed"] = (row.get("status") or "").lower() == "closed"
        if change.changed("isclosed"):
            row["closeddate"] = work.now if row["isclosed"] else None


def _opportunity(_: Work, changes: Sequence[Change]) -> None:
    for change in changes:
        stage = (change.new.get("stagename") or "").lower()
        won = stage in ("closed won", "posted")
        change.new["iswon"] = won
        change.new["isclosed"] = won or stage == "closed lost"


def _activity(work: Work, changes: Sequence[Change]) -> None:
    _accounts(work, changes)
    for change in changes:
        row = change.new
        if change.object.name == "Task":
            row["isclosed"] = row.get("status") == "Completed"
            if row["isclosed"] and change.changed("isclosed"):
                row["completeddatetime"] = work.now
        elif row.get("startdatetime"):
            row["activitydatetime"] = row["startdatetime"]
            row["activitydate"] = row["startdatetime"].date()
            if row.get("durationinminutes") is not None and not row.get("enddatetime"):
                row["enddatetime"] = row["startdatetime"] + timedelta(minutes=int(row["durationinminutes"]))
        over = row.get("isclosed", True)
        row["isarchived"] = bool(
            over and row.get("activitydate") and row["activitydate"] < work.now.date() - ARCHIVED_AFTER
        )


def _accounts(work: Work, changes: Sequence[Change]) -> None:
    """Set AccountId from the record an activity is about, else from the contact it is with."""
    wanted = [change for change in changes if change.changed("whatid") or change.changed("whoid")]
    ids = [change.new.get(name) for change in wanted for name in ("whatid", "whoid")]
    accounts = {record_id: record_id for record_id in ids if record_id and record_id.startswith("001")}
    for name in ("Opportunity", "Contact"):
        statement = sql.SQL("SELECT id, accountid FROM {} WHERE id = ANY(%s)").format(table(name))
        accounts |= dict(work.conn.execute(statement, ([each for each in ids if each],)).fetchall())
    for change in wanted:
        what, who = change.new.get("whatid"), change.new.get("whoid")
        change.new["accountid"] = accounts.get(what) or accounts.get(who)


RULES: dict[str, Callable[[Work, Sequence[Change]], None]] = {
    "Contact": _person,
    "User": _person,
    "Lead": _person,
    "Case": _case,
    "Opportunity": _opportunity,
    "Task": _activity,
    "Event": _activity,
}
