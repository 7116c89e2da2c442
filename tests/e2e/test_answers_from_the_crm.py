"""From a flag to an opportunity or a task, from there to an answer, and from the answer back to the flags."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from connectors.salesforce.install import source, zip
from connectors.salesforce.install.deploy import deploy
from plugin.domain.growth import growth
from plugin.domain.take_rate import answers_of
from plugin.scoring import facts
from plugin.scoring.dues import dues_history
from plugin.store import links
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected, Office
from tests.e2e.dates import day, today


@dataclass(frozen=True)
class Desk:
    """A member that is ready for an offer and an ask, and both sides of the sync."""

    ours: Connected
    member: str

    @property
    def office(self) -> Office:
        return self.ours.office

    def sync(self) -> None:
        """Read what changed, write what follows, and let the automations act on it."""
        poll(self.ours.engine, "salesforce")
        self.ours.settle()
        self.office.org.automation.settle()
        assert self.office.org.automation.triggers.last_error is None
        poll(self.ours.engine, "salesforce")
        self.ours.settle()

    def reads(self) -> dict[str, Any]:
        return self.office.read("Account", self.member)

    def made(self, object_name: str) -> str:
        (found,) = self.office.query(f"SELECT Id FROM {object_name} WHERE AccountId = '{self.member}'")
        return str(found["Id"])

    def answers(self) -> list[bool]:
        """Whether the member took each offer that it answered."""
        as_of = today()
        with self.ours.engine.database.connect() as conn:
            found = links.by_external(conn, "salesforce", [self.member])
            members = facts(conn, [found[self.member].record_id], as_of)
            return [one.taken for one in answers_of(members, as_of)]


def switch(office: Office) -> None:
    """Switch the automations of offers and asks on, as an admin does."""
    names = {f"Success_Vector_Automation.{name}" for name in ("Expansion_Ready", "Advocacy_Ready")}
    off, on = b'"xsd:boolean">false<', b'"xsd:boolean">true<'
    ours = [one for one in source.read().of("CustomMetadata") if one.name in names]
    turned = [
        replace(one, contents={path: text.replace(off, on) for path, text in one.contents.items()}) for one in ours
    ]
    deploy(office.client, zip.pack(zip.files(source.Source(tuple(turned))), "66.0"), wait=lambda _: time.sleep(0.02))


@pytest.fixture
def desk(office: Office, connected: Connected) -> Desk:
    switch(office)
    made = Desk(
        connected, office.create("Account", Name="Guild of Bakers", Is_Member__c=True, Member_Since__c=day(-99))
    )
    offer = office.create("Expansion_Offer__c", Name="Training seats", Yearly_Value__c=1200, Active__c=True)
    outcome = office.create(
        "Desired_Outcome__c", Name="Win tenders", Account__c=made.member, Starts_On__c=day(-60),
        Time_Frame__c=day(600), Confirmed_On__c=day(-60),
    )  # fmt: skip
    plan: dict[str, Any] = {"Desired_Outcome__c": outcome, "Due__c": day(5), "First_Promised_Due__c": day(5)}
    first = office.create(
        "Success_Milestone__c", Name="Course done", Type__c="Functional", Expansion_Offer__c=offer,
        Advocacy_Ask__c="Review", Advocacy_Level__c=1, **plan,
    )  # fmt: skip
    office.create("Success_Milestone__c", Name="Contract", Type__c="Strategic", **(plan | {"Due__c": day(600)}))
    made.sync()
    assert made.reads()["Expansion_Flag__c"] == "Teed up"
    office.edit("Success_Milestone__c", first, Achieved_On__c=day(-1))
    made.sync()
    return made


def test_an_offer_that_is_won_in_the_crm_is_counted_and_not_made_again(desk: Desk) -> None:
    opportunity = desk.made("Opportunity")
    assert desk.reads()["Expansion_Flag__c"] == "Wait"
    assert desk.reads()["Expansion_Reason__c"].startswith("shown on")

    desk.office.edit("Opportunity", opportunity, StageName="Closed Won", Amount=1100)
    desk.sync()

    assert (desk.reads()["Expansion_Flag__c"], desk.answers()) == ("None", [True])
    (flag,) = desk.office.query(f"SELECT Answer__c, Yearly_Value__c FROM Member_Flag__c WHERE Account__c = '{desk.member}' AND Kind__c = 'Expansion ready'")  # fmt: skip  # noqa: E501
    assert (flag["Answer__c"], flag["Yearly_Value__c"]) == ("Taken", 1100)


def test_an_offer_that_is_lost_rests_and_one_that_is_opened_again_was_only_shown(desk: Desk) -> None:
    opportunity = desk.made("Opportunity")

    desk.office.edit("Opportunity", opportunity, StageName="Closed Lost")
    desk.sync()
    assert (desk.reads()["Expansion_Flag__c"], desk.answers()) == ("Wait", [False])

    desk.office.edit("Opportunity", opportunity, StageName="Prospecting")
    desk.sync()
    assert desk.answers() == []


def test_an_ask_that_is_fulfilled_is_not_asked_again(desk: Desk) -> None:
    task = desk.made("Task")
    desk.office.edit("Task", task, Answer__c="Taken", Status="Completed")
    desk.sync()

    assert desk.reads()["Advocacy_Flag__c"] == "None"


def test_opportunities_that_say_for_which_days_they_pay_become_the_dues_history(desk: Desk) -> None:
    paid: dict[str, Any] = {"AccountId": desk.member, "Name": "Dues", "CloseDate": "2024-12-01"}
    for stage, amount, year in (("Closed Won", 1000, 2025), ("Closed Won", 1300, 2026), ("Closed Lost", 9000, 2026)):
        desk.office.create(
            "Opportunity", **paid, StageName=stage, Amount=amount, Dues_From__c=f"{year}-01-01",
            Dues_Through__c=f"{year}-12-31",
        )  # fmt: skip
    desk.sync()

    with desk.ours.engine.database.connect() as conn:
        found = growth(dues_history(conn).members, date(2025, 6, 1), date(2026, 6, 1))
    assert (float(found.start), float(found.end)) == (1000.0, 1300.0)


@pytest.mark.parametrize(("stage", "flag", "said"), [("Closed Won", "None", [True]), ("Closed Lost", "Wait", [False])])
def test_an_opportunity_that_a_person_made_for_an_offer_counts_as_an_answer(
    desk: Desk, stage: str, flag: str, said: list[bool]
) -> None:
    (offer,) = desk.office.query(
        f"SELECT Expansion_Offer__c FROM Success_Milestone__c WHERE Desired_Outcome__r.Account__c = '{desk.member}' "
        "AND Expansion_Offer__c != null"
    )
    values = {"AccountId": desk.member, "CloseDate": day(9), "StageName": "Prospecting", "Amount": 900}
    plain = desk.office.create("Opportunity", Name="Another thing", **values)
    made = desk.office.create("Opportunity", Name="Seats, by hand", **values, **offer_of(offer))
    desk.sync()

    assert desk.office.read("Opportunity", plain)["Member_Flag__c"] is None
    kept = desk.office.read("Member_Flag__c", str(desk.office.read("Opportunity", made)["Member_Flag__c"]))
    assert (kept["Key__c"], kept["Offer__c"], kept["Answer__c"]) == (f"Opportunity {made}", "Training seats", None)
    assert (desk.reads()["Expansion_Flag__c"], desk.answers()) == ("Wait", [])

    desk.office.edit("Opportunity", made, StageName=stage)
    desk.sync()
    assert (desk.reads()["Expansion_Flag__c"], desk.answers()) == (flag, said)
    asked = f"SELECT Id FROM Member_Flag__c WHERE Account__c = '{desk.member}' AND Key__c LIKE 'Opportunity%'"
    assert len(desk.office.query(asked)) == 1


def test_an_offer_that_is_named_on_a_closed_opportunity_is_answered_at_once(desk: Desk) -> None:
    (offer,) = desk.office.query(
        f"SELECT Expansion_Offer__c FROM Success_Milestone__c WHERE Desired_Outcome__r.Account__c = '{desk.member}' "
        "AND Expansion_Offer__c != null"
    )
    values = {"AccountId": desk.member, "CloseDate": day(0), "StageName": "Closed Won", "Amount": 900}
    made = desk.office.create("Opportunity", Name="Seats, by hand", **values)
    desk.office.edit("Opportunity", made, **offer_of(offer))
    desk.sync()
    kept = desk.office.read("Member_Flag__c", str(desk.office.read("Opportunity", made)["Member_Flag__c"]))
    assert (kept["Answer__c"], kept["Answered_On__c"], kept["Yearly_Value__c"]) == ("Taken", day(0), 900)
    assert (desk.reads()["Expansion_Flag__c"], desk.answers()) == ("None", [True])


def offer_of(row: dict[str, Any]) -> dict[str, Any]:
    return {"Expansion_Offer__c": row["Expansion_Offer__c"]}
