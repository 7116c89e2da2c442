"""A nonprofit's org, built the way it would be: NPSP, then our package, then its people, gifts and goals."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install.activate import assign
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.org import user_id
from connectors.salesforce.install.run import Order, endpoint, install, prepare
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load
from tests.e2e.dates import today
from tests.e2e.npsp import gifts, package, standard
from tests.e2e.npsp.gifts import DataSet, Rows

READ = (
    "Contact.npsp__Deceased__c",
    "Contact.npo02__MembershipJoinDate__c",
    "Contact.npo02__MembershipEndDate__c",
    "Opportunity.Amount",
    "Opportunity.npe01__Membership_Start_Date__c",
    "Opportunity.npe01__Membership_End_Date__c",
    "Opportunity.npsp__Primary_Contact__c",
)
"""What the nonprofit lets us see beyond our own package, and nothing more."""
EVERY = 8
"""One contact in so many has a goal."""


@dataclass(frozen=True)
class Nonprofit:
    """The org, what was loaded into it (ids by object, by the data set's), and which contacts have goals."""

    org: LocalOrg
    admin: SalesforceClient
    data: DataSet
    ids: dict[str, dict[str, str]]
    with_goals: frozenset[str]


def build(org: LocalOrg, shared_data: Path, notified: str) -> Nonprofit:
    """Build it in a running, empty org; `notified` is where its notifications go."""
    recorded = shared_data / "salesforce" / "recorded"
    standard.add_missing(
        org.org, [standard.described(recorded, name) for name in ("Account", "Contact", "Opportunity", "Lead")]
    )
    admin = SalesforceClient.with_token(org.url, org.admin_token())
    fields = package.schema(shared_data / "stranger_orgs")
    deploy(admin, package.archive(fields, READ, admin.version), wait=_shortly)
    for username, granted in ((org.admin_username, package.ADMIN), (org.username, package.READER)):
        assert assign(admin, granted, user_id(admin, username), username) is None
    order = Order(load("npsp", ("Contact",)), endpoint(notified, "s" * 40), org.username)
    assert install(admin, prepare(admin, order), wait=_shortly).left == ()
    data = DataSet(shared_data / "orgdata" / "npsp_1k.sql.gz")
    ids = gifts.load(admin, data)
    return Nonprofit(org, admin, data, ids, _goals(admin, ids["Contact"]))


def _shortly(_: float) -> None:
    time.sleep(0.05)


def _goals(admin: SalesforceClient, contacts: dict[str, str]) -> frozenset[str]:
    """Give some contacts a goal with two milestones, achieved or not as their number has it; return their ids."""
    now = today()
    chosen = list(contacts.values())[::EVERY]
    goals: Rows = {contact: _goal(contact, now) for contact in chosen}
    outcomes = gifts.create(admin, "Desired_Outcome__c", goals)
    milestones: Rows = {}
    for number, contact in enumerate(chosen):
        for step in (1, 2):
            due = now - timedelta(days=60) + timedelta(days=45 * step)
            achieved = min(due, now) - timedelta(days=number % 20) if number % 3 >= step else None
            milestones[f"{contact} {step}"] = _milestone(outcomes[contact], step, due, achieved)
    gifts.create(admin, "Success_Milestone__c", milestones)
    return frozenset(chosen)


def _goal(contact: str, now: date) -> dict[str, str]:
    starts, due = now - timedelta(days=90), now + timedelta(days=120)
    return {"Name": "Give with joy", "Contact__c": contact, "Starts_On__c": str(starts), "Time_Frame__c": str(due)}


def _milestone(outcome: str, step: int, due: date, achieved: date | None) -> dict[str, str]:
    named = {
        "Name": f"Step {step}",
        "Desired_Outcome__c": outcome,
        "Type__c": "Functional" if step == 1 else "Operational",
        "Due__c": str(due),
    }
    return {**named, "Achieved_On__c": str(achieved)} if achieved else named
