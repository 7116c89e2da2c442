"""`success-vector plans apply`, from the command line to the org."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from plugin.cli.plans import plans
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected


def apply(connected: Connected, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    database = connected.services.conninfo
    for name, value in connected.office.environment(database).items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(plans, ["apply", "supplier", *options], env={"COLUMNS": "160"})


def test_a_plan_is_previewed_then_applied_and_appears_in_the_org(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = connected.office
    free = office.create("Account", Name="Sample Supplier", Is_Member__c=True)
    office.member_with_outcome("Sample Busy Member")
    poll(connected.engine, "salesforce")
    open_goals = f"SELECT Id, Name, Confirmed_On__c FROM Desired_Outcome__c WHERE Account__c = '{free}'"

    shown = apply(connected, monkeypatch, "--member", "sample supplier", "--preview")
    assert shown.exit_code == 0, shown.output
    assert "Three member companies as customers" in shown.output
    assert "For 1 member without an open Desired Outcome: Sample Supplier." in shown.output
    connected.settle()
    assert office.query(open_goals) == []

    done = apply(connected, monkeypatch, "--member", "Sample Supplier")
    assert "Applied to 1 member;" in done.output, done.output
    assert "There is no expansion offer 'Webinar slot'" in done.output
    connected.settle()
    (goal,) = office.query(open_goals)
    assert (goal["Name"], goal["Confirmed_On__c"]) == ("Become a supplier that members ask for", None)
    steps = f"SELECT Name, Due__c FROM Success_Milestone__c WHERE Desired_Outcome__c = '{goal['Id']}' ORDER BY Due__c"
    assert [step["Name"] for step in office.query(steps)][-1] == "Three member companies as customers"
    actions = f"SELECT Agreed_On__c FROM Joint_Accountability__c WHERE Desired_Outcome__c = '{goal['Id']}'"
    assert [action["Agreed_On__c"] for action in office.query(actions)] == [None] * 5
    account = office.read("Account", free)
    assert (account["Vector_Status__c"], account["Success_Score__c"]) == ("Holding", 50)

    again = apply(connected, monkeypatch, "--member", "Sample Supplier")
    assert "No such member is without an open Desired Outcome." in again.output
