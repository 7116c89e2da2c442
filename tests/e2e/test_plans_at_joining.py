"""Plans that a worker looks after, from the store to the org: at joining, at the end of a membership, at a return."""

from __future__ import annotations

from datetime import timedelta

from plugin.bootstrap import now
from plugin.plans.change import Agreed, change_destination
from plugin.plans.load import load, load_all
from plugin.plans.marks import StoreMarks
from plugin.plans.tending import Tending
from plugin.store import links
from plugin.sync.poll import poll
from plugin.sync.rounds import Rounds
from tests.e2e.conftest import Connected


def worker(connected: Connected) -> Tending:
    engine = connected.engine
    rounds = Rounds(engine.database, "salesforce", lambda: engine, now, 300)
    marks = StoreMarks(connected.services.mappings, now)
    return Tending(rounds, engine.database, marks, now, load_all())


def test_a_plan_is_given_at_joining_lapses_at_the_end_and_is_followed_after_a_return(connected: Connected) -> None:
    office, engine = connected.office, connected.engine
    with engine.database.connect() as conn:
        today = engine.today(conn)
    account = office.create(
        "Account", Name="Sample New Member", Is_Member__c=True, Member_Since__c=(today - timedelta(days=2)).isoformat()
    )
    worker(connected).poll("salesforce")
    connected.settle()
    fields = "Id, Name, Closed_On__c, Closed_Reason__c, Confirmed_On__c, Supersedes__c"
    goals = f"SELECT {fields} FROM Desired_Outcome__c WHERE Account__c = '{account}' ORDER BY CreatedDate, Id"
    (given,) = office.query(goals)
    assert (given["Name"], given["Confirmed_On__c"]) == ("Win larger customers as a certified company", None)
    assert office.read("Account", account)["Vector_Status__c"] == "Holding"

    ended = (today - timedelta(days=1)).isoformat()
    office.edit("Account", account, Membership_Ended__c=ended)
    poll(engine, "salesforce")
    connected.settle()
    worker(connected).tend("salesforce")
    connected.settle()
    (lapsed,) = office.query(goals)
    assert (lapsed["Closed_On__c"], lapsed["Closed_Reason__c"]) == (ended, "lapsed")

    office.edit("Account", account, Membership_Ended__c=None)
    poll(engine, "salesforce")
    connected.settle()
    with engine.database.begin() as conn:
        member = links.by_external(conn, "salesforce", [account])[account].record_id
        agreed = Agreed("returned", "the owner", {"Self-assessment handed in": 1.0})
        change_destination(conn, engine, member, load("member_company"), agreed, today, now())
    connected.settle()
    new = next(goal for goal in office.query(goals) if goal["Id"] != given["Id"])
    assert (new["Supersedes__c"], new["Confirmed_On__c"]) == (given["Id"], today.isoformat())
    assert office.read("Account", account)["Vector_Status__c"] == "Holding"
